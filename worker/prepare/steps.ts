import { compareVersions } from '../../core/contract/versions.ts';
import { brokenSince, judgeVersion, newestTried, nodeWanted, satisfies } from '../doctor/versions.ts';
import { NODE, NPM, PACKAGES, PATH, SWAP } from './scripts.ts';
import type { BoxState } from './state.ts';

export type StepName = 'swap' | 'packages' | 'node' | 'path' | 'claude' | 'openclaw';

/** What to install. */
export interface Wishes {
  /**
   * Exact version of Claude Code, or `latest`: the newest on which handshakes went through. Default: the one that is there,
   * otherwise that. One that is known to be broken is only installed where it is asked for by its number, and so is an OpenClaw
   * that is older than the one that is there: it may not read what the newer one has written.
   */
  claude?: string | undefined;
  /** The same for OpenClaw. */
  openclaw?: string | undefined;
  /** Where Node's versions are; default the official place. */
  nodeFrom?: string | undefined;
  /** SHA-256 of Node's tarball by architecture; default those of the release. */
  nodeSums?: Readonly<Record<string, string>> | undefined;
  /** False: no swap file is created. */
  swap?: boolean | undefined;
  /** Units of the box's user that run a gateway: they are stopped while a new OpenClaw converts the store of the one before. */
  gatewayUnits?: readonly string[] | undefined;
}

/** What a step is about to do. */
export interface StepWork {
  /** In words that complete "It would …". */
  words: string;
  script: string;
  args: readonly string[];
  needsRoot: boolean;
  /** False: without root it is skipped, and the box works anyway. */
  needed: boolean;
  /** Milliseconds. */
  timeoutMs: number;
}

export type StepState = { there: string } | { work: StepWork };

/** One step: a pure function from what is on the box to what must be done. Checked again afterwards, it must be `there`. */
export interface Step {
  name: StepName;
  look(state: BoxState): StepState;
}

const MINUTE = 60_000;
const MB = 1024 * 1024;
/** An OpenClaw from then on is only itself once its doctor has converted what one before has left. */
const CONVERTS_SINCE = '2026.9';
const INSTALL_MS = 15 * MINUTE;
/** That a gateway may take to stop: systemd ends it after 330 s, by the unit that OpenClaw writes. */
const STOP_MS = 6 * MINUTE;
const NODE_FROM = 'https://nodejs.org/dist';
/** The Node on which the newest programs were tried. */
const NODE_VERSION = '24.21.0';
/** SHA-256 of its tarballs (.tar.gz), from the SHASUMS256.txt of the release. Always change both. */
const NODE_SUMS = {
  x64: '6e1db87ef58b8819e5d5402eff1536491b18edd8eb7bee5ef7897876e88dc5ff',
  arm64: '724282c3b43aec998aa9527380465b45d229e021b58035f5f4f63095eabfe5d5',
  ppc64le: '51c5d53066ee92920b61783b03b06ecb99f3661160f7b15ca77e8474115a67bc',
  s390x: '5f2fa37422e0c75de35c1686fe51d78324f2c2a8fe2cc239a41d9c000a29d938',
};
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

function swap({ memory }: BoxState): StepState {
  if (!memory) return { there: 'The kernel does not say how much memory there is.' };
  if (memory.swapTotal > 0) return { there: `${Math.round(memory.swapTotal / MB)} MB of swap.` };
  const size = `${Math.round(memory.total / MB)} MB of memory`;
  if (memory.total >= SMALL) return { there: `${size}, enough without swap.` };
  return {
    work: {
      words: `add ${SWAP_MB} MB of swap in /swapfile, permanently: there are ${size} and no swap`,
      script: SWAP,
      args: [String(SWAP_MB)],
      needsRoot: true,
      needed: false,
      timeoutMs: 5 * MINUTE,
    },
  };
}

