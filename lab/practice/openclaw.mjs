#!/usr/bin/env node
/**
 * A simulated `openclaw`, for speed: the handful of commands that Keyferry uses, with the words and JSON that the
 * real versions were seen to print. It says of itself that it is simulated.
 *
 * KEYFERRY_PRACTICE_STYLE     version to be like, 2026.4.15 or 2026.9.6 (default), or `--style <version>`
 * KEYFERRY_PRACTICE_ANTHROPIC base URL of the stand-in for Anthropic; `models.providers.anthropic.baseUrl` wins
 * KEYFERRY_PRACTICE_DELAY_MS  how long it pretends to work before it saves; default 30
 */
import { runAgent } from './openclaw/agent.mjs';
import { execTurn, login } from './openclaw/cli-login.mjs';
import { applyPatch, getValue, setModel, setValue, unsetValue } from './openclaw/config.mjs';
import { CliError, reportAndExit } from './openclaw/errors.mjs';
import { listCatalogue, runModel } from './openclaw/infer.mjs';
import { listAgents, listModels, listProfiles, listSessions, validate } from './openclaw/listing.mjs';
import { logOut, logOutAll } from './openclaw/logout.mjs';
import { clearOrder, getOrder, setOrder } from './openclaw/order.mjs';
import { pasteKey } from './openclaw/paste-key.mjs';
import { pasteToken } from './openclaw/paste-token.mjs';
import { reloadSecrets, removeSecret, storeSecret } from './openclaw/secrets.mjs';
import { status } from './openclaw/status.mjs';
import { openclawStyle } from './openclaw/styles.mjs';
import { takeOption } from './words.mjs';

const words = process.argv.slice(2);
const style = openclawStyle(takeOption(words, '--style') ?? process.env.KEYFERRY_PRACTICE_STYLE);

const COMMANDS = {
  'models auth paste-token': pasteToken,
  'models auth paste-api-key': pasteKey,
  'models auth login': login,
  'agent exec': execTurn,
  'models auth list': listProfiles,
  'models status': status,
  'models list': listModels,
  'models set': setModel,
  sessions: listSessions,
  'agents list': listAgents,
  'models auth order set': setOrder,
  'models auth order get': getOrder,
  'models auth order clear': clearOrder,
  'models auth logout': logOut,
  'infer model auth logout': logOutAll,
  'config get': getValue,
  'config validate': validate,
  'config set': setValue,
  'config unset': unsetValue,
  'config patch': applyPatch,
  'secrets store set': storeSecret,
  'secrets store rm': removeSecret,
  'secrets reload': reloadSecrets,
  agent: runAgent,
  'infer model list': listCatalogue,
  'infer model run': runModel,
};

if (words.includes('--version') || words.includes('-V')) {
  console.log(`OpenClaw ${style.version} (simulated by Keyferry)`);
} else {
  try {
    const name = Object.keys(COMMANDS).find((known) => `${words.join(' ')} `.startsWith(`${known} `));
    if (!name) throw new CliError('This is a simulated openclaw: it does not know that command.');
    await COMMANDS[name](style, words.slice(name.split(' ').length));
  } catch (error) {
    reportAndExit(style, words, error);
  }
}
