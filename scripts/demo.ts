import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Anthropic, startAnthropic } from './lab/anthropic/anthropic.ts';
import { startLab } from './lab/lab.ts';
import { demoAsCustomer, personAsCustomer } from './lab/practice/customer.ts';
import { type PracticePrograms, practicePrograms } from './lab/practice/programs.ts';

const USAGE = `usage: scripts/demo [--auto] [--real]
  --auto   the demo plays the customer itself (also when there is no terminal)
  --real   real claude and openclaw from the npm registry instead of simulated ones; slow the first time
`;

/** What the handshake is tried on. */
interface Stage {
  anthropic: Anthropic;
  target: string[];
  env: Record<string, string>;
  what: string;
  stop(): Promise<void>;
}

const { auto, real } = readFlags();
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interrupted.abort(new Error(signal)));

const tell = (text = '') => process.stdout.write(`${text}\n`);
const simulated = real ? undefined : practicePrograms({ delayMs: 300 });
const stage =
  existsSync('/usr/sbin/sshd') || real ? await loopbackBox(simulated) : await thisMachine(simulated);
try {
  process.exitCode = interrupted.signal.aborted ? 130 : await play(stage);
} finally {
  await stage.stop();
  simulated?.remove();
}
process.stdout.write('', () => process.exit());

async function play({ anthropic, target, env, what }: Stage): Promise<number> {
  tell('Keyferry demo: a whole handshake, all of it on this machine.');
  tell(`  box        ${what}`);
  tell(`  programs   ${real ? 'real claude and openclaw' : 'SIMULATED claude and openclaw'}`);
  tell(`  Anthropic  SIMULATED, at ${anthropic.baseUrl}; no account is needed and none is touched`);
  tell(`  customer   ${auto ? 'SIMULATED: the demo signs in and sends the code itself' : 'you'}`);
  tell();
  tell(`$ keyferry connect ${target.join(' ')}`);
  const loader = fileURLToPath(new URL('../node_modules/tsx/dist/loader.mjs', import.meta.url));
  const keyferry = fileURLToPath(new URL('./keyferry.ts', import.meta.url));
  const run = {
    command: [process.execPath, '--import', loader, keyferry, 'connect', ...target] as const,
    env,
    signal: interrupted.signal,
  };
  const { code, shown } = auto
    ? await demoAsCustomer(
        { ...run, onLink: () => '\n  [demo] Signs in at the simulated Anthropic and sends the code.' },
        (link) => anthropic.signIn(link),
      )
    : await personAsCustomer({ ...run, onLink: (link) => directions(anthropic.signInPage(link)) });
  tell();
  return code === 0 ? proof(anthropic, shown) : code;
}

function directions(page: string): string {
  return `
  [demo] That link leads to the real Anthropic, which knows nothing of this. Open this page instead,
         press Approve, copy the code, and paste it here:

  ${page}
`;
}

/** What the stand-in saw must agree with what Keyferry said. */
function proof({ minted, bearers, secrets }: Anthropic, shown: string): number {
  const token = minted.at(-1);
  const used = bearers.at(-1);
  if (token === undefined || token !== used) {
    tell('NOT proven: the token of the sign-in is not the one that OpenClaw used.');
    return 1;
  }
  if (secrets.some((secret) => shown.includes(secret))) {
    tell('NOT proven: a token or a code was shown on the way.');
    return 1;
  }
  const fingerprint = createHash('sha256').update(token).digest('hex').slice(0, 12);
  tell('Proven:');
  tell(`  - the sign-in gave out one token, ${fingerprint} (SHA-256), ${token.length} characters;`);
  tell('  - OpenClaw on the box made a turn, and the bearer that the Messages API saw was that same token;');
  tell('  - neither the token nor the code is anywhere in what was shown above.');
  return 0;
}

/** A box with a real sshd, on loopback. */
async function loopbackBox(programs: PracticePrograms | undefined): Promise<Stage> {
  if (!programs) tell('Installing real programs from the npm registry (the first time only) …');
  const lab = await startLab(
    programs
      ? { claude: programs.claude, openclaw: programs.openclaw }
      : { claude: 'latest', openclaw: 'latest' },
  );
  return {
    anthropic: lab.anthropic,
    target: [lab.target, '--identity', lab.identityFile, '--known-hosts', lab.knownHostsFile],
    env: inherited(),
    what: `a real SSH server on loopback, user ${lab.user}`,
    stop: lab.stop,
  };
}

/** Where there is no sshd: a home of its own on this machine, without SSH. */
async function thisMachine(programs: PracticePrograms | undefined): Promise<Stage> {
  const anthropic = await startAnthropic();
  const home = mkdtempSync(join(tmpdir(), `keyferry-lab-${process.pid}-`));
  const bin = join(home, '.local', 'bin');
  mkdirSync(bin, { recursive: true });
  for (const name of ['claude', 'openclaw'] as const) {
    const path = join(bin, name);
    writeFileSync(path, programs?.[name].script ?? '');
    chmodSync(path, 0o755);
  }
  return {
    anthropic,
    target: ['local'],
    env: {
      ...inherited(),
      HOME: home,
      TMUX_TMPDIR: home,
      PATH: `${bin}:${process.env.PATH}`,
      HTTPS_PROXY: anthropic.baseUrl,
    },
    what: 'a folder on this machine, without SSH (install openssh-server to see that too)',
    stop: async () => {
      await anthropic.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function inherited(): Record<string, string> {
  const set = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(set);
}

function readFlags(): { auto: boolean; real: boolean } {
  try {
    const { values } = parseArgs({ options: { auto: { type: 'boolean' }, real: { type: 'boolean' } } });
    return {
      auto: values.auto ?? !(process.stdin.isTTY && process.stdout.isTTY),
      real: values.real ?? false,
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    process.exit(2);
  }
}
