/**
 * An address of the customer's own at which models answer (the providers `ollama` and `custom`), as they say it: the same
 * for page, api, jobs, records and command line. Nothing of it is secret. Only the box ever asks that address.
 */
import { z } from 'zod';
import { parseUrl } from './url.ts';

/** How it is spoken to, in the words of OpenClaw's configuration. */
export const ENDPOINT_APIS = [
  'openai-completions',
  'openai-responses',
  'anthropic-messages',
  'ollama',
] as const;
export type EndpointApi = (typeof ENDPOINT_APIS)[number];

const MOST_URL = 300;
export const MOST_ENDPOINT_MODELS = 20;

/** What is wrong with an address, a sentence each. */
const FAULTS = {
  form: 'It must be an http or https address without a name, password, query or fragment.',
  plain: 'Outside of a private network it must begin with https://.',
  link: 'This address gives away a machine’s own credentials.',
} as const;

/**
 * No `$` and no braces: OpenClaw puts variables of the box in for `${NAME}` in its configuration, and a key of the
 * platform's would go to the customer's address.
 */
const FORM = /^https?:\/\/(?:[a-z\d._-]+|\[[\da-f:.]+\])(?::\d{1,5})?(?:\/[\w.~%+,:@=-]*)*$/i;

/** The same as rules, for who sends it over the API. */
const RULES = {
  form: `must be an http or https address without a name, password, query or fragment, ${MOST_URL} characters at most`,
  plain: 'must begin with https:// outside of a private network',
  link: 'must not be an address that gives away a machine’s own credentials',
} as const satisfies Record<keyof typeof FAULTS, string>;

/** The sentence that says what is wrong with an address; undefined: nothing. */
export function addressFault(text: string): string | undefined {
  const fault = faultOf(text);
  return fault && FAULTS[fault];
}

/** What is wrong with an address; undefined: nothing. */
export function faultOf(text: string): keyof typeof FAULTS | undefined {
  const url = text.length <= MOST_URL && FORM.test(text) ? parseUrl(text) : undefined;
  if (!url) return 'form';
  if (LINK.test(url.hostname)) return 'link';
  return url.protocol === 'http:' && !NEAR.test(url.hostname) ? 'plain' : undefined;
}

/** Whether an address is on the machine itself or in a private network, by its text alone. */
export function isNear(address: string): boolean {
  return NEAR.test(parseUrl(address)?.hostname ?? '');
}

/** Link-local addresses, under which clouds give out credentials, also as IPv6 writes IPv4; and no address at all. */
const LINK =
  /^(?:169\.254\.[\d.]+|\[(?:fe[89ab].*|::ffff:.*|fd00:ec2::254|::)\]|0\.[\d.]+|metadata(?:\.google\.internal)?)\.?$/;

/** Loopback, private networks (RFC 1918, 6598, 4193) and names that no public resolver has. A browser writes numbers whole. */
const NEAR =
  /^(?:127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.[\d.]+|\[(?:::1|f[cd].*)\]|[a-z][a-z\d-]*|.*\.(?:localhost|local|lan|internal|home\.arpa|ts\.net))\.?$/;

/** A model's id as providers form them: `claude-opus-5`, `meta-llama/Llama-3.3-70B`, `hf:zai-org/GLM-5`, `kimi-k3:cloud`. */
export const MODEL = /^[A-Za-z0-9](?:[\w.:+-]|\/(?=\w)){0,119}$/;

export const endpointSchema = z
  .strictObject({
    baseUrl: z
      .string()
      .refine((text) => faultOf(text) === undefined, {
        error: ({ input }) => RULES[faultOf(`${input}`) ?? 'form'],
      })
      .meta({ description: 'Its address, which the box alone asks', example: 'https://llm.example.com/v1' }),
    api: z.enum(ENDPOINT_APIS).meta({ description: 'How it is spoken to' }),
    models: z
      .array(z.string().regex(MODEL, 'must be the id of a model, 120 characters at most'))
      .min(1)
      .max(MOST_ENDPOINT_MODELS)
      .refine((ids) => new Set(ids).size === ids.length, 'must each be there once')
      .meta({
        description: 'Its models, by the ids that it gives them; the first is proved, and the default',
      }),
  })
  .meta({ id: 'Endpoint' });
export type Endpoint = z.infer<typeof endpointSchema>;

const CALLS = /\/(?:chat\/completions|completions|responses|messages|models|api\/(?:chat|generate|tags))$/;

/**
 * An address as people type it, as OpenClaw wants it: with a scheme, without what stands behind the base. Whether it is
 * one is for `addressFault`.
 */
export function tidyAddress(typed: string, api: EndpointApi): string {
  const text = typed.trim();
  const bare = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : withScheme(text);
  const base = withoutSlashes(withoutSlashes(bare).replace(CALLS, ''));
  // OpenClaw adds it by itself, and Ollama's own protocol has none (docs/providers/ollama of 2026.9.6).
  return api === 'anthropic-messages' || api === 'ollama' ? withoutSlashes(base.replace(/\/v1$/, '')) : base;
}

const withScheme = (text: string) => {
  const plain = `http://${text}`;
  return addressFault(plain) === undefined ? plain : `https://${text}`;
};

function withoutSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}
