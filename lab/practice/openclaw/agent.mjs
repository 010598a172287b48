import { takeOption } from '../words.mjs';
import { chatTurn } from './chat.mjs';
import { CliError } from './errors.mjs';
import { defaultModel, knownAgent, ownModel } from './store.mjs';

/** `agent --local --agent main --message … --json`: a turn in an agent's own chat, with all that may answer it. */
export async function runAgent(style, words) {
  const agent = knownAgent(takeOption(words, '--agent'));
  const message = takeOption(words, '--message');
  if (!message) throw new CliError('Message (--message) is required');
  const { answer, provider, model, tried } = await chatTurn(
    style,
    agent,
    ownModel(agent) ?? defaultModel(style),
    message,
  );
  if (!answer.ok) throw new CliError(`All models failed (${tried.length}): ${answer.message}`);
  // Which profile has answered is never said.
  const meta = { aborted: false, agentMeta: { provider, model, usage: { input: 3, output: 5, total: 8 } } };
  console.log(JSON.stringify({ payloads: [{ text: answer.text, mediaUrl: null }], meta }, null, 2));
}
