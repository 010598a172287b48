import { z } from 'zod';
import { colour, MOST_NAME } from '../contract/brand.ts';
import { displayLine } from '../contract/platform-api.ts';
import { Secret } from '../secrets/secret.ts';
import {
  address,
  apiKeys,
  awsEndpoint,
  baseDomain,
  boxKinds,
  certificates,
  chatAddress,
  customerLink,
  flag,
  isSafeAddress,
  keyProviders,
  kmsKeys,
  limits,
  mailAddress,
  methods,
  minutes,
  networks,
  oidcRoles,
  plans,
  receiptKeys,
  receiptPublicKeys,
  refreshUrl,
  regions,
  returnUrl,
  SAFE_ADDRESS,
  sealingKeys,
  sentinels,
  smtpServer,
  supportKinds,
  webhookSecret,
  whole,
  workerKeys,
  workerPublicKeys,
} from './config.values.ts';
import { logoFile } from './logo.ts';
import { platformProvider } from './platform-provider.ts';

/** Who reads a variable: a process, or a command of `keyferry`. */
export type Reader = 'api' | 'worker' | 'command';

export interface Variable<Type> {
  /** One line for the person who sets it. */
  about: string;
  readers: readonly Reader[];
  /** Its value when it is not set; a variable without one must be set, unless it is `optional`. */
  fallback?: string;
  optional?: true;
  /** A secret may also come from a file: `<NAME>_FILE`. Its value appears in no message. */
  secret?: true;
  /** May come from a file too, although it is no secret. */
  mayBeFile?: true;
  read: z.ZodType<Type, string>;
}

const both: readonly Reader[] = ['api', 'worker'];
const api: readonly Reader[] = ['api'];
const worker: readonly Reader[] = ['worker'];
const command: readonly Reader[] = ['command'];

