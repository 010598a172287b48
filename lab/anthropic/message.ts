import type { Reply } from './http.ts';

/** What every message is answered with. */
export const ANSWER = 'Hello from the stand-in.';

/** What an answer says that it took. `input`: with neither what was read from a cache nor what was written to one. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}
export const TOKENS: Tokens = { input: 3, output: 5, cacheRead: 0, cacheWrite: 0 };

/** The answer to `POST /v1/messages`, streamed or whole. */
export function messageReply(model: string, stream: boolean, tokens = TOKENS): Reply {
  if (stream) return { events: events(model, tokens).map((data) => ({ name: data.type, data })) };
  const usage = { ...inputOf(tokens), output_tokens: tokens.output };
  const content = [{ type: 'text', text: ANSWER }];
  return { status: 200, body: { ...message(model, tokens), content, stop_reason: 'end_turn', usage } };
}

const inputOf = ({ input, cacheRead, cacheWrite }: Tokens) => ({
  input_tokens: input,
  ...(cacheRead > 0 && { cache_read_input_tokens: cacheRead }),
  ...(cacheWrite > 0 && { cache_creation_input_tokens: cacheWrite }),
});

function message(model: string, tokens: Tokens) {
  const usage = { ...inputOf(tokens), output_tokens: 1 };
  const nothingYet = { stop_reason: null, stop_sequence: null, usage };
  return { id: 'msg_standin', type: 'message', role: 'assistant', model, content: [], ...nothingYet };
}

/** The events of one streamed message, in the order of Anthropic's API. */
const events = (model: string, tokens: Tokens) => [
  { type: 'message_start', message: message(model, tokens) },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: ANSWER } },
  { type: 'content_block_stop', index: 0 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: tokens.output },
  },
  { type: 'message_stop' },
];
