import { saidLines } from '../boxes/said.ts';
import { GATEWAY_VARIABLES } from './gateway.script.ts';

/** What an OpenClaw on the box would run with: this session's, a unit's, or that of one already running. */
export interface Setting {
  /** `session`, `user/<unit>`, `system/<unit>` or `process/<pid>`. */
  key: string;
  /** Of `GATEWAY_VARIABLES`, those that are set. */
  given: ReadonlyMap<string, string>;
  writable: boolean;
  /** OpenClaw would have to say whether its configuration is valid: nothing has checked it since it was written. */
  toBeAsked: boolean;
  /** The configuration names agents, each of which can have a model of its own. */
  namesAgents: boolean;
  /** The configuration may have a provider use a key of its own in the place of a stored one. */
  namesKeys: boolean;
  readOnly: boolean;
}

export interface GatewayProgram {
  path: string;
  /** What it runs, if it is a Node. */
  entry: string | undefined;
  version: string | undefined;
  package: string;
}

export interface GatewayUnit extends Setting {
  /** As the unit says; empty if it does not. */
  user: string;
  /** Undefined if systemd does not answer. */
  active: string | undefined;
  enabled: string | undefined;
  /** The OpenClaw that it starts, if that can be seen. */
  program: GatewayProgram | undefined;
  /** What it starts although it is not there. */
  gone: string | undefined;
  /** A file of variables that this user may not read. */
  unread: string | undefined;
}

export interface Gateways {
  user: { name: string; uid: string };
  session: Setting;
  units: readonly GatewayUnit[];
  processes: readonly Setting[];
  /** Other users whose gateways run here. */
  others: readonly { name: string; uid: string }[];
  /** Users who listen on the port that this session's OpenClaw names as its gateway's, and where it is named. */
  listening: readonly { port: string; uid: string; where: string }[];
}

/** A box may say anything: what it says is bounded in number and form before it is used. */
const MOST = 200;
const MOST_SETTINGS = 30;
const KEY = String.raw`(session|(?:user|system)/[\w.-]{1,80}\.service|process/\d{1,10})`;
const FORMS = {
  user: /^([\w.-]{1,64}) (\d{1,10})$/,
  given: new RegExp(`^${KEY} (${GATEWAY_VARIABLES.join('|')})=([\\x20-\\x7e]{1,300})$`),
  'unit.user': new RegExp(`^${KEY} ?([\\w.-]{0,64})$`),
  'unit.states': new RegExp(`^${KEY}((?: (?:ActiveState|UnitFileState)=[\\w-]{0,20}){0,2})$`),
  'unit.program': new RegExp(
    `^${KEY} (/[\\x21-\\x7e]{1,300}) (-|[\\w.+-]{1,40}) (/[\\x21-\\x7e]{1,300}) ?(/[\\x21-\\x7e]{1,300})?$`,
  ),
  'unit.gone': new RegExp(`^${KEY} (/[\\x20-\\x7e]{1,300})$`),
  'unit.unread': new RegExp(`^${KEY} (/[\\x20-\\x7e]{1,300})$`),
  store: new RegExp(`^${KEY} ([wu]) ([pa]) ([a-]) ([r-]) ([k-])$`),
  other: /^([\w.-]{1,64}) (\d{1,10})$/,
  port: /^(\d{1,5}) (\d{1,10}) ([\x20-\x7e]{1,300})$/,
} as const;
type Name = keyof typeof FORMS;

/** Reads what `examine_gateways` printed; undefined where it said nothing of this session. */
export function readGateways(stdout: string): Gateways | undefined {
  const lines = saidLines(stdout);
  const said = new Map(
    (Object.keys(FORMS) as Name[]).map((name) => {
      const values = (lines.get(name) ?? []).slice(0, MOST);
      return [
        name,
        values.flatMap((value) => {
          const match = FORMS[name].exec(value);
          return match ? [[...match].slice(1)] : [];
        }),
      ] as const;
    }),
  );
  const all = (name: Name) => said.get(name) ?? [];
  const of = (name: Name, key: string) => all(name).find(([whose]) => whose === key);
  const setting = ([key = '', writable, how, agents, fixed, keys]: string[]): Setting => {
    const given = new Map(
      all('given').flatMap(([whose, variable = '', value = '']) =>
        whose === key ? [[variable, value] as const] : [],
      ),
    );
    const readOnly = ['OPENCLAW_NIX_MODE', 'OPENCLAW_CONFIG_READONLY'].some(
      (name) => given.get(name) === '1',
    );
    return {
      key,
      given,
      writable: writable === 'w',
      toBeAsked: how === 'a',
      namesAgents: agents === 'a',
      namesKeys: keys === 'k',
      readOnly: readOnly || fixed === 'r',
    };
  };
  const unit = (store: string[]): GatewayUnit => {
    const key = store[0] ?? '';
    const states = of('unit.states', key)?.[1] ?? '';
    const [, from, version, path, entry] = of('unit.program', key) ?? [];
    return {
      ...setting(store),
      user: of('unit.user', key)?.[1] ?? '',
      active: /ActiveState=([\w-]+)/.exec(states)?.[1],
      enabled: /UnitFileState=([\w-]+)/.exec(states)?.[1],
      program:
        from && path
          ? { path, entry: entry || undefined, version: version === '-' ? undefined : version, package: from }
          : undefined,
      gone: of('unit.gone', key)?.[1],
      unread: of('unit.unread', key)?.[1],
    };
  };
  const stores = all('store').slice(0, MOST_SETTINGS);
  const session = all('store').find(([key]) => key === 'session');
  const [name = '', uid = ''] = all('user')[0] ?? [];
  if (!session) return undefined;
  return {
    user: { name, uid },
    session: setting(session),
    units: stores.filter(([key = '']) => /^(user|system)\//.test(key)).map(unit),
    processes: stores.filter(([key = '']) => key.startsWith('process/')).map(setting),
    others: [...new Map(all('other').map(([name = '', uid = '']) => [uid, { name, uid }])).values()].slice(
      0,
      5,
    ),
    listening: all('port').map(([port = '', uid = '', where = '']) => ({ port, uid, where })),
  };
}

/** The package.json of the OpenClaw that was found, as `describe_program` says. */
export function packageOf(stdout: string): string | undefined {
  return /^@openclaw\.package (\/[\x20-\x7e]{1,300})$/m.exec(stdout)?.[1];
}
