import type { Reply } from '../anthropic/http.ts';
import { messageReply, type Tokens } from '../anthropic/message.ts';
import { cohereChat } from './protocols/cohere-chat.ts';
import { generatedContent } from './protocols/google-generate.ts';
import { modelList } from './protocols/models.ts';
import { chatCompletion } from './protocols/openai-chat.ts';
import { responseReply } from './protocols/openai-responses.ts';
import type { ProviderRequest } from './request.ts';
import { realPath, STAND_IN_ROWS, type StandInProvider } from './rows.ts';

/** Who answers OpenAI's newer protocol as well. */
const HAS_RESPONSES: readonly StandInProvider[] = [
  'openai',
  'xai',
  'openrouter',
  'groq',
  'huggingface',
  'perplexity',
];

/** The answer to a request whose key is good, in the protocol of its path; 404 where the real one has nothing. */
export function answerTo(request: ProviderRequest, url: URL): Reply {
  const { provider, model, stream, method, tokens } = request;
  const { models } = STAND_IN_ROWS[provider];
  const path = realPath(provider);
  const rest = url.pathname.startsWith(`${path}/`) ? url.pathname.slice(path.length) : url.pathname;
  const found =
    method === 'GET'
      ? listed(provider, models, rest)
      : provider === 'anthropic'
        ? anthropic(rest, model, stream, tokens)
        : provider === 'google'
          ? google(rest, model, stream, url)
          : provider === 'cohere' && rest === '/v2/chat'
            ? cohereChat(stream)
            : openai(provider, rest, model, stream, tokens);
  const message = `The stand-in has no ${method} ${url.pathname}`;
  return found ?? { status: 404, body: { error: { message, code: 404 } } };
}

function listed(provider: StandInProvider, models: readonly string[], rest: string): Reply | undefined {
  const body =
    provider === 'openrouter' && rest === '/key'
      ? OPENROUTER_KEY
      : // OpenClaw and SDKs differ in whether a base URL has the version.
        /^(\/v1)?\/models$/.test(rest)
        ? modelList(provider, models)
        : undefined;
  return body === undefined ? undefined : { status: 200, body };
}

function anthropic(rest: string, model: string, stream: boolean, tokens?: Tokens): Reply | undefined {
  if (rest === '/v1/messages') return messageReply(model, stream, tokens);
  return rest === '/v1/messages/count_tokens' ? { status: 200, body: { input_tokens: 3 } } : undefined;
}

function google(rest: string, model: string, stream: boolean, url: URL): Reply | undefined {
  if (/:(generateContent|streamGenerateContent)$/.test(rest))
    return generatedContent(model, stream, url.searchParams.get('alt') === 'sse');
  return rest.endsWith(':countTokens') ? { status: 200, body: { totalTokens: 3 } } : undefined;
}

function openai(
  provider: StandInProvider,
  rest: string,
  model: string,
  stream: boolean,
  tokens?: Tokens,
): Reply | undefined {
  if (/^(\/v1)?\/chat\/completions$/.test(rest)) return chatCompletion(model, stream, tokens);
  if (/^(\/v1)?\/responses$/.test(rest) && HAS_RESPONSES.includes(provider))
    return responseReply(model, stream, tokens);
  return undefined;
}

/** https://openrouter.ai/docs/api-reference/limits */
const OPENROUTER_KEY = {
  data: {
    label: 'stand-in',
    usage: 0.5,
    limit: 10,
    limit_remaining: 9.5,
    is_free_tier: false,
    rate_limit: { requests: -1, interval: '10s' },
  },
};
