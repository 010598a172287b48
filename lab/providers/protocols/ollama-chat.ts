import type { Reply } from '../../anthropic/http.ts';
import { ANSWER } from '../../anthropic/message.ts';

/** The answer to `POST /api/chat` of Ollama's own protocol: a line of JSON for each piece, or one object (docs/api.md of Ollama). */
export function ollamaChat(model: string, stream: boolean): Reply {
  const at = { model, created_at: '2026-11-24T10:00:00.000000000Z' };
  const last = {
    done: true,
    done_reason: 'stop',
    total_duration: 5_000_000,
    prompt_eval_count: 3,
    eval_count: 5,
  };
  const piece = (content: string, more: object) => ({
    ...at,
    message: { role: 'assistant', content },
    ...more,
  });
  if (!stream) return { status: 200, body: piece(ANSWER, last) };
  const lines = [piece(ANSWER, { done: false }), piece('', last)].map((line) => `${JSON.stringify(line)}\n`);
  return { status: 200, body: lines.join(''), headers: { 'content-type': 'application/x-ndjson' } };
}
