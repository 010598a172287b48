/** PLATFORM_PROVIDER: the provider on which a platform runs every box until the customer brings a credential, and after which it stays behind. */
import { z } from 'zod';
import { PROVIDERS } from '../contract/providers.ts';
import { Secret } from '../secrets/secret.ts';
import { isSafeAddress } from './config.values.ts';

/** How its API speaks, by OpenClaw's names. */
const APIS = [
  'openai-completions',
  'openai-responses',
  'anthropic-messages',
  'google-generative-ai',
] as const;

const MOST_MODELS = 50;
/** Stands for the customer's slug in `keyFrom`. */
export const CUSTOMER = '{customer}';

const modelSchema = z.strictObject({
  id: z.string().regex(/^[\w.:@+-][\w.:@+/-]{0,119}$/, 'models: an id must be as the API names the model'),
  name: z
    .string()
    .regex(/^[^\p{C}]{1,80}$/u)
    .optional(),
  reasoning: z.boolean().optional(),
  input: z.array(z.enum(['text', 'image'])).optional(),
  contextWindow: z.int().positive().optional(),
  maxTokens: z.int().positive().optional(),
});
export type PlatformModel = z.infer<typeof modelSchema>;

/** A key is one line of visible ASCII. */
const KEY = /^[\x21-\x7e]{8,4096}$/;

const schema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,31}$/, 'name must be a slug such as our-models')
      .refine(isFree, 'name must not be the name of a provider that OpenClaw knows'),
    baseUrl: z
      .string()
      .refine(isSafeAddress, 'baseUrl must begin with https:// (or http:// on this machine)')
      // It stands in the box's configuration and in process lists.
      .refine(
        (text) => !URL.canParse(text) || new URL(text).username === '',
        'baseUrl must hold no password',
      ),
    api: z.enum(APIS, `api must be one of ${APIS.join(', ')}`),
    models: z.array(modelSchema).min(1, 'models must name one or more').max(MOST_MODELS),
    key: z.string().regex(KEY, 'key must be one line').optional(),
    keyFrom: z
      .string()
      .refine(
        (text) => text.startsWith('/') || isSafeAddress(text.replaceAll(CUSTOMER, 'customer')),
        'keyFrom must be the path of a file, or an address that begins with https:// (or http:// on this machine)',
      )
      .refine((text) => text.includes(CUSTOMER), `keyFrom must have ${CUSTOMER} in it`)
      .optional(),
    keyFromToken: z.string().regex(KEY, 'keyFromToken must be one line').optional(),
  })
  .refine(({ key, keyFrom }) => (key === undefined) !== (keyFrom === undefined), 'must have key or keyFrom')
  .refine(
    ({ keyFrom, keyFromToken }) => keyFromToken === undefined || keyFrom?.startsWith('http') === true,
    'keyFromToken is for a keyFrom that is an address',
  );

/** Where a customer's key comes from: one for all of them, or a file or an address with the customer's slug in it. */
export type KeySource = Secret | { from: string; token: Secret | undefined };

/** The platform's own provider of models, as OpenClaw is to be told of it. */
export interface PlatformProvider {
  /** OpenClaw's id for it, with which its models begin. */
  readonly name: string;
  readonly baseUrl: string;
  readonly api: (typeof APIS)[number];
  /** The first is the one that answers. */
  readonly models: readonly [PlatformModel, ...PlatformModel[]];
  readonly key: KeySource;
}

/** Reads it from JSON. Its messages quote nothing, because its keys stand in the text. */
export const platformProvider = z.string().transform((text, context): PlatformProvider => {
  const read = schema.safeParse(parse(text));
  if (read.success) {
    const { name, baseUrl, api, models, key, keyFrom, keyFromToken } = read.data;
    const token = keyFromToken === undefined ? undefined : new Secret(keyFromToken);
    return {
      name,
      baseUrl,
      api,
      models: models as [PlatformModel, ...PlatformModel[]],
      key: key === undefined ? { from: keyFrom as string, token } : new Secret(key),
    };
  }
  context.addIssue(`must be JSON as docs/platform-fallback.md shows it: ${reason(read.error)}`);
  return z.NEVER;
});

/** A key as it was read from a file or an address; undefined for what is none. */
export function keyOf(text: string): Secret | undefined {
  const key = text.trim();
  return KEY.test(key) ? new Secret(key) : undefined;
}

/** The model that answers, as OpenClaw names it. */
export function platformModel({ name, models: [first] }: PlatformProvider): string {
  return `${name}/${first.id}`;
}

/** OpenClaw would take it for its own, and the customer's credentials would be of it. */
function isFree(name: string): boolean {
  const rows = Object.values(PROVIDERS);
  return !rows.some(({ openclaw }) => openclaw.id === name || openclaw.listedAs.some((id) => id === name));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Zod's own messages name no values, but for keys that it does not know: those are names. */
function reason(error: z.ZodError): string {
  const [issue] = error.issues;
  const path = issue?.path.join('.') ?? '';
  return `${path === '' || issue?.message.startsWith(path) ? '' : `${path}: `}${issue?.message ?? 'not right'}`;
}
