import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Role, roleSchema } from './operators.ts';
import type { SealingKey } from './sealed.ts';
import { Secret } from './secret.ts';

/** Which processes read a variable. */
type Reader = 'api' | 'worker';

interface Variable<Type> {
  /** One line for whoever sets it. */
  about: string;
  readers: readonly Reader[];
  /** What it is when it is not set; without one it must be set, unless `optional`. */
  fallback?: string;
  optional?: true;
  /** A secret may also come from a file: `<NAME>_FILE`. Its value is in no message. */
  secret?: true;
  read: z.ZodType<Type, string>;
}

const both: readonly Reader[] = ['api', 'worker'];
const api: readonly Reader[] = ['api'];
const worker: readonly Reader[] = ['worker'];

const whole = (least: number, most: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(least).max(most));
/** Minutes, with a fraction where one is wanted. */
const minutes = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number of minutes')
    .transform(Number)
    .pipe(z.number().min(least).max(most));
const flag = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');
const address = (...schemes: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)),
      `must be an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    );

/** Where a Sentinel listens. */
export interface SentinelAddress {
  host: string;
  port: number;
}

/** Where a Sentinel listens unless it is told otherwise. */
const SENTINEL_PORT = 26_379;

/** A secret that a person typed, or that is one character over and over, is found out sooner or later. */
const isWeak = (bytes: Iterable<unknown>) => new Set(bytes).size < 12;

const sealingKeys = z.string().transform((text, context): [SealingKey, ...SealingKey[]] => {
  const keys = text.split(',').map((entry) => {
    const [, id, encoded] = /^\s*([\w-]{1,32}):([A-Za-z0-9+/_-]{43}=?)\s*$/.exec(entry) ?? [];
    return { id: id ?? '', key: new Uint8Array(Buffer.from(encoded ?? '', 'base64')) };
  });
  const ids = new Set(keys.map(({ id }) => id));
  if (keys.some(({ key }) => key.length !== 32 || isWeak(key)) || ids.size !== keys.length)
    context.addIssue(
      'must be `id:key`, or several with commas between, each key 32 random bytes in base64 (openssl rand -base64 32)',
    );
  return keys as [SealingKey, ...SealingKey[]];
});

const apiKeys = z.string().transform((text, context) => {
  const keys = text.split(',').map((entry) => {
    const [, id, key] = /^\s*([\w-]{1,32}):(\S{32,})\s*$/.exec(entry) ?? [];
    return { id: id ?? '', key: new Secret(key ?? '') };
  });
  if (keys.some(({ key }) => key.length === 0 || isWeak(key.reveal())))
    context.addIssue(
      'must be `name:key`, or several with commas between, each key random and 32 characters or longer (openssl rand -hex 32)',
    );
  return keys;
});

const webhookSecret = z
  .string()
  .regex(
    /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/,
    'must be whsec_ and then 24 random bytes or more in base64 (openssl rand -base64 32)',
  )
  .transform((text) => new Secret(text));

const regions = z.string().transform((text, context) => {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => !/^[a-z]{2}(-[a-z]+)+-\d$/.test(name)) || new Set(names).size !== names.length)
    context.addIssue('must be regions such as eu-central-1, each once, with commas between');
  return names;
});

/** TLS, or a program on this machine. */
function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(hostname))
  );
}
const SAFE_ADDRESS = 'must be an address that begins with https:// (or http:// on this machine)';

/** Temporary private keys come back from there. */
const lightsailEndpoint = z
  .string()
  .refine((text) => isSafeAddress(text.replaceAll('{region}', 'eu-central-1')), SAFE_ADDRESS);

/** What an identity provider's values are worth here, by value. */
const oidcRoles = z.string().transform((text, context): ReadonlyMap<string, Role> => {
  const roles = new Map<string, Role>();
  for (const entry of text.split(',')) {
    const [, value = '', name] = /^\s*(\S.*?)\s*:\s*(\w+)\s*$/.exec(entry) ?? [];
    const role = roleSchema.safeParse(name);
    if (!role.success || roles.has(value)) {
      context.addIssue(
        'must be `value:role`, or several with commas between, each value once and each role observer, support or admin',
      );
      return z.NEVER;
    }
    roles.set(value, role.data);
  }
  return roles;
});

const baseDomain = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/,
    'must be a host name, with a port where it has one',
  );

/** The certificates themselves, so that a file that cannot be read stops the start. */
const certificates = z.string().transform((file, context) => {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch {
    // Said below.
  }
  context.addIssue('must name a file that can be read, with certificates in PEM');
  return z.NEVER;
});

const sentinels = z.string().transform((text, context): SentinelAddress[] => {
  const addresses = text.split(',').map((entry) => entry.trim());
  if (
    addresses.every(
      (entry) => /^([\w.-]+|\[[\da-fA-F:.]+\])(:\d{1,5})?$/.test(entry) && URL.canParse(`redis://${entry}`),
    )
  )
    return addresses.map((entry) => {
      const { hostname, port } = new URL(`redis://${entry}`);
      return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || SENTINEL_PORT) };
    });
  context.addIssue('must be addresses such as sentinel-1:26379, with commas between');
  return z.NEVER;
});

