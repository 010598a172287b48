import type { Reply } from '../../anthropic/http.ts';
import { ANSWER } from '../../anthropic/message.ts';

const ID = '00000000-0000-4000-8000-000000000000';
const TOKENS = { input_tokens: 3, output_tokens: 5 };
const USAGE = { billed_units: TOKENS, tokens: TOKENS };

/** The answer to Cohere's own `POST /v2/chat`, streamed or whole: https://docs.cohere.com/reference/chat */
export function cohereChat(stream: boolean): Reply {
  if (!stream) {
    const message = { role: 'assistant', content: [{ type: 'text', text: ANSWER }] };
    return { status: 200, body: { id: ID, finish_reason: 'COMPLETE', message, usage: USAGE } };
  }
  const events = [
    { type: 'message-start', id: ID, delta: { message: { role: 'assistant', content: [] } } },
    { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
    { type: 'content-delta', index: 0, delta: { message: { content: { text: ANSWER } } } },
    { type: 'content-end', index: 0 },
    { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage: USAGE } },
  ];
  return { events: events.map((data) => ({ name: data.type, data })) };
}