function packages(state: BoxState, wishes: Wishes): StepState {
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

function node(state: BoxState, wishes: Wishes): StepState {
  const found = state.prefixNode ?? state.node;
  const fits =
    found && wantedNodes(state, wishes).every((range) => satisfies(found.version, range) !== false);
  if (found && fits && state.npm) return { there: `Node ${found.version} at ${found.path}.` };
  return {
    work: {
      words: `put Node ${NODE_VERSION} into ~/.local/share/keyferry, with links in ~/.npm-global/bin (${why(found?.version, fits === false)})`,
      script: NODE,
      args: [
        NODE_VERSION,
        (wishes.nodeFrom ?? NODE_FROM).replace(/\/+$/, ''),
        ...Object.entries(wishes.nodeSums ?? NODE_SUMS).map(([arch, sum]) => `${arch}=${sum}`),
      ],
      needsRoot: false,
      needed: true,
      timeoutMs: 5 * MINUTE,
    },
  };
}

function why(version: string | undefined, tooOld: boolean): string {
  if (version === undefined) return 'there is none';
  return tooOld ? `${version} does not suit the programs` : `${version} has no npm next to it`;
}

/** The ranges of Node that the programs which will be on the box need. */
function wantedNodes(state: BoxState, wishes: Wishes): string[] {
  return (['claude', 'openclaw'] as const).flatMap((name) => {
    const { version, keeps } = aim(name, state, wishes);
    const engines = keeps ? state[name]?.engines : undefined;
    return engines ?? nodeWanted(name, version) ?? nodeWanted(name, newestTried(name)) ?? [];
  });
}

function path({ loginPath, sessionPath }: BoxState): StepState {
  if (loginPath && sessionPath) return { there: '~/.npm-global/bin is on PATH.' };
  return {
    work: {
      words: 'put ~/.npm-global/bin on PATH: one line each in ~/.profile and at the top of ~/.bashrc',
      script: PATH,
      args: [],
      needsRoot: false,
      needed: true,
      timeoutMs: MINUTE,
    },
  };
}

const PACKAGE = { claude: '@anthropic-ai/claude-code', openclaw: 'openclaw' } as const;

/** The version to have, and whether the one that is there stays. */
function aim(
  name: 'claude' | 'openclaw',
  state: BoxState,
  wishes: Wishes,
): { version: string; keeps: boolean } {
  const wished = wishes[name] === 'latest' ? newestTried(name) : wishes[name];
  const there = state[name];
  const bad = there?.version !== undefined && judgeVersion(name, there.version).kind === 'bad';
  const unbuilt = there?.runs === 'unbuilt';
  // A working program is only changed on request: an OpenClaw of another version changes its own store.
  if (there && wished === undefined && !bad && !unbuilt) return { version: there.version ?? '', keeps: true };
  const same = unbuilt && !bad ? there.version : undefined;
  const version = wished ?? same ?? newestTried(name);
  if (there?.version !== undefined && isStepBack(name, there.version, version, wishes))
    return { version: there.version, keeps: !unbuilt };
  return { version, keeps: there?.version === version && !unbuilt };
}

/** Whether an OpenClaw would be put over a newer one although nobody has asked for it by its number. */
function isStepBack(name: 'claude' | 'openclaw', there: string, version: string, wishes: Wishes): boolean {
  const isAsked = wishes[name] !== undefined && wishes[name] !== 'latest';
  return name === 'openclaw' && !isAsked && compareVersions(version, there) < 0;
}

function program(name: 'claude' | 'openclaw', state: BoxState, wishes: Wishes): StepState {
  const { version, keeps } = aim(name, state, wishes);
  const there = state[name];
  if (keeps && there)
    return {
      there: `${name} ${there.version ?? 'of unknown version'} at ${there.path}.${ofKept(name, there.version, wishes)}`,
    };
  const broken = there?.runs === 'unbuilt' ? ', which is incomplete' : '';
  const converts = name === 'openclaw' && compareVersions(version, CONVERTS_SINCE) >= 0;
  const units = converts ? (wishes.gatewayUnits ?? []) : [];
  const instead = there ? `, in place of ${there.version ?? '?'} at ${there.path}${broken}` : '';
  return {
    work: {
      words: `install ${PACKAGE[name]} ${version} with npm into ~/.npm-global${instead}${ofRelease(name, version, wishes)}`,
      script: NPM,
      args: [PACKAGE[name], version, name, ...units],
      needsRoot: false,
      needed: true,
      timeoutMs: INSTALL_MS + (units.length > 0 ? STOP_MS : 0),
    },
  };
}

/** What there is to say of a version: that it is known to be broken, or that a newer one is and is left out. */
function ofRelease(name: 'claude' | 'openclaw', version: string, wishes: Wishes): string {
  const judged = judgeVersion(name, version);
  if (judged.kind === 'bad' || judged.kind === 'partly')
    return `${wishes[name] === version ? ', as asked' : ''}, although it is known to be broken: ${lower(judged.why)}`;
  const newer = version === newestTried(name) ? brokenSince(name) : undefined;
  return newer ? `, not ${newer.version}, which is known to be broken: ${lower(newer.why)}` : '';
}

/** Why an OpenClaw that is known to be broken stays, and what puts another one in its place. */
function ofKept(name: 'claude' | 'openclaw', version: string | undefined, wishes: Wishes): string {
  const newest = newestTried(name);
  if (version === undefined || !isStepBack(name, version, newest, wishes)) return '';
  const judged = judgeVersion(name, version);
  if (judged.kind !== 'bad' && judged.kind !== 'partly') return '';
  return ` It is known to be broken: ${lower(judged.why)}. An older one may not read what it has stored, so it stays unless you ask by number: --openclaw ${newest}.`;
}

/** A sentence as a part of one. */
const lower = (sentence: string) =>
  sentence.replace(/^(It|Handshakes)\b/, (word) => word.toLowerCase()).replace(/\.$/, '');
