import type { ErrorCode } from '../../../core/errors.ts';
import type { Facts, ProgramFact } from '../facts.ts';
import type { Finding } from '../report.ts';
import { judgeVersion, newestTried, nodeWanted, satisfies } from '../versions.ts';
import { finding } from './why.ts';

const NAMES = { claude: 'Claude Code', openclaw: 'OpenClaw' } as const;
const MISSING: Record<keyof typeof NAMES, ErrorCode> = {
  claude: 'claude_missing',
  openclaw: 'openclaw_missing',
};

/** `claude`, `openclaw`, and the Node that they run on. */
export function programFindings(facts: Facts): Finding[] {
  return [programFinding('claude', facts), programFinding('openclaw', facts), nodeFinding(facts)];
}

function programFinding(name: keyof typeof NAMES, facts: Facts): Finding {
  const program = facts[name];
  const install = `keyferry prepare, or on the box as this user: \`npm install -g ${name === 'claude' ? '@anthropic-ai/claude-code' : 'openclaw'}@${newestTried(name)}\`.`;
  if (!program)
    return finding(name, 'blocks', `There is no \`${name}\`, neither on PATH nor where installers put it.`, {
      mends: install,
      error: MISSING[name],
    });
  const { path, version } = program;
  if (version === undefined)
    return finding(name, 'warning', `${path} does not say its version.`, {
      mends: `Run \`${path} --version\` on the box and see what it says.`,
    });
  const is = `${NAMES[name]} ${version} at ${path}`;
  const judged = judgeVersion(name, version);
  switch (judged.kind) {
    case 'handshake':
      return finding(name, 'ok', `${is}; Keyferry has been tried on it.`);
    case 'screens':
      return finding(
        name,
        'ok',
        `${is}; Keyferry has read its screens, but no whole handshake was made on it.`,
      );
    case 'bad':
      return finding(name, 'blocks', `${is}. ${judged.why}`, {
        mends: `Install another version: ${install}`,
        error: name === 'claude' ? 'claude_crashed' : 'openclaw_failed',
      });
    case 'untried':
      return finding(name, 'warning', `${is}; Keyferry has not been tried on it (it is ${judged.near}).`, {
        mends: `It may well work. Where it does not: keyferry prepare --${name} ${newestTried(name)}.`,
      });
  }
}

function nodeFinding(facts: Facts): Finding {
  const needs = (['openclaw', 'claude'] as const).flatMap((name) => {
    const program = facts[name];
    const need = program && needOf(name, program);
    return need ? [need] : [];
  });
  const failing = needs.filter(({ met }) => met === false);
  const [first] = failing;
  if (first) {
    const seen = failing.map(({ words }) => words).join(' ');
    return finding('node', 'blocks', seen, {
      mends: 'keyferry prepare, or install a Node that both programs want.',
      error: first.error,
    });
  }
  const node = facts.openclaw?.node ?? facts.claude?.node ?? facts.node;
  if (!node)
    return finding('node', facts.openclaw ? 'ok' : 'warning', 'There is no Node.', {
      ...(facts.openclaw ? {} : { mends: 'keyferry prepare.' }),
    });
  const words = needs.map((need) => need.words).join(' ');
  return finding('node', 'ok', `Node ${node.version} at ${node.path}.${words ? ` ${words}` : ''}`);
}

/** Whether a program has the Node that it wants; undefined where that is not known or it needs none. */
function needOf(
  name: keyof typeof NAMES,
  { runs, engines, version, node }: ProgramFact,
): { met: boolean | undefined; words: string; error: ErrorCode } | undefined {
  const wanted = engines ?? nodeWanted(name, version);
  if (runs === 'native' || wanted === undefined) return undefined;
  // A script of the operator's own may bring a Node that we do not see.
  if (!node && runs !== 'node') return undefined;
  const error: ErrorCode = name === 'claude' ? 'claude_crashed' : 'openclaw_failed';
  const wants = `${NAMES[name]} wants ${wanted}`;
  if (!node) return { met: false, words: `${wants}, and there is no Node.`, error };
  const met = satisfies(node.version, wanted);
  const words = met === false ? `${wants}, and would run on ${node.version} (${node.path}).` : `${wants}.`;
  return { met, words, error };
}
