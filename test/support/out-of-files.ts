/** Run by a process of its own: takes every file descriptor, tries to connect, gives them back, tries again. */
import { closeSync, openSync } from 'node:fs';
import { toKeyferryError } from '../../core/errors.ts';
import { OpensshTransport } from '../../worker/transports/openssh.ts';
import type { SshTarget } from '../../worker/transports/ssh-target.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';

const [text = '{}', room = '0'] = process.argv.slice(2);
const target = JSON.parse(text) as SshTarget;
const ways = {
  ssh2: () => new Ssh2Transport(target),
  openssh: () => new OpensshTransport({ ...target, configFile: '/dev/null' }),
};

async function outcome(make: () => Ssh2Transport | OpensshTransport): Promise<string> {
  try {
    const connection = await make().connect({ signal: new AbortController().signal, timeoutMs: 20_000 });
    await connection.close();
    return 'connected';
  } catch (thrown) {
    return toKeyferryError(thrown).code;
  }
}

/** All that there are, but for `room`. */
function takeAll(): number[] {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    for (const file of taken.splice(0, Number(room))) closeSync(file);
    return taken;
  }
}

// Once, so that what is loaded late is loaded.
const before = [await outcome(ways.ssh2), await outcome(ways.openssh)];
const taken = takeAll();
const during = [await outcome(ways.ssh2), await outcome(ways.openssh)];
for (const file of taken) closeSync(file);
const after = [await outcome(ways.ssh2), await outcome(ways.openssh)];
process.stdout.write(JSON.stringify({ before, during, after }));
process.exit();
