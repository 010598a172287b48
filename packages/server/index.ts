import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import type { components, paths } from './api.ts';

export type { components, paths } from './api.ts';
export { Webhook, WebhookVerificationError };

/** What a webhook brings, by its `type`. There may be further types: pass over what you do not know. */
export type KeyferryEvent = components['schemas']['Webhook'];
/** What went wrong: `code` is a row of the catalogue, `errors` name each field and the rule that it breaks. */
export type Problem = components['schemas']['PlatformProblem'];
export type Keyferry = Client<paths>;

export interface KeyferryOptions extends Omit<ClientOptions, 'baseUrl' | 'headers'> {
  /** Where Keyferry is, such as `https://api.keyferry.example`: no path. */
  url: string;
  /** The API key itself, one of `API_KEYS`. */
  apiKey: string;
}

/**
 * A client for each operation of the OpenAPI document: `keyferry.POST('/api/v1/connect-links', { body: … })`. A call
 * resolves with `data` or with `error` (a `Problem`) and the `response`; it rejects where there is no answer.
 */
export function createKeyferry({ url, apiKey, ...options }: KeyferryOptions): Keyferry {
  const authorization = `Bearer ${apiKey}`;
  return createClient<paths>({ ...options, baseUrl: url, headers: { authorization } });
}

/**
 * The event that a webhook brings. `body`: as it came, byte by byte, not parsed; `secret`: WEBHOOK_SECRET. Throws
 * `WebhookVerificationError` for one that is not Keyferry's, or is older than five minutes.
 */
export function verifyWebhook(
  body: string | Buffer,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  secret: string,
): KeyferryEvent {
  const given = (name: string) => String(headers[name] ?? '');
  const signed = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, given(name)]);
  return new Webhook(secret).verify(body, Object.fromEntries(signed)) as KeyferryEvent;
}
