import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeOption } from '../words.mjs';
import { saveProfile } from './auth-store.mjs';
import { CliError } from './errors.mjs';
import { ask } from './prompt.mjs';
import { checkWritable, configIssue, mutationAgent } from './store.mjs';

const PREFIX = 'sk-ant-oat01-';
/** The real one takes shorter tokens than there are, without a word. */
const SHORTEST = 80;
const DELAY_MS = Number(process.env.KEYFERRY_PRACTICE_DELAY_MS ?? 30);

/** `models auth paste-token --provider P [--profile-id id] [--expires-in 365d] [--agent id]`. */
export async function pasteToken(style, words) {
  const provider = takeOption(words, '--provider');
  const id = takeOption(words, '--profile-id') ?? `${provider}:manual`;
  const expiresIn = takeOption(words, '--expires-in');
  const agent = mutationAgent(style, takeOption(words, '--agent'));
  if (!provider) throw new CliError('Missing --provider.');
  if (configIssue()) return askToRepair(style);
  checkWritable();
  const token = await readToken(style, provider);
  if (token === undefined) return;
  await sleep(DELAY_MS);
  const expires = expiresIn === undefined ? {} : { expires: Date.now() + milliseconds(expiresIn) };
  saveProfile(agent, id, { type: 'token', provider, token, ...expires });
  console.log(style.saved);
  console.log(`Auth profile: ${id} (${provider}/token)`);
  if (provider === 'anthropic') {
    console.log('Anthropic setup-token auth is supported in OpenClaw.');
    console.log('OpenClaw prefers Claude CLI reuse when it is available on the host.');
  }
  if (process.stdin.isTTY) await sleep(style.lingerMs);
}

/** In a terminal it asks, and waits; without one it ends. */
async function askToRepair(style) {
  console.log(
    `OpenClaw config is invalid\nFile: ~/.openclaw/openclaw.json\nProblem:\n  - openclaw.json:1 — ${configIssue()}\n`,
  );
  if (!process.stdin.isTTY || !style.asksToRepair) {
    process.exitCode = 1;
    return;
  }
  process.stdout.write('Run "openclaw doctor --fix" now? [Y/n] ');
  for await (const _ of process.stdin);
}

async function readToken(style, provider) {
  const check = checkFor(style, provider);
  if (process.stdin.isTTY) {
    process.stdout.write(style.banner(style.version));
    await sleep(DELAY_MS);
    const title = `Paste token for ${provider}`;
    const answer = await ask({ title, mask: style.mask, caret: style.caret, check });
    return answer?.trim();
  }
  const token = (await text(process.stdin)).trim();
  const wrong = check(token);
  if (wrong) throw new CliError(wrong);
  return token;
}

/** Anthropic's tokens have a form; of OpenAI's, 2026.9.6 knows that a key is none; any other text is taken. */
const checkFor = (style, provider) => (typed) => {
  const token = typed.trim();
  if (token === '') return 'Required';
  if (provider === 'openai' && style.guardsKeys && /^sk-[\w-]{8,}$/.test(token))
    return 'That looks like an OpenAI API key. Use openclaw models auth paste-api-key --provider openai for API-key auth.';
  if (provider !== 'anthropic') return undefined;
  if (!token.startsWith(PREFIX)) return `Expected token starting with ${PREFIX}`;
  return token.length < SHORTEST ? 'Token looks too short; paste the full setup-token' : undefined;
};

function milliseconds(duration) {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(duration) ?? [];
  if (!count) throw new CliError(`Invalid duration "${duration}".`);
  return Number(count) * { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit];
}