/** Every variable that Keyferry reads. `keyferry config` prints them; README has the same table. */
const VARIABLES = {
  REDIS_URL: {
    about: 'Where Redis is: `redis://` or `rediss://` (TLS), with user and password where it has them',
    readers: both,
    fallback: 'redis://127.0.0.1:6379',
    secret: true,
    read: address('redis', 'rediss'),
  },
  REDIS_CA_FILE: {
    about:
      'PEM file with the CA of the certificates of Redis (and its Sentinels), where that is not a public one',
    readers: both,
    optional: true,
    read: certificates,
  },
  REDIS_SENTINELS: {
    about:
      'Sentinels that say where Redis is: `host:port`, several with commas; of REDIS_URL then all but host and port counts',
    readers: both,
    optional: true,
    read: sentinels,
  },
  REDIS_MASTER_NAME: {
    about: 'What the Sentinels call Redis',
    readers: both,
    fallback: 'mymaster',
    read: z.string().regex(/^[\w.-]+$/, 'must be letters, digits, ., - and _'),
  },
  REDIS_SENTINEL_PASSWORD: {
    about: 'The password that the Sentinels want, where they want one',
    readers: both,
    optional: true,
    secret: true,
    read: z.string().transform((text) => new Secret(text)),
  },
  REDIS_PREFIX: {
    about: "First part of every key of Keyferry's in Redis",
    readers: both,
    fallback: 'keyferry',
    read: z.string().regex(/^[\w-]{1,40}$/, 'must be letters, digits, - and _'),
  },
  SEALING_KEYS: {
    about:
      'What seals codes on their way through Redis: `id:key`, the key 32 bytes in base64; several with commas, the first one seals, all open',
    readers: both,
    secret: true,
    read: sealingKeys,
  },
  LOG_LEVEL: {
    about: '`debug`, `info`, `warn` or `error`',
    readers: both,
    fallback: 'info',
    read: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
  },
  HEALTH_HOST: {
    about: 'Address for /healthz, /readyz and /metrics',
    readers: both,
    fallback: '127.0.0.1',
    read: z.string().min(1),
  },
  HEALTH_PORT: {
    about: 'Port for /healthz, /readyz and /metrics; 0 takes a free one',
    readers: both,
    fallback: '9464',
    read: whole(0, 65_535),
  },
  BASE_DOMAIN: {
    about: 'Customers are at `<customer>.<BASE_DOMAIN>`; with the port where browsers see one',
    readers: api,
    read: baseDomain,
  },
  BASE_SCHEME: {
    about: '`https`, or `http` where the base domain is localhost',
    readers: api,
    fallback: 'https',
    read: z.enum(['https', 'http']),
  },
  HOST: {
    about: 'Address that the api listens on',
    readers: api,
    fallback: '127.0.0.1',
    read: z.string().min(1),
  },
  PORT: {
    about: 'Port that the api listens on; 0 takes a free one',
    readers: api,
    fallback: '8080',
    read: whole(0, 65_535),
  },
  TRUSTED_PROXIES: {
    about:
      'Proxies whose X-Forwarded-For counts, as addresses or networks with commas between (or `loopback`, `uniquelocal`)',
    readers: api,
    optional: true,
    read: z.string().transform((text) => text.split(',').map((entry) => entry.trim())),
  },
  API_KEYS: {
    about: "Keys of the platform's servers: `name:key`; several with commas, all good",
    readers: api,
    secret: true,
    read: apiKeys,
  },
  CONNECT_LINK_MINUTES: {
    about: 'Minutes that a connect link is good for',
    readers: api,
    fallback: '10',
    read: whole(1, 60),
  },
  SESSION_HOURS: {
    about: "Hours that a customer's session lasts after its last use",
    readers: api,
    fallback: '12',
    read: whole(1, 168),
  },
  QUEUE_LIMIT: {
    about:
      'Handshakes that may wait for a worker; who would start one more is asked to try again in a minute',
    readers: api,
    fallback: '1000',
    read: whole(1, 1_000_000),
  },
  WEBHOOK_URL: {
    about: 'Where the platform hears how handshakes end',
    readers: both,
    optional: true,
    read: address('https', 'http'),
  },
  WEBHOOK_SECRET: {
    about: 'What signs webhooks (Standard Webhooks): `whsec_` and base64',
    readers: api,
    optional: true,
    secret: true,
    read: webhookSecret,
  },
  STAND_IN_SIGN_IN: {
    about:
      'Demonstrations only, below localhost: a stand-in for Anthropic that sign-in links are pointed at, labelled on the page',
    readers: api,
    optional: true,
    read: address('http'),
  },
  OPERATORS_FILE: {
    about:
      'Operators who sign in to the console with a password: a YAML file that `keyferry operator add` writes; this, or OIDC_ISSUER, or both',
    readers: api,
    optional: true,
    read: z.string().min(1),
  },
  OIDC_ISSUER: {
    about: 'The identity provider by which operators sign in to the console (OpenID Connect)',
    readers: api,
    optional: true,
    read: z.string().refine(isSafeAddress, SAFE_ADDRESS),
  },
  OIDC_CLIENT_ID: {
    about: 'What the identity provider calls Keyferry',
    readers: api,
    optional: true,
    read: z.string().min(1),
  },
  OIDC_CLIENT_SECRET: {
    about: 'The secret that the identity provider gave for OIDC_CLIENT_ID',
    readers: api,
    optional: true,
    secret: true,
    read: z.string().transform((text) => new Secret(text)),
  },
  OIDC_ROLES: {
    about:
      'Who has which role, by what the identity provider says in OIDC_ROLE_CLAIM: `value:role`, several with commas; the highest counts',
    readers: api,
    optional: true,
    read: oidcRoles,
  },
  OIDC_ROLE_CLAIM: {
    about: 'The claim with what OIDC_ROLES goes by',
    readers: api,
    fallback: 'groups',
    read: z.string().regex(/^[\w.:/-]{1,200}$/, 'must be the name of a claim'),
  },
  OIDC_NAME: {
    about: 'What the button that leads to the identity provider calls it',
    readers: api,
    fallback: 'single sign-on',
    read: z.string().regex(/^[^\p{C}]{1,60}$/u, 'must be 1 to 60 characters'),
  },
  OPERATOR_HOURS: {
    about: "Hours that an operator's session lasts after they signed in",
    readers: api,
    fallback: '8',
    read: whole(1, 168),
  },
  AUDIT_DAYS: {
    about: 'Days that the audit log keeps what operators did',
    readers: api,
    fallback: '365',
    read: whole(1, 3_650),
  },
  RECORDING_DAYS: {
    about: 'Days that the recording of a handshake is kept; 0: none is made',
    readers: both,
    fallback: '14',
    read: whole(0, 365),
  },
  BOXES_FILE: {
    about: 'The inventory: a YAML file with the box of every customer; this or LIGHTSAIL_REGIONS',
    readers: worker,
    optional: true,
    read: z.string().min(1),
  },
  LIGHTSAIL_REGIONS: {
    about:
      'AWS regions whose Lightsail instances are boxes, with commas between; with BOXES_FILE too, the file is looked into first',
    readers: worker,
    optional: true,
    read: regions,
  },
  LIGHTSAIL_TAG: {
    about: "The tag whose value is the slug of the instance's customer",
    readers: worker,
    fallback: 'keyferry-customer',
    read: z.string().regex(/^[\p{L}\p{N} _.:/=+@-]{1,128}$/u, 'must be a key that a tag can have'),
  },
  LIGHTSAIL_SSH_PORT: {
    about: "Port of the instances' sshd",
    readers: worker,
    fallback: '22',
    read: whole(1, 65_535),
  },
  LIGHTSAIL_ENDPOINT: {
    about: "Another address of Lightsail's API than AWS's own; `{region}` in it becomes the region",
    readers: worker,
    optional: true,
    read: lightsailEndpoint,
  },
  CONCURRENCY: {
    about: 'Handshakes that one worker process holds at a time, most of them waiting',
    readers: worker,
    fallback: '1000',
    read: whole(1, 10_000),
  },
  WAITING_MINUTES: {
    about: 'Minutes that a customer has to sign in and paste the code, 0.1 to 60',
    readers: worker,
    fallback: '15',
    read: minutes(0.1, 60),
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    about: 'Where traces go (OTLP over HTTP), without `/v1/traces`; one trace a handshake',
    readers: worker,
    optional: true,
    read: address('https', 'http'),
  },
  LIVE_PROOF: {
    about: "`false`: OpenClaw's word is enough, no real turn is made",
    readers: worker,
    fallback: 'true',
    read: flag,
  },
} as const satisfies Record<string, Variable<unknown>>;

