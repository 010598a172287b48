/** Reads the values of variables from text. Each message completes "<NAME> …". */
import { createPublicKey, ECDH } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { BOX_KINDS, type BoxKind } from '../contract/boxes.ts';
import { linkOptions } from '../contract/connect-links.ts';
import { type Limit, limitsSchema } from '../contract/limits.ts';
import { SUPPORT_KINDS, type SupportKind } from '../contract/notices.ts';
import { type Role, roleSchema } from '../contract/operators.ts';
import type { Method } from '../contract/provider-names.ts';
import { METHODS, type Provider, rowOf } from '../contract/providers.ts';
import type { WorkerPublicKey } from '../contract/sealed.ts';
import type { ReceiptKey, ReceiptPublicKey } from '../secrets/receipt-keys.ts';
import type { SealingKey } from '../secrets/sealed.ts';
import { publicHalf, type WorkerKey } from '../secrets/sealed-to-workers.ts';
import { Secret } from '../secrets/secret.ts';

/** A whole number. */
export const whole = (least: number, most: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(least).max(most));
/** Minutes, fractions allowed. */
export const minutes = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number of minutes')
    .transform(Number)
    .pipe(z.number().min(least).max(most));
/** `true` or `false`. */
export const flag = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');
/** An address of one of these schemes. */
export const address = (...schemes: string[]) =>
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

/** A Sentinel's default port. */
const SENTINEL_PORT = 26_379;

/** A secret that a person made up, or that repeats one character, is guessed sooner or later. */
const isWeak = (bytes: Iterable<unknown>) => new Set(bytes).size < 12;

/** `id:key`, several separated by commas; the first one seals. */
export const sealingKeys = z.string().transform((text, context): [SealingKey, ...SealingKey[]] => {
  const keys = text.split(',').map((entry) => {
    const [, id, encoded] = /^\s*([\w-]{1,32}):([A-Za-z0-9+/_-]{43}=?)\s*$/.exec(entry) ?? [];
    return { id: id ?? '', key: new Uint8Array(Buffer.from(encoded ?? '', 'base64')) };
  });
  const ids = new Set(keys.map(({ id }) => id));
  if (keys.some(({ key }) => key.length !== 32 || isWeak(key)) || ids.size !== keys.length)
    context.addIssue(
      'must be `id:key`, or several separated by commas, each key 32 random bytes in base64 (openssl rand -base64 32)',
    );
  return keys as [SealingKey, ...SealingKey[]];
});

/** `id:key`, several separated by commas, as `keyferry seal key` makes them; the first one seals. */
export const workerKeys = z.string().transform((text, context): [WorkerKey, ...WorkerKey[]] => {
  const keys = text.split(',').map((entry) => {
    const [, id, encoded] = /^\s*([\w-]{1,32}):([A-Za-z0-9+/_-]{43}=?)\s*$/.exec(entry) ?? [];
    return { id: id ?? '', key: new Uint8Array(Buffer.from(encoded ?? '', 'base64')) };
  });
  const ids = new Set(keys.map(({ id }) => id));
  if (ids.size !== keys.length || !keys.every((key) => !isWeak(key.key) && isPrivateKey(key)))
    context.addIssue(
      'must be `id:key`, or several separated by commas, each a private key of P-256 in base64 (`keyferry seal key` makes them)',
    );
  return keys as [WorkerKey, ...WorkerKey[]];
});

function isPrivateKey(key: WorkerKey): boolean {
  try {
    return key.key.length === 32 && publicHalf(key).id !== '';
  } catch {
    return false;
  }
}

/** Public keys as `id:key`, several separated by commas; `what` one is, and `isOne` of its base64url. */
function publicKeys<Key extends { id: string; key: string }>(
  isOne: (key: string) => boolean,
  what: string,
): z.ZodPipe<z.ZodString, z.ZodTransform<[Key, ...Key[]], string>> {
  return z.string().transform((text, context) => {
    const keys = text.split(',').map((entry) => {
      const [, id, encoded] = /^\s*([\w-]{1,32}):([A-Za-z0-9+/_-]{43,87}=?)\s*$/.exec(entry) ?? [];
      return { id: id ?? '', key: Buffer.from(encoded ?? '', 'base64').toString('base64url') };
    });
    const ids = new Set(keys.map(({ id }) => id));
    if (ids.size !== keys.length || !keys.every(({ id, key }) => id !== '' && isOne(key)))
      context.addIssue(`must be \`id:key\`, or several separated by commas, each ${what}`);
    return keys as unknown as [Key, ...Key[]];
  });
}

