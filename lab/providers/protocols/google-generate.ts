import type { Reply } from '../../anthropic/http.ts';
import { ANSWER } from '../../anthropic/message.ts';

/** The answer to `…:generateContent`, and to `…:streamGenerateContent` with `?alt=sse` and without. */
export function generatedContent(model: string, stream: boolean, asEvents: boolean): Reply {
  const answer = {
    candidates: [{ content: { parts: [{ text: ANSWER }], role: 'model' }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 5, totalTokenCount: 8 },
    modelVersion: model,
    responseId: 'standin',
  };
  if (stream && asEvents) return { events: [{ data: answer }] };
  return { status: 200, body: stream ? [answer] : answer };
}
