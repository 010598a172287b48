import { z } from 'zod';
import { Secret } from '../secrets/secret.ts';
import {
  address,
  apiKeys,
  baseDomain,
  certificates,
  flag,
  isSafeAddress,
  lightsailEndpoint,
  minutes,
  oidcRoles,
  regions,
  SAFE_ADDRESS,
  sealingKeys,
  sentinels,
  webhookSecret,
  whole,
} from './config.values.ts';

/** Which processes read a variable. */
export type Reader = 'api' | 'worker';

export interface Variable<Type> {
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

/** Every variable that Keyferry reads. `keyferry config` prints them; README has the same table. */
export const VARIABLES = {
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
    about:
      'Handshakes that one worker process holds at a time, most of them waiting; docs/platform.md says what that means for a crowd',
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
