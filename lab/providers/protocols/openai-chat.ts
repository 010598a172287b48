import type { Reply } from '../../anthropic/http.ts';
import { ANSWER, TOKENS, type Tokens } from '../../anthropic/message.ts';

const usageOf = ({ input, output, cacheRead }: Tokens) => ({
  prompt_tokens: input + cacheRead,
  completion_tokens: output,
  total_tokens: input + cacheRead + output,
  ...(cacheRead > 0 && { prompt_tokens_details: { cached_tokens: cacheRead } }),
});

/** The answer to `POST …/chat/completions`, streamed or whole: OpenAI's, and that of all who are compatible with it. */
export function chatCompletion(model: string, stream: boolean, tokens = TOKENS): Reply {
  const usage = usageOf(tokens);
  const about = {
    id: 'chatcmpl-standin',
    object: stream ? 'chat.completion.chunk' : 'chat.completion',
    created: 1_764_000_000,
    model,
    system_fingerprint: 'fp_standin',
  };
  if (!stream) {
    const message = { role: 'assistant', content: ANSWER, refusal: null };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
    return { status: 200, body: { ...about, choices, usage } };
  }
  const chunk = (delta: object, finish_reason: string | null) => ({
    data: { ...about, choices: [{ index: 0, delta, logprobs: null, finish_reason }] },
  });
  return {
    events: [
      chunk({ role: 'assistant', content: '' }, null),
      chunk({ content: ANSWER }, null),
      chunk({}, 'stop'),
      // Sent where `stream_options` ask for it; who did not ask skips a chunk without choices.
      { data: { ...about, choices: [], usage } },
      { data: '[DONE]' },
    ],
  };
}
