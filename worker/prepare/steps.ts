import { judgeVersion, newestTried, nodeWanted, satisfies } from '../doctor/versions.ts';
import { NODE, NPM, PACKAGES, PATH, SWAP } from './scripts.ts';
import type { BoxState } from './state.ts';

export type StepName = 'swap' | 'packages' | 'node' | 'path' | 'claude' | 'openclaw';

/** What to install. */
export interface Wishes {
  /** Exact version of Claude Code; default: what is there, else the newest that Keyferry has been tried on. */
  claude?: string | undefined;
  /** The same for OpenClaw. */
  openclaw?: string | undefined;
  /** Where Node's versions are; default the official place. */
  nodeFrom?: string | undefined;
  /** False: no swap file is made. */
  swap?: boolean | undefined;
}

/** What a step is about to do. */
export interface Work {
  /** In words, as the end of "It would …". */
  words: string;
  script: string;
  args: readonly string[];
  needsRoot: boolean;
  /** False: without root it is left out, and the box works all the same. */
  needed: boolean;
  /** Milliseconds. */
  timeoutMs: number;
}

export type Look = { there: string } | { work: Work };

/** One step: pure, from what is on the box to what there is to do. Looked at again afterwards, it must be `there`. */
export interface Step {
  name: StepName;
  look(state: BoxState): Look;
}

const MINUTE = 60_000;
const MB = 1024 * 1024;
const NODE_FROM = 'https://nodejs.org/dist';
/** The Node on which the newest programs were tried. */
const NODE_VERSION = '24.21.0';
/** A machine sold with 2 GB shows a little less. */
const SMALL = 1_900 * MB;
const SWAP_MB = 2_048;

/** All steps, in their order: memory before what needs it. */
export function stepsFor(wishes: Wishes): Step[] {
  const steps: Step[] = [
    { name: 'swap', look: swap },
    { name: 'packages', look: (state) => packages(state, wishes) },
    { name: 'node', look: (state) => node(state, wishes) },
    { name: 'path', look: path },
    { name: 'claude', look: (state) => program('claude', state, wishes) },
    { name: 'openclaw', look: (state) => program('openclaw', state, wishes) },
  ];
  return wishes.swap === false ? steps.slice(1) : steps;
}

function swap({ memory }: BoxState): Look {
  if (!memory) return { there: 'The kernel does not say how much memory there is.' };
  if (memory.swapTotal > 0) return { there: `${Math.round(memory.swapTotal / MB)} MB of swap.` };
  const size = `${Math.round(memory.total / MB)} MB of memory`;
  if (memory.total >= SMALL) return { there: `${size}, enough without swap.` };
  return {
    work: {
      words: `add ${SWAP_MB} MB of swap in /swapfile, for good: there are ${size} and no swap`,
      script: SWAP,
      args: [String(SWAP_MB)],
      needsRoot: true,
      needed: false,
      timeoutMs: 5 * MINUTE,
    },
  };
}

function packages(state: BoxState, wishes: Wishes): Look {
  const download = 'work' in node(state, wishes) && !state.downloads;
  const missing = [
    ...(state.tmux === undefined ? ['tmux'] : []),
    ...(download ? ['curl', 'ca-certificates'] : []),
  ];
  if (missing.length === 0) return { there: `${state.tmux ?? 'tmux'}.` };
  return {
    work: {
      words: `install ${missing.join(', ')} with apt-get`,
      script: PACKAGES,
      args: missing,
      needsRoot: true,
      needed: download,
      timeoutMs: 10 * MINUTE,
    },
  };
}

function node(state: BoxState, wishes: Wishes): Look {
  const found = state.prefixNode ?? state.node;
  const fits =
    found && wantedNodes(state, wishes).every((range) => satisfies(found.version, range) !== false);
  if (found && fits && state.npm) return { there: `Node ${found.version} at ${found.path}.` };
  return {
    work: {
      words: `put Node ${NODE_VERSION} into ~/.local/share/keyferry, with links in ~/.npm-global/bin (${why(found?.version, fits === false)})`,
      script: NODE,
      args: [NODE_VERSION, (wishes.nodeFrom ?? NODE_FROM).replace(/\/+$/, '')],
      needsRoot: false,
      needed: true,
      timeoutMs: 5 * MINUTE,
    },
  };
}

function why(version: string | undefined, tooOld: boolean): string {
  if (version === undefined) return 'there is none';
  return tooOld ? `${version} is not what the programs want` : `${version} has no npm beside it`;
}

/** The ranges of Node that the programs want which will be on the box. */
function wantedNodes(state: BoxState, wishes: Wishes): string[] {
  return (['claude', 'openclaw'] as const).flatMap((name) => {
    const { version, keeps } = aim(name, state, wishes);
    const engines = keeps ? state[name]?.engines : undefined;
    return engines ?? nodeWanted(name, version) ?? nodeWanted(name, newestTried(name)) ?? [];
  });
}

function path({ loginPath, sessionPath }: BoxState): Look {
  if (loginPath && sessionPath) return { there: '~/.npm-global/bin is on PATH.' };
  return {
    work: {
      words: 'put ~/.npm-global/bin on PATH: a line each in ~/.profile and at the top of ~/.bashrc',
      script: PATH,
      args: [],
      needsRoot: false,
      needed: true,
      timeoutMs: MINUTE,
    },
  };
}

const PACKAGE = { claude: '@anthropic-ai/claude-code', openclaw: 'openclaw' } as const;

/** Which version is to be there, and whether the one that is there stays. */
function aim(
  name: 'claude' | 'openclaw',
  state: BoxState,
  wishes: Wishes,
): { version: string; keeps: boolean } {
  const wished = wishes[name];
  const there = state[name];
  const bad = there?.version !== undefined && judgeVersion(name, there.version).kind === 'bad';
  // Unless asked, a program that works is not changed: an OpenClaw of another version changes its own store.
  if (there && wished === undefined && !bad) return { version: there.version ?? '', keeps: true };
  const version = wished ?? newestTried(name);
  return { version, keeps: there?.version === version };
}

function program(name: 'claude' | 'openclaw', state: BoxState, wishes: Wishes): Look {
  const { version, keeps } = aim(name, state, wishes);
  const there = state[name];
  if (keeps && there) return { there: `${name} ${there.version ?? 'of unknown version'} at ${there.path}.` };
  const instead = there ? `, in place of ${there.version ?? '?'} at ${there.path}` : '';
  return {
    work: {
      words: `install ${PACKAGE[name]} ${version} with npm into ~/.npm-global${instead}`,
      script: NPM,
      args: [PACKAGE[name], version, name],
      needsRoot: false,
      needed: true,
      timeoutMs: 15 * MINUTE,
    },
  };
}