/** Every variable that Keyferry reads. `keyferry config` prints them; docs/configuration.md has the same table. */
export const VARIABLES = {
  REDIS_URL: {
    about: 'Address of Redis: `redis://` or `rediss://` (TLS), with user and password if it has them',
    readers: both,
    fallback: 'redis://127.0.0.1:6379',
    secret: true,
    read: address('redis', 'rediss'),
  },
  REDIS_CA_FILE: {
    about:
      'PEM file with the CA that issued the certificates of Redis (and its Sentinels), if it is not a public one',
    readers: both,
    optional: true,
    read: certificates,
  },
  REDIS_SENTINELS: {
    about:
      'Sentinels to ask where Redis is: `host:port`, several separated by commas; the host and port of REDIS_URL are then ignored',
    readers: both,
    optional: true,
    read: sentinels,
  },
  REDIS_MASTER_NAME: {
    about: 'The name by which the Sentinels know Redis',
    readers: both,
    fallback: 'mymaster',
    read: z.string().regex(/^[\w.-]+$/, 'must be letters, digits, ., - and _'),
  },
  REDIS_SENTINEL_PASSWORD: {
    about: 'Password of the Sentinels (REDIS_SENTINELS), if they have one',
    readers: both,
    optional: true,
    secret: true,
    read: z.string().transform((text) => new Secret(text)),
  },
  REDIS_PREFIX: {
    about: 'First part of every key that Keyferry writes to Redis',
    readers: both,
    fallback: 'keyferry',
    read: z.string().regex(/^[\w-]{1,40}$/, 'must be letters, digits, - and _'),
  },
  DATABASE_URL: {
    about: 'Address of the database (PostgreSQL 15 or newer): `postgresql://user:password@host/name`',
    readers: both,
    secret: true,
    read: address('postgresql'),
  },
  DATABASE_CA_FILE: {
    about:
      'PEM file with the CA that issued the certificate of the database, if it is not a public one; TLS is then required',
    readers: both,
    optional: true,
    read: certificates,
  },
  DATABASE_CONNECTIONS: {
    about: 'The most connections to the database that this process has',
    readers: both,
    fallback: '10',
    read: whole(2, 200),
  },
  SEALING_KEYS: {
    about:
      'Keys that seal the credentials of boxes and last screens in the database, and recordings in Redis: `id:key`, the key 32 bytes in base64; several separated by commas: the first one seals, all of them open',
    readers: both,
    secret: true,
    read: sealingKeys,
  },
  WORKER_KEYS: {
    about:
      'Private keys that open what is sealed to the workers (pasted codes, API keys, tokens under way): `id:key`, several separated by commas: the first one seals, all of them open; `keyferry seal key` makes one',
    readers: worker,
    secret: true,
    read: workerKeys,
  },
  WORKER_PUBLIC_KEYS: {
    about:
      'The public halves of WORKER_KEYS: `id:key`, several separated by commas; browsers seal to the first one',
    readers: api,
    mayBeFile: true,
    read: workerPublicKeys,
  },
  RECEIPT_KEYS: {
    about:
      'Keys that sign the receipts of disconnections (Ed25519): `id:key`, several separated by commas: the first one signs; `keyferry receipt key` makes one. Without it, receipts say that they are not signed',
    readers: worker,
    optional: true,
    secret: true,
    read: receiptKeys,
  },
  RECEIPT_PUBLIC_KEYS: {
    about:
      'The public halves of all keys that have ever signed a receipt: `id:key`, several separated by commas; published at `/api/v1/receipt-keys`',
    readers: api,
    optional: true,
    mayBeFile: true,
    read: receiptPublicKeys,
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
    about: 'Customers are at `<customer>.<BASE_DOMAIN>`; includes the port if browsers see one',
    readers: api,
    read: baseDomain,
  },
  BASE_SCHEME: {
    about: '`https`, or `http` if the base domain is localhost',
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
      'Proxies whose X-Forwarded-For is trusted: addresses or networks separated by commas (or `loopback`, `uniquelocal`). Those of a CDN that serves others, too, only where nobody but your own zone there reaches this origin',
    readers: api,
    optional: true,
    read: z.string().transform((text) => text.split(',').map((entry) => entry.trim())),
  },
  API_KEYS: {
    about: "Keys of the platform's servers: `name:key`; several separated by commas, all valid",
    readers: api,
    secret: true,
    read: apiKeys,
  },
  CONNECT_LINK_MINUTES: {
    about: 'Minutes for which a connect link is valid',
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
  HAND_OVER: {
    about:
      'Whether customers may continue on another device of the same network (docs/security/cross-device.md): `on` or `off`, where many of them are behind one address',
    readers: api,
    fallback: 'on',
    read: z.enum(['on', 'off'], 'must be on or off'),
  },
  SIGN_IN_BEGINS: {
    about:
      'When a sign-in begins on the customer’s box: `visit`, as soon as they look at their page, so that the link is there when they click (what fails before that is no case), or `click`, so that nothing begins before it',
    readers: api,
    fallback: 'visit',
    read: z.enum(['visit', 'click'], 'must be visit or click'),
  },
  QUEUE_LIMIT: {
    about:
      'Handshakes that may wait for a worker; a customer who would start one more is asked to try again in a minute',
    readers: api,
    fallback: '1000',
    read: whole(1, 1_000_000),
  },
  WEBHOOK_URL: {
    about:
      'Address that gets webhooks: ends of handshakes, what becomes of connections, cases and releases (docs/platform.md); the same on apis and workers',
    readers: both,
    optional: true,
    read: address('https', 'http'),
  },
  WEBHOOK_SECRET: {
    about: 'Secret that signs webhooks (Standard Webhooks): `whsec_` and base64; required with WEBHOOK_URL',
    readers: api,
    optional: true,
    secret: true,
    read: webhookSecret,
  },
  PLATFORM_NAME: {
    about:
      'Your name, as your customers know it: on their page, in its title, and as the sender of mails whose MAIL_FROM has no name',
    readers: api,
    optional: true,
    read: displayLine(MOST_NAME),
  },
  PLATFORM_LOGO: {
    about:
      'File with your logo, for the customers’ page: an SVG, PNG or WebP of at most 64 KiB, which has to be seen on light and on dark. It is read at the start, and served from the page’s own address',
    readers: api,
    optional: true,
    read: logoFile,
  },
  PLATFORM_COLOR: {
    about:
      'Accent of the light page: `#rrggbb`. Refused, with its ratio, where text in it or on it would have a contrast of less than 4.5:1',
    readers: api,
    optional: true,
    read: colour('light'),
  },
  PLATFORM_COLOR_DARK: {
    about: 'The same for the dark page; without it a lighter one is made of PLATFORM_COLOR',
    readers: api,
    optional: true,
    read: colour('dark'),
  },
  SUPPORT_URL: {
    about:
      'Where your customers find support: offered on their page wherever something has ended badly, and below it',
    readers: api,
    optional: true,
    read: z.string().refine(isSafeAddress, SAFE_ADDRESS),
  },
  SUPPORT_EMAIL: {
    about: 'The address that your customers write to for support; offered in the same places',
    readers: api,
    optional: true,
    read: z.email('must be an e-mail address').max(254),
  },
  RETURN_URL: {
    about:
      'Where the customers’ page offers to go back to, for connect links without a `returnUrl` of their own, such as those that support makes in the console',
    readers: api,
    optional: true,
    read: returnUrl,
  },
  REFRESH_URL: {
    about:
      'An address of yours that signs the customer in, makes a fresh link for whoever that is and redirects to it: offered where a link or a visit is over, for connect links without a `refreshUrl` of their own',
    readers: api,
    optional: true,
    read: refreshUrl,
  },
  TERMS_URL: {
    about: 'Your terms: linked below the customers’ page',
    readers: api,
    optional: true,
    read: z.string().refine(isSafeAddress, SAFE_ADDRESS),
  },
  SMTP_URL: {
    about:
      'Mail server that customers’ mails are handed to (docs/notices.md): `smtps://user:password@host` (TLS), or `smtp://` (STARTTLS; with `?tls=offered`, also without TLS where the server has none). Without it nobody is mailed',
    readers: api,
    optional: true,
    secret: true,
    read: smtpServer,
  },
  MAIL_FROM: {
    about: 'Sender of those mails: an address, or `Name <address>`; required with SMTP_URL',
    readers: api,
    optional: true,
    read: mailAddress,
  },
  MAIL_LINK: {
    about:
      'Where the button of a mail leads; `{customer}` in it becomes the customer. Set it if your customers come to their page through you, since a connect link is never mailed; without it: the customer’s own page',
    readers: api,
    optional: true,
    read: customerLink,
  },
  MAILS_PER_MINUTE: {
    about: 'The most mails that this process hands in within a minute',
    readers: api,
    fallback: '120',
    read: whole(1, 10_000),
  },
  SUPPORT_WEBHOOK_URL: {
    about:
      'Incoming webhook of support’s chat (Slack, Mattermost, Discord with `/slack` at its end), for what goes wrong with connections (docs/notices.md)',
    readers: api,
    optional: true,
    secret: true,
    read: chatAddress,
  },
  SUPPORT_MAIL: {
    about: 'Where support gets the same by mail: an address, or `Name <address>`; needs `SMTP_URL`',
    readers: api,
    optional: true,
    read: mailAddress,
  },
  SUPPORT_NOTICES: {
    about:
      'What goes there: some of `case` (new ones, in place of `failed`, `attention`, `expired` and `usage`), `attention`, `expired`, `usage`, `recovered`, `disconnected`, `repairable`, `repaired`, `failed` (handshakes), separated by commas, or `all`',
    readers: api,
    fallback: 'all',
    read: supportKinds,
  },
  STAND_IN_SIGN_IN: {
    about:
      'For demonstrations under localhost only: a stand-in for Anthropic that sign-in links lead to, labelled as such on the page',
    readers: api,
    optional: true,
    read: address('http'),
  },
  OPERATORS_FILE: {
    about:
      'YAML file of the operators who sign in to the console with a password, written by `keyferry operator add`; set this, OIDC_ISSUER or both',
    readers: api,
    optional: true,
    read: z.string().min(1),
  },
  OIDC_ISSUER: {
    about:
      'Identity provider through which operators sign in to the console (OpenID Connect); set it together with OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_ROLES',
    readers: api,
    optional: true,
    read: z.string().refine(isSafeAddress, SAFE_ADDRESS),
  },
  OIDC_CLIENT_ID: {
    about: 'Keyferry’s client ID at the identity provider',
    readers: api,
    optional: true,
    read: z.string().min(1),
  },
  OIDC_CLIENT_SECRET: {
    about: 'Secret that the identity provider issued for OIDC_CLIENT_ID',
    readers: api,
    optional: true,
    secret: true,
    read: z.string().transform((text) => new Secret(text)),
  },
  OIDC_ROLES: {
    about:
      'Which role each value of OIDC_ROLE_CLAIM gives: `value:role`, several separated by commas; the highest role counts',
    readers: api,
    optional: true,
    read: oidcRoles,
  },
  OIDC_ROLE_CLAIM: {
    about: 'Claim whose values OIDC_ROLES maps to roles',
    readers: api,
    fallback: 'groups',
    read: z.string().regex(/^[\w.:/-]{1,200}$/, 'must be the name of a claim'),
  },
  OIDC_NAME: {
    about: 'Name of the identity provider on the button that leads to it',
    readers: api,
    fallback: 'single sign-on',
    read: z.string().regex(/^[^\p{C}]{1,60}$/u, 'must be 1 to 60 characters'),
  },
  OPERATOR_HOURS: {
    about: "Hours that an operator's session lasts after sign-in",
    readers: api,
    fallback: '8',
    read: whole(1, 168),
  },
  AUDIT_DAYS: {
    about: 'Days that `keyferry audit prune` leaves an entry in the audit log',
    readers: command,
    fallback: '365',
    read: whole(1, 3_650),
  },
  WATCH_HOURS: {
    about:
      'Hours, about, between two looks at a connection on its box; sooner where something was seen, and near its end. 0: none is looked at',
    readers: worker,
    fallback: '24',
    read: whole(0, 720),
  },
  PROVE_DAYS: {
    about:
      'Days, about, between two real turns that a look makes with a connection: only a turn shows that a provider refuses a credential, and it costs the customer a few tokens. 0: none',
    readers: worker,
    fallback: '0',
    read: whole(0, 365),
  },
  REPAIR: {
    about:
      'What happens to what two looks found wrong and Keyferry can put right (docs/fleet.md): `tell` only reports it; `safe` also puts right an order and a configuration key that came before the credential (the key also in a handshake, once the credential is proved), and a default model that an update of OpenClaw has moved; the rest waits until somebody asks',
    readers: worker,
    fallback: 'tell',
    read: z.enum(['tell', 'safe'], 'must be tell or safe'),
  },
  PRICES_FILE: {
    about:
      'A table of what models cost, for usage of which OpenClaw knows no cost, in the place of the one that Keyferry brings (YAML, docs/usage.md)',
    readers: worker,
    optional: true,
    read: z.string().startsWith('/', 'must be the absolute path of a file'),
  },
  USAGE_LIMITS: {
    about:
      'Limits of what each customer uses, where neither theirs nor their plan’s are set (JSON, docs/limits.md); the default tells of 2,400 requests a day, which is 100 an hour',
    readers: both,
    fallback: '[{"per":"day","measure":"requests","most":2400}]',
    read: limits,
  },
  FALLBACK_TURNS: {
    about:
      'Turns on one day that the platform’s own models answer somebody who has connected a credential of their own, beyond which there is an alert (docs/limits.md). 0: there is none',
    readers: worker,
    fallback: '50',
    read: whole(0, 1_000_000),
  },
  HISTORY_DAYS: {
    about:
      'Days that what is over stays in the record: handshakes with their attempts and last screens, events and notices, connections that have ended, repairs, resolved cases, runs over the fleet, reports of the doctor, and usage',
    readers: worker,
    fallback: '400',
    read: whole(1, 3_650),
  },
  RECORDING_DAYS: {
    about: 'Days that the recording of a handshake is kept; 0 makes none',
    readers: both,
    fallback: '14',
    read: whole(0, 365),
  },
  METHODS: {
    about:
      'How customers can connect: some of `setup-token`, `claude-login`, `api-key`, separated by commas; docs/claude-login.md says what each moves',
    readers: api,
    fallback: 'setup-token',
    read: methods,
  },
  KEY_PROVIDERS: {
    about:
      'Providers whose API keys customers can bring (docs/providers.md), separated by commas, in the order in which they are shown, or `all`',
    readers: api,
    fallback: 'all',
    read: keyProviders,
  },
  PLANS: {
    about:
      'What each plan of your customers includes, as JSON: `{"free":["anthropic/setup-token"],"pro":["*/*"],"default":[]}`; without it every plan includes all that is offered',
    readers: api,
    optional: true,
    read: plans,
  },
  BOX_KINDS: {
    about:
      'Kinds of boxes that the platform may add over the API: some of `ssh`, `docker`, `kubernetes`, `command`, `local`, separated by commas, or `none`; SECURITY.md says what each allows',
    readers: both,
    fallback: 'ssh,kubernetes',
    read: boxKinds,
  },
  BOX_NETWORKS: {
    about:
      'Networks in which boxes added over the API are allowed although their addresses would otherwise be refused (loopback, link-local, metadata services): `127.0.0.0/8`, several separated by commas',
    readers: both,
    optional: true,
    read: networks,
  },
  BOXES_FILE: {
    about: 'A YAML file with customers’ boxes, searched first',
    readers: worker,
    optional: true,
    read: z.string().min(1),
  },
  LIGHTSAIL_REGIONS: {
    about:
      'AWS regions whose Lightsail instances are boxes, separated by commas; searched last, after BOXES_FILE and the boxes that the platform has added',
    readers: worker,
    optional: true,
    read: regions,
  },
  LIGHTSAIL_TAG: {
    about: "Tag whose value is the slug of the instance's customer",
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
    about: "Address of Lightsail's API, if it is not AWS's own; `{region}` in it becomes the region",
    readers: worker,
    optional: true,
    read: awsEndpoint,
  },
  VAULT: {
    about:
      '`file` or `kms` keeps a sealed copy of every credential, for boxes that lose theirs (docs/vault.md): its data key is wrapped by VAULT_KEYS or by VAULT_KMS_KEY; `off` keeps none',
    readers: worker,
    fallback: 'off',
    read: z.enum(['off', 'file', 'kms']),
  },
  VAULT_KEYS: {
    about:
      'Keys of the vault: `id:key`, the key 32 bytes in base64; several separated by commas: the first one wraps, all of them open. None of SEALING_KEYS',
    readers: worker,
    optional: true,
    secret: true,
    read: sealingKeys,
  },
  VAULT_KMS_KEY: {
    about:
      'ARN of the key of AWS KMS that the vault uses; several separated by commas: the first one wraps, all of them open. Credentials are those of AWS’s tools',
    readers: worker,
    optional: true,
    read: kmsKeys,
  },
  VAULT_KMS_ENDPOINT: {
    about: 'Address of AWS KMS, if it is not AWS’s own; `{region}` in it becomes the region',
    readers: worker,
    optional: true,
    read: awsEndpoint,
  },
  CONCURRENCY: {
    about:
      'Handshakes that one worker process holds at once, most of them waiting; docs/platform.md explains what that means for a crowd',
    readers: worker,
    fallback: '1000',
    read: whole(1, 10_000),
  },
  WAITING_MINUTES: {
    about: 'Minutes that a customer has to sign in and paste the code, from 0.1 to 60',
    readers: worker,
    fallback: '15',
    read: minutes(0.1, 60),
  },
  PARK_AFTER_SECONDS: {
    about:
      'Seconds that a sign-in waits for its code before its worker lets go of it, where the box can keep it (tmux); the code, or a customer who comes back to the page, has a worker connect again; 0: never',
    readers: worker,
    fallback: '120',
    read: whole(0, 3_600),
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    about: 'Address to send traces to (OTLP over HTTP), without `/v1/traces`; one trace per handshake',
    readers: worker,
    optional: true,
    read: address('https', 'http'),
  },
  PLATFORM_PROVIDER: {
    about:
      'The platform’s own provider of models, which answers on a box when nothing of the customer’s does: JSON, explained in docs/platform-fallback.md',
    readers: worker,
    optional: true,
    secret: true,
    read: platformProvider,
  },
  LIVE_PROOF: {
    about: '`false` relies on what OpenClaw reports and makes no real turn',
    readers: worker,
    fallback: 'true',
    read: flag,
  },
} as const satisfies Record<string, Variable<unknown>>;
