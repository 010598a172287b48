import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { type Reader, VARIABLES, type Variable } from './config.variables.ts';

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

/** Settings that a process cannot start with. `message` has a sentence for each, and never a secret's value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the settings of a process from its environment. Throws `ConfigError` that names everything wrong with them. */
export function readConfig<Who extends Reader>(
  who: Who,
  environment: Readonly<Record<string, string | undefined>>,
): Config<Who> {
  const wrong: string[] = [];
  const mine = entries().filter(([, { readers }]) => readers.includes(who));
  const config = readVariables(mine, environment, wrong);
  if (
    who === 'worker' &&
    environment.BOX_KINDS === 'none' &&
    !environment.BOXES_FILE &&
    !environment.LIGHTSAIL_REGIONS
  )
    wrong.push('BOX_KINDS is `none`, so BOXES_FILE or LIGHTSAIL_REGIONS must say where the boxes are.');
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
  wrong.push(...ofVault(config));
  if (wrong.length > 0) throw new ConfigError(wrong.join(' '));
  return config as { [Each in Key]: Read<(typeof VARIABLES)[Each]> };
}

/** Names of the variables that hold secrets. */
export function secretNames(): string[] {
  return entries().flatMap(([name, { secret }]) => (secret ? [name] : []));
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
  return entries().map(([name, { readers, fallback, optional, secret, mayBeFile, about }]) => ({
    name,
    readers,
    fallback: fallback ?? (optional ? '–' : 'required'),
    about: secret
      ? `${about}. Secret: may come from a file, ${name}_FILE`
      : mayBeFile
        ? `${about}. May come from a file, ${name}_FILE`
        : about,
  }));
}

function entries(): [string, Variable<unknown>][] {
  return Object.entries(VARIABLES);
}

/** What the environment says about these variables; `wrong` collects everything that is not right. */
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

/** The variable's text; undefined when it is not set, which goes into `wrong` if it is required. */
function textOf(
  name: string,
  { fallback, optional, secret, mayBeFile }: Variable<unknown>,
  environment: Readonly<Record<string, string | undefined>>,
  wrong: string[],
): string | undefined {
  const set = environment[name];
  const file = secret || mayBeFile ? environment[`${name}_FILE`] : undefined;
  if (set && file) {
    wrong.push(`${name} and ${name}_FILE are both set: set one.`);
    return undefined;
  }
  if (file) {
    try {
      const text = readFileSync(file, 'utf8').trim();
      // Deployments have a file for every secret, including those that they do not use.
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

/** Settings that are each right but do not go together. */
function contradictions(config: Partial<Config<Reader>>): string[] {
  const { BASE_DOMAIN: domain, BASE_SCHEME, STAND_IN_SIGN_IN, WEBHOOK_URL, WEBHOOK_SECRET } = config;
  const { REDIS_URL, REDIS_CA_FILE, REDIS_SENTINELS, REDIS_SENTINEL_PASSWORD } = config;
  const found: string[] = [];
  if (REDIS_CA_FILE && !REDIS_URL?.startsWith('rediss:'))
    found.push('REDIS_CA_FILE is set, so REDIS_URL must begin with rediss://.');
  if (REDIS_SENTINEL_PASSWORD && !REDIS_SENTINELS)
    found.push('REDIS_SENTINEL_PASSWORD is set, so REDIS_SENTINELS must be too.');
  found.push(...ofVault(config));
  if (domain === undefined) return found;
  const local = /(^|\.)localhost(:\d+)?$/.test(domain);
  if (BASE_SCHEME === 'http' && !local)
    found.push('BASE_SCHEME can be http only if BASE_DOMAIN is localhost: cookies and codes need TLS.');
  if (STAND_IN_SIGN_IN && !local)
    found.push('STAND_IN_SIGN_IN is for demonstrations under localhost: remove it.');
  const provider = [config.OIDC_ISSUER, config.OIDC_CLIENT_ID, config.OIDC_CLIENT_SECRET, config.OIDC_ROLES];
  if (provider.some(Boolean) && !provider.every(Boolean))
    found.push(
      'OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_ROLES belong together: set all or none.',
    );
  if (WEBHOOK_URL && !WEBHOOK_SECRET) found.push('WEBHOOK_URL is set, so WEBHOOK_SECRET must be too.');
  if (config.SMTP_URL && !config.MAIL_FROM) found.push('SMTP_URL is set, so MAIL_FROM must be too.');
  if (config.SUPPORT_MAIL && !config.SMTP_URL) found.push('SUPPORT_MAIL is set, so SMTP_URL must be too.');
  return found;
}

/** The vault's keys are there, and are not those that the api has as well. */
function ofVault({ VAULT, VAULT_KEYS, VAULT_KMS_KEY, SEALING_KEYS }: Partial<Config<Reader>>): string[] {
  const found: string[] = [];
  if (VAULT === 'file' && !VAULT_KEYS) found.push('VAULT is `file`, so VAULT_KEYS must be set.');
  if (VAULT === 'kms' && !VAULT_KMS_KEY) found.push('VAULT is `kms`, so VAULT_KMS_KEY must be set.');
  const others = new Set(SEALING_KEYS?.map(({ key }) => Buffer.from(key).toString('hex')));
  if (VAULT_KEYS?.some(({ key }) => others.has(Buffer.from(key).toString('hex'))))
    found.push('VAULT_KEYS has a key of SEALING_KEYS, which the api has as well: make another one.');
  return found;
}
