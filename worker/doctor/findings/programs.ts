import type { ErrorCode } from '../../../core/contract/errors.ts';
import type { Facts, ProgramFact } from '../facts.ts';
import type { Finding } from '../report.ts';
import type { Serving } from '../serving.ts';
import { judgeVersion, newestTried, nodeWanted, satisfies } from '../versions.ts';
import { finding } from './why.ts';

const NAMES = { claude: 'Claude Code', openclaw: 'OpenClaw' } as const;
const MISSING: Record<keyof typeof NAMES, ErrorCode> = {
  claude: 'claude_missing',
  openclaw: 'openclaw_missing',
};
const INCOMPLETE: Record<keyof typeof NAMES, ErrorCode> = {
  claude: 'claude_incomplete',
  openclaw: 'openclaw_incomplete',
};
const UNFIT: Record<keyof typeof NAMES, ErrorCode> = {
  claude: 'claude_unfit',
  openclaw: 'openclaw_unfit',
};

/** Which OpenClaw serves, where that is a program of its own. */
type Served = Pick<Serving, 'program'>;

/** `claude`, `openclaw`, and the Node that they run on. */
export function programFindings(facts: Facts, serving?: Served): Finding[] {
  return [programFinding('claude', facts), ...withoutClaude(facts, serving)];
}

/** The same where nobody signs in: what is wrong with `claude`, or that there is none, does not matter. */
export function keyProgramFindings(facts: Facts, serving?: Served): Finding[] {
  const { path, version } = facts.claude ?? {};
  const is = path === undefined ? 'There is no `claude`' : `${NAMES.claude} ${version ?? ''} is at ${path}`;
  const seen = `${is.replace('  ', ' ')}. None is needed: customers bring keys alone (METHODS).`;
  return [finding('claude', 'ok', seen), ...withoutClaude({ ...facts, claude: undefined }, serving)];
}

const withoutClaude = (facts: Facts, serving?: Served) => [
  programFinding('openclaw', facts, serving?.program?.version),
  nodeFinding(facts),
];

/** `served`: the version of the one that serves, which is the one that handshakes work with. */
function programFinding(name: keyof typeof NAMES, facts: Facts, served?: string): Finding {
  const program = facts[name];
  const install = `keyferry prepare, or on the box as this user: \`${npmInstall(name)}\`.`;
  if (!program)
    return finding(name, 'blocks', `There is no \`${name}\`, neither on PATH nor where installers put it.`, {
      fix: install,
      error: MISSING[name],
    });
  const { path, version, runs } = program;
  if (runs === 'unbuilt')
    return finding(name, 'blocks', `${path} is only the package of ${NAMES[name]}, without the program.`, {
      fix: install,
      error: INCOMPLETE[name],
    });
  if (program.late)
    return finding(name, 'warning', `${path} did not say its version in time.`, {
      fix: `Run the doctor again when the box is less busy, or run \`${path} --version\` on it.`,
    });
  if (version === undefined)
    return finding(name, 'warning', `${path} does not say its version.`, {
      fix: `Run \`${path} --version\` on the box and see what it says.`,
    });
  const own = `${NAMES[name]} ${version} at ${path}`;
  const is = served === undefined || served === version ? own : `${own}, and ${served} serves`;
  const judged = judgeVersion(name, served ?? version);
  switch (judged.kind) {
    case 'tried':
      return finding(name, 'ok', `${is}; Keyferry has been tried on it.`);
    case 'drift':
      return finding(
        name,
        'ok',
        `${is}; Keyferry has been tried on it: it connects, though its screens have changed.`,
      );
    case 'partly':
      return finding(name, 'warning', `${is}. ${judged.why}`, {
        fix: `If a handshake fails: keyferry prepare --${name} ${newestTried(name)}.`,
      });
    case 'bad':
      return finding(name, 'blocks', `${is}. ${judged.why}`, {
        fix: `Install another version: ${install}`,
        error: UNFIT[name],
      });
    case 'untried':
      return finding(name, 'warning', `${is}; Keyferry has not been tried on it (it is ${judged.near}).`, {
        fix: `It may well work. If it does not: keyferry prepare --${name} ${newestTried(name)}.`,
      });
  }
}

/** npm 12 runs only the install scripts that are named; older versions ignore the option. */
function npmInstall(name: keyof typeof NAMES): string {
  const packageName = { claude: '@anthropic-ai/claude-code', openclaw: 'openclaw' }[name];
  return `npm install -g --allow-scripts=${packageName} ${packageName}@${newestTried(name)}`;
}

function nodeFinding(facts: Facts): Finding {
  const needs = (['openclaw', 'claude'] as const).flatMap((name) => {
    const program = facts[name];
    const need = program && needOf(name, program);
    return need ? [need] : [];
  });
  const failing = needs.filter(({ met }) => met === 'no' || met === 'by another');
  const worst = failing.find(({ met }) => met === 'no') ?? failing[0];
  if (worst) {
    const seen = failing.map(({ words }) => words).join(' ');
    return finding('node', worst.met === 'no' ? 'blocks' : 'warning', seen, {
      fix: 'keyferry prepare, or install a version of Node that both programs support.',
      error: 'node_unfit',
    });
  }
  const node = facts.openclaw?.node ?? facts.claude?.node ?? facts.node;
  if (!node)
    return finding('node', facts.openclaw ? 'ok' : 'warning', 'There is no Node.', {
      ...(facts.openclaw ? {} : { fix: 'keyferry prepare.' }),
    });
  const words = needs.map((need) => need.words).join(' ');
  return finding('node', 'ok', `Node ${node.version} at ${node.path}.${words ? ` ${words}` : ''}`);
}

interface Need {
  /** `by another`: a script may bring its own, and OpenClaw looks for a suitable one when it is started on an unsuitable one (seen in 2026.9.6). */
  met: 'yes' | 'no' | 'by another' | 'not known';
  words: string;
}

/** Whether a program has the Node that it needs; undefined if it needs none, or one that we cannot see. */
function needOf(
  name: keyof typeof NAMES,
  { runs, engines, version, node, otherNodes }: ProgramFact,
): Need | undefined {
  const wanted = engines ?? nodeWanted(name, version);
  if (runs === 'native' || wanted === undefined) return undefined;
  // A script of the operator's own may bring a Node that we cannot see.
  if (!node && runs !== 'node') return undefined;
  const wants = `${NAMES[name]} needs ${wanted}`;
  if (!node) return { met: 'no', words: `${wants}, and there is no Node.` };
  const fits = satisfies(node.version, wanted);
  if (fits === undefined) return { met: 'not known', words: `${wants}.` };
  if (fits) return { met: 'yes', words: `${wants}.` };
  const words = `${runs === 'script' ? 'Unless it brings its own Node: ' : ''}${wants}, and would run on ${node.version} (${node.path})`;
  const other = otherNodes.find((one) => one.version === undefined || satisfies(one.version, wanted));
  if (runs === 'script') return { met: 'by another', words: `${words}.` };
  if (name !== 'openclaw' || !other) return { met: 'no', words: `${words}.` };
  return {
    met: 'by another',
    words: `${words}, unless it finds ${other.version ?? 'another'} (${other.path}).`,
  };
}