type Name = keyof typeof VARIABLES;
type Read<Variable> = Variable extends { read: z.ZodType<infer Type> }
  ? Variable extends { optional: true }
    ? Type | undefined
    : Type
  : never;
type NamesOf<Who extends Reader> = {
  [Key in Name]: Who extends (typeof VARIABLES)[Key]['readers'][number] ? Key : never;
}[Name];

/** The settings of a process, by variable. */
export type Config<Who extends Reader> = { [Key in NamesOf<Who>]: Read<(typeof VARIABLES)[Key]> };

/** Settings that a process cannot start with. `message` has a sentence for each, and no value of a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the settings of a process from its environment. Throws `ConfigError` naming all that is wrong. */
export function readConfig<Who extends Reader>(
  who: Who,
  environment: Readonly<Record<string, string | undefined>>,
): Config<Who> {
  const wrong: string[] = [];
  const mine = entries().filter(([, { readers }]) => readers.includes(who));
  const config = readVariables(mine, environment, wrong);
  if (who === 'worker' && !environment.BOXES_FILE && !environment.LIGHTSAIL_REGIONS)
    wrong.push('BOXES_FILE or LIGHTSAIL_REGIONS is missing: one of them says where the boxes are.');
  if (wrong.length === 0) wrong.push(...contradictions(config));
  if (wrong.length > 0)
    throw new ConfigError(
      `Keyferry's ${who} cannot start:\n${wrong.map((line) => `  ${line}\n`).join('')}\`keyferry config\` explains every variable.`,
    );
  return config as Config<Who>;
}

