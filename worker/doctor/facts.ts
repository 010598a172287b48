import { saidLines } from '../boxes/said.ts';
import { notRun } from '../boxes/script.ts';
import { type Gateways, readGateways } from './gateway.ts';

/** A program as it is on the box. */
export interface ProgramFact {
  path: string;
  version: string | undefined;
  /** The package.json above it. */
  package?: string | undefined;
  /** It was asked for its version and did not answer in time. */
  late: boolean;
  /** The versions of Node that its package asks for, such as `>=22.0.0`. */
  engines: string | undefined;
  /** `native` needs no Node; `script` may start anything; `unbuilt` is a package without its program. */
  runs: 'native' | 'node' | 'script' | 'unbuilt';
  /** The Node that it would run on. */
  node: NodeFact | undefined;
  /** Other Nodes on the box, which OpenClaw may search for; not every examination asks for their versions. */
  otherNodes: readonly OtherNode[];
}

/** `version` is undefined if it was not requested. */
interface OtherNode {
  path: string;
  version: string | undefined;
}

export interface NodeFact {
  path: string;
  version: string;
}

/** Bytes, as the kernel says. */
export interface MemoryFact {
  total: number;
  available: number;
  swapTotal: number;
  swapFree: number;
}

export interface UnitFact {
  scope: 'user' | 'system';
  name: string;
  /** systemd's ActiveState; undefined where systemd does not answer. */
  active: string | undefined;
  sub: string | undefined;
  restarts: number;
}

/** What the script saw on the box, the form of each part checked. What the box does not report is undefined. */
export interface Facts {
  /** Seconds since 1970 by the box's clock when the script started and ended. */
  clock: { start: number; end: number } | undefined;
  claude: ProgramFact | undefined;
  openclaw: ProgramFact | undefined;
  /** The Node that a program finds if there is none next to it. */
  node: NodeFact | undefined;
  /** `x86_64`, `aarch64`, … */
  machine: string | undefined;
  memory: MemoryFact | undefined;
  /** Bytes free below the home directory. */
  diskFree: number | undefined;
  /** Those of the home directory and the programs' files in it that this user may not write. */
  unwritable: readonly string[];
  /** Undefined if the processor's flags are not known. */
  avx: boolean | undefined;
  /** Its version, or where it is. */
  tmux: string | undefined;
  maxSessions: number | undefined;
  /** By host: `ok`, `timeout`, or a stage and a reason (`reach.script.ts`). */
  egress: ReadonlyMap<string, string>;
  proxied: boolean;
  /** Claude Code's settings name a proxy or certificates, which the examination used. */
  claudeProxied?: boolean;
  /** OpenClaw's settings name another address for Anthropic's API. */
  elsewhere?: boolean;
  /** One of Claude Code's own files that is not JSON. */
  claudeBroken?: string | undefined;
  /** `forceLoginMethod`, and the settings that contain it. */
  claudeMethod?: { method: string; where: string } | undefined;
  variables: readonly string[];
  units: readonly UnitFact[];
  gateway: { port: number; outcome: string } | undefined;
  /** OPENCLAW_GATEWAY_PORT as every openclaw command sees it, and where it is set. */
  namedPort: { port: number; where: string } | undefined;
  /** Something that looks like a token or a password for the gateway exists. */
  gatewayLogin: boolean;
  /** What gateways run with; undefined if that was not examined. */
  gateways?: Gateways | undefined;
}