/** The public halves of WORKER_KEYS. */
export const workerPublicKeys = publicKeys<WorkerPublicKey>(
  isPublicKey,
  'a public key of P-256 in base64 (`keyferry seal key` makes them)',
);

function isPublicKey(key: string): boolean {
  try {
    return (
      key.length === 87 &&
      ECDH.convertKey(key, 'prime256v1', 'base64url', 'base64url', 'uncompressed') === key
    );
  } catch {
    return false;
  }
}

/** `id:key`, several separated by commas, as `keyferry receipt key` makes them; the first one signs. */
export const receiptKeys = z.string().transform((text, context): [ReceiptKey, ...ReceiptKey[]] => {
  const keys = text.split(',').map((entry) => {
    const [, id, encoded] = /^\s*([\w-]{1,32}):([A-Za-z0-9+/_-]{43}=?)\s*$/.exec(entry) ?? [];
    return { id: id ?? '', key: new Uint8Array(Buffer.from(encoded ?? '', 'base64')) };
  });
  const ids = new Set(keys.map(({ id }) => id));
  if (keys.some(({ key }) => key.length !== 32 || isWeak(key)) || ids.size !== keys.length)
    context.addIssue(
      'must be `id:key`, or several separated by commas, each a private key of Ed25519 in base64 (`keyferry receipt key` makes them)',
    );
  return keys as [ReceiptKey, ...ReceiptKey[]];
});

/** The public halves of all keys that have ever signed a receipt. */
export const receiptPublicKeys = publicKeys<ReceiptPublicKey>(
  isReceiptPublicKey,
  'a public key of Ed25519 in base64 (`keyferry receipt key` makes them)',
);

function isReceiptPublicKey(x: string): boolean {
  try {
    return (
      x.length === 43 &&
      createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }).type === 'public'
    );
  } catch {
    return false;
  }
}

/** `name:key`, several separated by commas. */
export const apiKeys = z.string().transform((text, context) => {
  const keys = text.split(',').map((entry) => {
    const [, id = '', key = ''] = /^\s*([\w-]{1,32}):(\S{32,})\s*$/.exec(entry) ?? [];
    return { id, key };
  });
  if (keys.some(({ key }) => isWeak(key)))
    context.addIssue(
      'must be `name:key`, or several separated by commas, each key random and 32 characters or longer (openssl rand -hex 32)',
    );
  return keys.map(({ id, key }) => ({ id, key: new Secret(key) }));
});

/** As Standard Webhooks writes it. */
export const webhookSecret = z
  .string()
  .regex(
    /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/,
    'must be whsec_ and then 24 random bytes or more in base64 (openssl rand -base64 32)',
  )
  .transform((text) => new Secret(text));

/** AWS regions, separated by commas. */
export const regions = z.string().transform((text, context) => {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => !/^[a-z]{2}(-[a-z]+)+-\d$/.test(name)) || new Set(names).size !== names.length)
    context.addIssue('must be regions such as eu-central-1, each once, separated by commas');
  return names;
});

/** Kinds of boxes, separated by commas, or `none`. */
export const boxKinds = z.string().transform((text, context): ReadonlySet<BoxKind> => {
  const names = text === 'none' ? [] : text.split(',').map((name) => name.trim());
  if (!names.every((name): name is BoxKind => (BOX_KINDS as readonly string[]).includes(name))) {
    context.addIssue(`must be \`none\`, or some of ${BOX_KINDS.join(', ')}, separated by commas`);
    return z.NEVER;
  }
  return new Set(names);
});

