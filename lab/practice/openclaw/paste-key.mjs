import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeOption } from '../words.mjs';
import { profilesFor, readProfiles, saveProfile } from './auth-store.mjs';
import { CliError, Refusal } from './errors.mjs';
import { checkConfig, checkWritable, mutationAgent } from './store.mjs';

const DELAY_MS = Number(process.env.KEYFERRY_PRACTICE_DELAY_MS ?? 30);

/** `models auth paste-api-key --provider P [--profile-id id] [--agent id]`, with the key on stdin; not in 2026.4.15. */
export async function pasteKey(style, words) {
  if (!style.pastesKeys) {
    console.error("error: unknown command 'paste-api-key'");
    process.exitCode = 1;
    return;
  }
  checkConfig(style);
  const agent = mutationAgent(style, takeOption(words, '--agent'));
  const provider = takeOption(words, '--provider');
  if (!provider) throw new Refusal('Missing --provider.');
  const asked = takeOption(words, '--profile-id');
  if (process.stdin.isTTY) throw new CliError('A simulated openclaw reads keys from stdin only.');
  const key = (await text(process.stdin)).replaceAll(/[\r\n]/g, '').trim();
  const wrong = check(provider, key);
  if (wrong) throw new Refusal(wrong);
  const profiles = readProfiles(agent);
  const id = asked ?? keyInUse(agent, provider, profiles) ?? `${provider}:manual`;
  const there = profiles[id];
  if (there && style.guardsKeys && (there.type !== 'api_key' || there.provider !== provider))
    throw new Refusal('The API-key profile belongs to another sign-in. Manage that saved sign-in first.');
  checkWritable();
  await sleep(DELAY_MS);
  saveProfile(agent, id, { type: 'api_key', provider, key });
  console.log(style.saved);
  console.log(`Auth profile: ${id} (${provider}/api_key)`);
}

/** Only OpenAI's keys have a form; every other text is taken for a key. */
function check(provider, key) {
  if (key === '') return 'Required';
  if (provider === 'openai' && !/^sk-[\w-]{8,}$/.test(key))
    return 'That does not look like an OpenAI API key.';
  return undefined;
}

/** Without a name it goes over the key that is used now. */
const keyInUse = (agent, provider, profiles) =>
  profilesFor(agent, provider).find((id) => profiles[id].type === 'api_key');
