import type { Reply } from './http.ts';

/** What every message is answered with. */
export const ANSWER = 'Hello from the stand-in.';

/** The answer to `POST /v1/messages`, streamed or whole. */
export function messageReply(model: string, stream: boolean): Reply {
  if (stream) return { events: events(model).map((data) => ({ name: data.type, data })) };
  const usage = { input_tokens: 3, output_tokens: 5 };
  const content = [{ type: 'text', text: ANSWER }];
  return { status: 200, body: { ...message(model), content, stop_reason: 'end_turn', usage } };
}

function message(model: string) {
  const nothingYet = { stop_reason: null, stop_sequence: null, usage: { input_tokens: 3, output_tokens: 1 } };
  return { id: 'msg_standin', type: 'message', role: 'assistant', model, content: [], ...nothingYet };
}

/** The events of one streamed message, in the order of Anthropic's API. */
const events = (model: string) => [
  { type: 'message_start', message: message(model) },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: ANSWER } },
  { type: 'content_block_stop', index: 0 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 5 },
  },
  { type: 'message_stop' },
];
