import { createInterface } from 'node:readline';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { openLog } from '../../core/process/log.ts';
import { openRedis } from '../../core/store/redis.ts';
import { Snapshots } from '../../core/store/snapshots.ts';
import type { System } from '../../lab/system.ts';
import type { Stage } from './auto.ts';
import { consoleCard } from './console-card.ts';
import { CUSTOMER } from './customers.ts';
import { Narrator } from './narrator.ts';
import { playOthers } from './played.ts';
import { prove, proveKey } from './proof.ts';
import { sshdWords } from './sshd-words.ts';

const PREFIX = 'keyferry';

/** The person at this terminal is the customer, and support: says where to go and what happens, until `signal` aborts. */
export async function waitForPerson(
  { system, others, webhooks, real }: Stage,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const settings = { url: system.redis.url, prefix: PREFIX };
  const log = openLog('api', 'silent');
  const asking = openRedis(settings, 'ask', log);
  const listening = openRedis(settings, 'wait', log);
  const narrator = new Narrator(tell);
  const sent: string[] = [];
  const proof = async (snapshot: Snapshot) => {
    const shown = [...sent, ...webhooks.bodies].join('\n');
    const { lines } =
      snapshot.method === 'api-key'
        ? await proveKey(system, others, shown)
        : await prove(system, snapshot, shown);
    tell(['', ...lines, ''].join('\n'));
  };
  await new Snapshots(asking, PREFIX).listen(listening, {
    onMessage: ({ customer, snapshot }) => {
      if (customer !== CUSTOMER) return;
      narrator.hear(snapshot);
      sent.push(JSON.stringify(snapshot));
      // Somebody who presses Ctrl-C just then does not need it.
      if (snapshot.phase === 'connected') proof(snapshot).catch(() => {});
      if (snapshot.phase === 'failed') for (const line of sshdWords(system, CUSTOMER)) tell(line);
    },
    onGap: () => {},
  });
  tell(consoleCard(system.console));
  tell(await invitation(system));
  const lines = createInterface({ input: process.stdin });
  lines.on('line', () => {
    invitation(system).then(tell, (thrown) => tell(String(thrown)));
  });
  // Only now, so that nobody waits for them.
  const playing = playOthers({ system, others, webhooks, signal, inTurn: real }, tell).catch((thrown) => {
    if (!signal.aborted) tell(`The other customers could not be played: ${thrown}`);
  });
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  lines.close();
  await playing;
  asking.disconnect();
  listening.disconnect();
}

async function invitation(system: System): Promise<string> {
  return `Open ${await system.connectLink(CUSTOMER)}

  It opens once and is valid for 10 minutes. Press Enter for a new one, Ctrl-C to end everything.
`;
}
