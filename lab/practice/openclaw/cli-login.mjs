import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { takeFlag, takeOption } from '../words.mjs';
import { readProfiles } from './auth-store.mjs';
import { CliError } from './errors.mjs';
import { checkConfig, defaultModel, knownAgent, readConfig, writeConfig } from './store.mjs';

/** The simulated `claude` has a style of its own. */
const { KEYFERRY_PRACTICE_STYLE: _, ...env } = process.env;
const execute = promisify(execFile);
const run = (file, words, options) => execute(file, words, { env, ...options });
const RUNTIME = 'claude-cli';
/** The model that it recommends, and those whose runtime it sets besides the one in use. */
const RECOMMENDED = 'anthropic/claude-opus-5';

/** Whether the `claude` on PATH says that it is signed in. */
export async function isClaudeSignedIn() {
  try {
    const { stdout } = await run('claude', ['auth', 'status', '--json'], { timeout: 3_000 });
    return JSON.parse(stdout).loggedIn === true;
  } catch {
    return false;
  }
}

/** `models auth login --provider anthropic --method cli --set-default`: wants a terminal, and asks nothing. */
export async function login(style, words) {
  checkConfig(style);
  const method = takeOption(words, '--method');
  const agent = knownAgent(takeOption(words, '--agent'));
  if (!process.stdin.isTTY)
    throw new CliError(
      'models auth login requires an interactive TTY. In automation, use openclaw models auth paste-token --provider <provider> when token auth is available.',
    );
  if (method !== 'cli') throw new CliError('This is a simulated openclaw: it knows the method cli only.');
  process.stdout.write(style.banner(style.version));
  console.log(`◇  Provider sign-in\r\n│  Agent: ${agent}\r`);
  if (!(await isClaudeSignedIn()))
    throw new CliError(
      'Claude CLI is not authenticated on this host.\nRun claude auth login first, then re-run this setup.',
    );
  const current = defaultModel(style);
  const model = current.startsWith('anthropic/') ? current : RECOMMENDED;
  const config = readConfig();
  config.agents ??= {};
  const defaults = { ...config.agents.defaults };
  const models = { ...defaults.models };
  const own = style.models.map(canonical).filter((ref) => ref.startsWith('anthropic/'));
  for (const ref of new Set([...own, model])) models[ref] = { ...models[ref], agentRuntime: { id: RUNTIME } };
  const chosen = takeFlag(words, '--set-default') ? { primary: model } : defaults.model;
  config.agents.defaults = { ...defaults, models, ...(chosen ? { model: chosen } : {}) };
  writeConfig(config);
  console.log(style.saved);
  console.log(`Default model set to ${model}`);
}

const canonical = (ref) => ref.replace(/^claude-cli\//, 'anthropic/');

/** Whether a model is run by the box's own `claude`. */
export function isRunByClaude(model) {
  return readConfig().agents?.defaults?.models?.[model]?.agentRuntime?.id === RUNTIME;
}

/** What `models status` says of that; a stored token would go before the login. */
export function routesOf(style, model, agent) {
  if (!isRunByClaude(model)) return [];
  const isStored = Object.values(readProfiles(agent)).some(
    ({ provider, type }) => provider === 'anthropic' && type === 'token',
  );
  const detail = isStored ? style.storePath(agent) : 'claude-cli:runtime-synthetic';
  const about = { provider: 'anthropic', runtime: RUNTIME, authProvider: RUNTIME };
  return [{ ...about, status: 'indeterminate', effective: { kind: 'profiles', detail } }];
}

/**
 * `agent exec --json <message>`: one turn with the default model, by `claude` where that runs it. A stored token is handed to
 * it, and its own login counts where that is refused, or where the configuration's order leaves it nothing else.
 */
export async function execTurn(style, words) {
  takeFlag(words, '--json');
  const model = defaultModel(style);
  if (!isRunByClaude(model)) throw new CliError(`No API key found for provider "${model.split('/')[0]}".`);
  const [provider, id] = model.split('/');
  try {
    const final = await firstAnswer(tokensFor('main'), ['-p', '--model', id, words.at(-1)]);
    console.log(
      JSON.stringify(
        { ok: true, status: 'ok', final, payloads: [{ text: final }], model: id, provider },
        null,
        2,
      ),
    );
  } catch (error) {
    throw new CliError((error.stdout ?? error.message).trim());
  }
}

/** What is handed to `claude`, one after the other; undefined: nothing, so that its own login counts. */
function tokensFor(agent) {
  if (readConfig().auth?.order?.[RUNTIME]?.length === 0) return [undefined];
  const stored = Object.values(readProfiles(agent)).filter(
    ({ provider, type }) => provider === 'anthropic' && type === 'token',
  );
  return [...stored.map(({ token }) => token), undefined];
}

async function firstAnswer([token, ...others], asked) {
  const given = token === undefined ? {} : { CLAUDE_CODE_OAUTH_TOKEN: token };
  try {
    const { stdout } = await run('claude', asked, { timeout: 60_000, env: { ...env, ...given } });
    return stdout.trim();
  } catch (error) {
    if (others.length === 0) throw error;
    return firstAnswer(others, asked);
  }
}
