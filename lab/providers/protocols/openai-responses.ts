import type { Reply } from '../../anthropic/http.ts';
import { ANSWER, TOKENS, type Tokens } from '../../anthropic/message.ts';

const PART = { type: 'output_text', text: ANSWER, annotations: [], logprobs: [] };
const ITEM = { id: 'msg_standin', type: 'message', role: 'assistant' };
const DONE = { ...ITEM, status: 'completed', content: [PART] };
const AT = { item_id: ITEM.id, output_index: 0, content_index: 0 };
const usageOf = ({ input, output, cacheRead }: Tokens) => ({
  input_tokens: input + cacheRead,
  input_tokens_details: { cached_tokens: cacheRead },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: input + cacheRead + output,
});

/** The answer to `POST …/responses`, streamed or whole, as OpenAI and xAI give it. */
export function responseReply(model: string, stream: boolean, tokens = TOKENS): Reply {
  const about = {
    id: 'resp_standin',
    object: 'response',
    created_at: 1_764_000_000,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model,
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
  };
  const whole = { ...about, status: 'completed', output: [DONE], usage: usageOf(tokens) };
  if (!stream) return { status: 200, body: whole };
  const started = { ...about, status: 'in_progress', output: [], usage: null };
  const events = [
    { type: 'response.created', response: started },
    { type: 'response.in_progress', response: started },
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { ...ITEM, status: 'in_progress', content: [] },
    },
    { type: 'response.content_part.added', ...AT, part: { ...PART, text: '' } },
    { type: 'response.output_text.delta', ...AT, delta: ANSWER, logprobs: [] },
    { type: 'response.output_text.done', ...AT, text: ANSWER, logprobs: [] },
    { type: 'response.content_part.done', ...AT, part: PART },
    { type: 'response.output_item.done', output_index: 0, item: DONE },
    { type: 'response.completed', response: whole },
  ];
  return {
    events: events.map((event, at) => ({ name: event.type, data: { ...event, sequence_number: at } })),
  };
}
