import { takeFlag, takeOption } from '../words.mjs';
import { readOrder, readProfiles, writeOrder } from './auth-store.mjs';
import { Refusal } from './errors.mjs';
import { agentDirectory, knownAgent } from './store.mjs';

/** What the three commands have in common. */
function context(words) {
  const agent = knownAgent(takeOption(words, '--agent'));
  const provider = takeOption(words, '--provider');
  if (!provider) throw new Refusal('Missing --provider.');
  return { agent, provider };
}

/** `models auth order set --provider P <id>…`: profiles of that provider, which have to be there. */
export function setOrder(_style, words) {
  const { agent, provider } = context(words);
  const profiles = readProfiles(agent);
  if (words.length === 0) throw new Refusal('Missing profile ids.');
  for (const id of words) {
    if (!profiles[id])
      throw new Refusal(
        `Auth profile "${id}" not found in ~/.openclaw/agents/${agent}/agent. Run openclaw models auth list --provider ${provider} to see saved profiles.`,
      );
    if (profiles[id].provider !== provider)
      throw new Refusal(`Auth profile "${id}" is for ${profiles[id].provider}, not ${provider}.`);
  }
  writeOrder(agent, provider, words);
  console.log(`Agent: ${agent}\nProvider: ${provider}\nAuth profile order override: ${words.join(', ')}`);
}

/** `models auth order get --provider P --json [--agent id]`. */
export function getOrder(style, words) {
  const { agent, provider } = context(words);
  const order = readOrder(agent, provider);
  const place = {
    agentId: agent,
    agentDir: agentDirectory(agent),
    provider,
    authStatePath: style.storePath(agent),
  };
  if (takeFlag(words, '--json')) console.log(JSON.stringify({ ...place, order: order ?? null }, null, 2));
  else console.log(`Auth profile order override: ${order?.join(', ') ?? 'none (selecting automatically)'}`);
}

/** `models auth order clear --provider P [--agent id]`. */
export function clearOrder(_style, words) {
  const { agent, provider } = context(words);
  writeOrder(agent, provider, undefined);
  console.log(
    `Agent: ${agent}\nProvider: ${provider}\nAuth profile order override cleared; selecting automatically.`,
  );
}