/** Reads single settings, for a command that needs no others. Throws `ConfigError`. */
export function readSettings<Key extends Name>(
  names: readonly Key[],
  environment: Readonly<Record<string, string | undefined>>,
): { [Each in Key]: Read<(typeof VARIABLES)[Each]> } {
  const wrong: string[] = [];
  const asked = entries().filter(([name]) => (names as readonly string[]).includes(name));
  const config = readVariables(asked, environment, wrong);
  if (wrong.length > 0) throw new ConfigError(wrong.join(' '));
  return config as { [Each in Key]: Read<(typeof VARIABLES)[Each]> };
}

/** One line of the table of variables. */
export interface ConfigRow {
  name: string;
  readers: readonly Reader[];
  fallback: string;
  about: string;
}

/** Every variable, for people. */
export function configRows(): ConfigRow[] {
  return entries().map(([name, { readers, fallback, optional, secret, about }]) => ({
    name,
    readers,
    fallback: fallback ?? (optional ? '–' : 'required'),
    about: secret ? `${about}. Secret: may come from a file, ${name}_FILE` : about,
  }));
}

function entries(): [string, Variable<unknown>][] {
  return Object.entries(VARIABLES);
}

/** What the environment says of these variables; `wrong` hears of all that is not right. */
function readVariables(
  variables: [string, Variable<unknown>][],
  environment: Readonly<Record<string, string | undefined>>,
  wrong: string[],
): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const [name, variable] of variables) {
    const text = textOf(name, variable, environment, wrong);
    if (text === undefined) continue;
    const read = variable.read.safeParse(text);
    if (read.success) config[name] = read.data;
    else wrong.push(`${name} ${sentence(read.error, variable)}`);
  }
  return config;
}