/** Networks, `address/prefix`, separated by commas. */
export const networks = z.string().transform((text, context): BlockList => {
  const list = new BlockList();
  for (const entry of text.split(',')) {
    const [, address = '', prefix = ''] = /^\s*([\da-fA-F.:]+)\/(\d{1,3})\s*$/.exec(entry) ?? [];
    const family = isIP(address);
    if (family === 0 || Number(prefix) > (family === 4 ? 32 : 128)) {
      context.addIssue('must be networks such as 127.0.0.0/8, separated by commas');
      return z.NEVER;
    }
    list.addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
});

/** TLS, or a program on this machine. */
export function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(hostname))
  );
}
export const SAFE_ADDRESS = 'must be an address that begins with https:// (or http:// on this machine)';

/** A mail server. */
export interface SmtpServer {
  host: string;
  port: number;
  /** `always`: TLS from the first byte; `required`: STARTTLS before anything else; `offered`: only where the server has it. */
  tls: 'always' | 'required' | 'offered';
  user: string | undefined;
  password: Secret | undefined;
}

/** The usual ports of mail servers. */
const SMTP_PORTS = { 'smtp:': 587, 'smtps:': 465 } as const;

/** Where mails are handed in: `smtps://` is TLS, `smtp://` STARTTLS, which only a server on this machine may do without. */
export const smtpServer = z.string().transform((text, context): SmtpServer => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOurs = url && (url.protocol === 'smtp:' || url.protocol === 'smtps:') && url.hostname !== '';
  const isPlain = isOurs && /^\/?$/.test(url.pathname) && url.hash === '';
  if (!isPlain || !(url.search === '' || (url.protocol === 'smtp:' && url.search === '?tls=offered'))) {
    context.addIssue(
      'must be smtps://user:password@host, or smtp:// for STARTTLS (with `?tls=offered`, also without TLS where the server has none)',
    );
    return z.NEVER;
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isHere = /^(127\.[\d.]+|localhost|::1)$/.test(host);
  return {
    host,
    port: Number(url.port || SMTP_PORTS[url.protocol as keyof typeof SMTP_PORTS]),
    tls: url.protocol === 'smtps:' ? 'always' : isHere || url.search !== '' ? 'offered' : 'required',
    user: url.username === '' ? undefined : decodeURIComponent(url.username),
    password: url.password === '' ? undefined : new Secret(decodeURIComponent(url.password)),
  };
});

/** A sender. */
export interface MailAddress {
  name: string;
  address: string;
}

