import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startSystem } from '../lab/system.ts';
import { playCustomer } from './demonstration/auto.ts';
import { waitForPerson } from './demonstration/by-hand.ts';
import { card } from './demonstration/card.ts';
import { CUSTOMER } from './demonstration/customers.ts';
import { leadThere, OFFERED, startOthers } from './demonstration/other-providers.ts';
import { startReceiver } from './demonstration/webhooks.ts';

const USAGE = `usage: scripts/demo [--auto] [--real]
  --auto   the demo plays the customer itself (also when there is no terminal)
  --real   real claude and openclaw from the npm registry instead of simulated ones; slow the first time
`;
/** The page's port, if it is free. */
const PORT = 8080;

const { auto, real } = readFlags();
const folder = !existsSync('/usr/sbin/sshd');
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interrupted.abort(new Error(signal)));
const tell = (line: string) => void process.stdout.write(`${line}\n`);

if (real && folder) fail('--real needs openssh-server.');
if (real) tell('Installing real programs from the npm registry (the first time only) …');
const providers = startOthers();
const receiver = await startReceiver();
const started = startSystem({
  port: PORT,
  customers: [CUSTOMER],
  env: { ...OFFERED, ...receiver.env },
  ...(real
    ? { programs: { claude: 'latest', openclaw: 'latest' } }
    : { delayMs: 300, folder: folder && 'each' }),
});
try {
  process.exitCode = await Promise.race([run(), untilInterrupted()]);
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : thrown}\n`);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
} finally {
  await started.then(
    ({ stop }) => stop(),
    () => {},
  );
  await providers.then(({ stop }) => stop());
  await receiver.stop();
}
process.stdout.write('', () => process.exit());

async function run(): Promise<number> {
  const [system, others] = await Promise.all([started, providers]);
  interrupted.signal.throwIfAborted();
  leadThere(system, CUSTOMER, others);
  const stage = { system, others, webhooks: receiver, real };
  tell(card({ ...stage, folder, auto }));
  receiver.tellTo(tell);
  if (auto) return playCustomer(stage, tell, interrupted.signal);
  await waitForPerson(stage, tell, interrupted.signal);
  return 130;
}

function untilInterrupted(): Promise<number> {
  return new Promise((resolve) => {
    interrupted.signal.addEventListener('abort', () => {
      tell('\nShutting everything down …');
      resolve(130);
    });
  });
}

function readFlags(): { auto: boolean; real: boolean } {
  try {
    const { values } = parseArgs({ options: { auto: { type: 'boolean' }, real: { type: 'boolean' } } });
    return {
      auto: values.auto ?? !(process.stdin.isTTY && process.stdout.isTTY),
      real: values.real ?? false,
    };
  } catch (error) {
    fail(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