/** The variable's text; undefined when it is not there, which `wrong` hears of where it must be. */
function textOf(
  name: string,
  { fallback, optional, secret }: Variable<unknown>,
  environment: Readonly<Record<string, string | undefined>>,
  wrong: string[],
): string | undefined {
  const set = environment[name];
  const file = secret ? environment[`${name}_FILE`] : undefined;
  if (set && file) {
    wrong.push(`${name} and ${name}_FILE are both set: set one.`);
    return undefined;
  }
  if (file) {
    try {
      const text = readFileSync(file, 'utf8').trim();
      // Deployments have a place for every secret, also for those that they do without.
      return text === '' && optional ? undefined : text;
    } catch {
      wrong.push(`${name}_FILE names a file that cannot be read: ${file}.`);
      return undefined;
    }
  }
  if (set) return set;
  if (fallback === undefined && !optional) wrong.push(`${name} is missing.`);
  return fallback;
}

function sentence(error: z.ZodError, { secret }: Variable<unknown>): string {
  const message = error.issues[0]?.message ?? 'is not right';
  return `${secret && !message.startsWith('must') ? 'is not right' : message}.`;
}

/** What is right by itself but not together. */
function contradictions(config: Partial<Config<Reader>>): string[] {
  const { BASE_DOMAIN: domain, BASE_SCHEME, STAND_IN_SIGN_IN, WEBHOOK_URL, WEBHOOK_SECRET } = config;
  const { REDIS_URL, REDIS_CA_FILE, REDIS_SENTINELS, REDIS_SENTINEL_PASSWORD } = config;
  const found: string[] = [];
  if (REDIS_CA_FILE && !REDIS_URL?.startsWith('rediss:'))
    found.push('REDIS_CA_FILE is set, so REDIS_URL must begin with rediss://.');
  if (REDIS_SENTINEL_PASSWORD && !REDIS_SENTINELS)
    found.push('REDIS_SENTINEL_PASSWORD is set, so REDIS_SENTINELS must be too.');
  if (domain === undefined) return found;
  const local = /(^|\.)localhost(:\d+)?$/.test(domain);
  if (BASE_SCHEME === 'http' && !local)
    found.push('BASE_SCHEME can be http only where BASE_DOMAIN is localhost: cookies and codes need TLS.');
  if (STAND_IN_SIGN_IN && !local)
    found.push('STAND_IN_SIGN_IN is for demonstrations below localhost: take it away.');
  const provider = [config.OIDC_ISSUER, config.OIDC_CLIENT_ID, config.OIDC_CLIENT_SECRET, config.OIDC_ROLES];
  if (provider.some(Boolean) && !provider.every(Boolean))
    found.push(
      'OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_ROLES belong together: set all or none.',
    );
  if (WEBHOOK_URL && !WEBHOOK_SECRET) found.push('WEBHOOK_URL is set, so WEBHOOK_SECRET must be too.');
  return found;
}