/** `address`, or `Name <address>`. */
export const mailAddress = z.string().transform((text, context): MailAddress => {
  const [, name = '', bracketed, bare] =
    /^(?:([^<>"\p{C}]{0,100}?)\s*<([^<>\s]+)>|([^<>\s]+))$/u.exec(text.trim()) ?? [];
  const address = z
    .email()
    .max(254)
    .safeParse(bracketed ?? bare);
  if (!address.success) {
    context.addIssue('must be an e-mail address, or a name and one: `Example <no-reply@example.com>`');
    return z.NEVER;
  }
  return { name: name.trim(), address: address.data };
});

/** An address with `{customer}` in it, or without. */
export const customerLink = z
  .string()
  .refine((text) => isSafeAddress(text.replaceAll('{customer}', 'alice')), SAFE_ADDRESS);

/** What links have without one of their own, and so what a link may have. */
export const returnUrl = z
  .string()
  .refine(isSafeAddress, SAFE_ADDRESS)
  .refine((text) => linkOptions.returnUrl.safeParse(text).success, 'must have 2,000 characters at most');
export const refreshUrl = z
  .string()
  .refine(
    (text) => linkOptions.refreshUrl.safeParse(text).success,
    'must be an address that begins with https:// and has 2,000 characters at most',
  );

/** Where a chat takes messages; whoever knows the address can write there. */
export const chatAddress = z
  .string()
  .refine(isSafeAddress, SAFE_ADDRESS)
  .transform((text) => new Secret(text));

/** What support is told, separated by commas, or `all`. */
export const supportKinds = z.string().transform((text, context): ReadonlySet<SupportKind> => {
  const names = text.trim() === 'all' ? SUPPORT_KINDS : text.split(',').map((name) => name.trim());
  const known = names.filter((name): name is SupportKind =>
    (SUPPORT_KINDS as readonly string[]).includes(name),
  );
  if (known.length !== names.length)
    context.addIssue(`must be \`all\`, or some of ${SUPPORT_KINDS.join(', ')}, separated by commas`);
  return new Set(known);
});

/** Temporary private keys are fetched from there, and data keys of the vault. */
export const awsEndpoint = z
  .string()
  .refine((text) => isSafeAddress(text.replaceAll('{region}', 'eu-central-1')), SAFE_ADDRESS);

/** ARNs of keys of AWS KMS, separated by commas. An alias can be moved to another key, so it is none. */
export const kmsKeys = z.string().transform((text, context): [string, ...string[]] => {
  const arns = text.split(',').map((arn) => arn.trim());
  const isArn = (arn: string) =>
    /^arn:aws(-[a-z]+)*:kms:[a-z]{2}(-[a-z]+)+-\d:\d{12}:key\/[\w-]{1,64}$/.test(arn);
  if (!arns.every(isArn) || new Set(arns).size !== arns.length)
    context.addIssue(
      'must be the ARN of a key (arn:aws:kms:<region>:<account>:key/<id>), or several, each once, separated by commas',
    );
  return arns as [string, ...string[]];
});

/** Which role each of an identity provider's values gives. */
export const oidcRoles = z.string().transform((text, context): ReadonlyMap<string, Role> => {
  const roles = new Map<string, Role>();
  for (const entry of text.split(',')) {
    const [, value = '', name] = /^\s*(\S.*?)\s*:\s*(\w+)\s*$/.exec(entry) ?? [];
    const role = roleSchema.safeParse(name);
    if (!role.success || roles.has(value)) {
      context.addIssue(
        'must be `value:role`, or several separated by commas, each value once and each role observer, support or admin',
      );
      return z.NEVER;
    }
    roles.set(value, role.data);
  }
  return roles;
});

/** A host name, with the port that browsers see. */
export const baseDomain = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/, 'must be a host name, with a port if it has one');

/** The certificates themselves, so that an unreadable file prevents the start. */
export const certificates = z.string().transform((file, context) => {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch {
    // Said below.
  }
  context.addIssue('must name a file that can be read, with certificates in PEM');
  return z.NEVER;
});

/** `host:port`, several separated by commas. */
export const sentinels = z.string().transform((text, context): SentinelAddress[] => {
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
  context.addIssue('must be addresses such as sentinel-1:26379, separated by commas');
  return z.NEVER;
});

/** Methods, each once, separated by commas. */
export const methods = z.string().transform((text, context): readonly Method[] => {
  const named = text.split(',').map((name) => name.trim());
  const known = named.filter((name): name is Method => Object.hasOwn(METHODS, name));
  if (known.length !== named.length || new Set(named).size !== named.length)
    context.addIssue(`must be some of ${Object.keys(METHODS).join(', ')}, each once, separated by commas`);
  return known;
});

/** Providers that take a key, each once, separated by commas; undefined: `all`. */
export const keyProviders = z.string().transform((text, context): readonly Provider[] | undefined => {
  if (text.trim() === 'all') return undefined;
  const named = text.split(',').map((name) => name.trim());
  const known = named.filter((name): name is Provider => rowOf(name)?.methods['api-key'] !== undefined);
  if (known.length !== named.length || new Set(named).size !== named.length)
    context.addIssue('must be `all`, or providers that take a key, each once, separated by commas');
  return known;
});

const plansSchema = z.record(
  z.string().min(1).max(64),
  z.array(z.string().regex(/^([a-z][a-z0-9-]*|\*)\/([a-z][a-z0-9-]*|\*)$/)).max(100),
);

/** Plans by name; each includes `provider/method`s, in which `*` stands for all. */
export const plans = z.string().transform((text, context): z.infer<typeof plansSchema> => {
  const read = plansSchema.safeParse(parsed(text));
  if (!read.success)
    context.addIssue('must be JSON such as {"free":["anthropic/setup-token"],"pro":["*/*"]}');
  return read.data ?? {};
});

/** Limits of usage, as JSON. */
export const limits = z.string().transform((text, context): Limit[] => {
  const read = limitsSchema.safeParse(parsed(text));
  if (!read.success)
    context.addIssue('must be a JSON array such as [{"per":"day","measure":"requests","most":2400}]');
  return read.data ?? [];
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