/** A box may say anything: what it says is bounded in number and form before it is passed on. */
const MOST = 20;
/** The same for variables, of which every provider has some. */
const MOST_VARIABLES = 40;
const PATH = /^\/[\x20-\x7e]{1,300}$/;
const VERSION = /^v?\d{1,6}\.\d{1,6}\.\d{1,6}[\w.+-]{0,40}$/;
const RANGE = /^[\w.<>=|^~* -]{1,100}$/;
const VARIABLE = /^[A-Z][A-Z0-9_]{0,63} in [\x20-\x7e]{1,200}$/;
const PLACE = /^~(\/[\w.-]{1,60}){0,3}$/;
const UNIT = /^(user|system) ([\w.-]{1,80}\.service) ?([\w= -]{0,200})$/;
const NAMED_PORT = /^(\d{1,5}) (the session's environment|~\/\.openclaw\/\.env)$/;
const FILE = /^[~/][\x20-\x7e]{1,300}$/;
const METHOD = /^([\w-]{1,40}) ([~/][\x20-\x7e]{1,300})$/;
const EGRESS = /^([a-z0-9.-]{1,100}) ([a-z]{2,8}(?: [\w-]{1,60})?)$/;

/** Reads what the script printed. Throws `box_unusable` when it did not run to its end. */
export function readFacts(stdout: string, stderr = ''): Facts {
  const said = new Said(stdout);
  if (said.one('end', /^ok$/) === undefined) throw notRun(stdout, stderr);
  const kilobytes = (name: string) => said.number(name) * 1024;
  const [start, end] = [said.number('clock.start'), said.number('clock.end')];
  const total = kilobytes('memory.MemTotal');
  const free = said.one('disk', /^\d{1,15}$/);
  const [, port, outcome = ''] =
    said.match('gateway.port', /^(\d{1,5}) ([a-z]{2,8}(?: [\w-]{1,60})?)$/) ?? [];
  const [, named, where = ''] = said.match('gateway.named', NAMED_PORT) ?? [];
  return {
    clock: start > 0 && end > 0 ? { start, end } : undefined,
    claude: program(said, 'claude'),
    openclaw: program(said, 'openclaw'),
    node: node(said, 'node'),
    machine: said.match('system', /^\S+ (\w{1,20})$/)?.[1],
    memory:
      total > 0
        ? {
            total,
            available: kilobytes('memory.MemAvailable'),
            swapTotal: kilobytes('memory.SwapTotal'),
            swapFree: kilobytes('memory.SwapFree'),
          }
        : undefined,
    diskFree: free === undefined ? undefined : Number(free) * 1024,
    unwritable: said.all('unwritable', PLACE),
    avx: yesOrNo(said, 'avx'),
    tmux: said.one('tmux', /^[\w./ -]{1,100}$/),
    maxSessions: said.number('sshd.sessions') || undefined,
    egress: new Map(
      said.all('egress', EGRESS).map((line) => EGRESS.exec(line)?.slice(1, 3) as [string, string]),
    ),
    proxied: said.one('proxied', /^yes$/) !== undefined,
    claudeProxied: said.one('proxied.claude', /^yes$/) !== undefined,
    elsewhere: said.one('elsewhere', /^yes$/) !== undefined,
    claudeBroken: said.one('claude.broken', FILE),
    claudeMethod: claudeMethod(said),
    variables: said.all('variable', VARIABLE, MOST_VARIABLES),
    units: said.all('unit', UNIT).map(unit),
    namedPort: named === undefined ? undefined : { port: Number(named), where },
    gatewayLogin: said.one('gateway.login', /^yes$/) !== undefined,
    gateways: readGateways(stdout),
    gateway: port === undefined ? undefined : { port: Number(port), outcome },
  };
}

/** The `@name value` lines, by name. */
class Said {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(stdout: string) {
    this.#values = saidLines(stdout);
  }

  /** All values of a name that have the form, without repetitions; at most `most`. */
  all(name: string, form: RegExp, most = MOST): string[] {
    const fit = (this.#values.get(name) ?? []).filter((value) => form.test(value));
    return [...new Set(fit)].slice(0, most);
  }

  one(name: string, form: RegExp): string | undefined {
    return this.all(name, form)[0];
  }

  match(name: string, form: RegExp): RegExpExecArray | undefined {
    return form.exec(this.one(name, form) ?? '') ?? undefined;
  }

  /** A whole number; 0 where there is none. */
  number(name: string): number {
    return Number(this.one(name, /^\d{1,15}$/) ?? 0);
  }
}

function program(said: Said, name: 'claude' | 'openclaw'): ProgramFact | undefined {
  const path = said.one(name, PATH);
  if (path === undefined) return undefined;
  const runs = said.one(`${name}.runs`, /^(native|node|script|unbuilt)$/) as ProgramFact['runs'] | undefined;
  return {
    path,
    version: said.one(`${name}.version`, VERSION),
    package: said.one(`${name}.package`, PATH),
    late: said.one(`${name}.late`, /^yes$/) !== undefined,
    engines: said.one(`${name}.engines`, RANGE),
    runs: runs ?? 'script',
    node: node(said, `${name}.node`),
    otherNodes: said.all(`${name}.others`, OTHER_NODE).map((line) => {
      const [, version, path = ''] = OTHER_NODE.exec(line) ?? [];
      return { version, path };
    }),
  };
}

const OTHER_NODE = /^(?:v(\d{1,6}\.\d{1,6}\.\d{1,6}\S{0,40}) )?(\/[\x20-\x7e]{1,300})$/;

function node(said: Said, name: string): NodeFact | undefined {
  const [, version, path] =
    said.match(name, /^v(\d{1,6}\.\d{1,6}\.\d{1,6}\S{0,40}) (\/[\x20-\x7e]{1,300})$/) ?? [];
  return version === undefined || path === undefined ? undefined : { version, path };
}

function claudeMethod(said: Said): Facts['claudeMethod'] {
  const methods = said.all('claude.method', METHOD).map((line) => METHOD.exec(line) ?? []);
  // The administrator's settings come last, and take precedence.
  const [, method, where = ''] = methods.at(-1) ?? [];
  return method === undefined ? undefined : { method, where };
}

function yesOrNo(said: Said, name: string): boolean | undefined {
  const answer = said.one(name, /^(yes|no)$/);
  return answer === undefined ? undefined : answer === 'yes';
}

function unit(line: string): UnitFact {
  const [, scope, name = '', states = ''] = UNIT.exec(line) ?? [];
  const state = (key: string) => new RegExp(`\\b${key}=(\\w[\\w-]*)`).exec(states)?.[1];
  return {
    scope: scope === 'system' ? 'system' : 'user',
    name,
    active: state('ActiveState'),
    sub: state('SubState'),
    restarts: Number(state('NRestarts') ?? 0) || 0,
  };
}
