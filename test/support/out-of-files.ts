/**
 * Run by a process of its own: takes every file descriptor, tries to connect, gives them back, tries again. Where there is
 * a name server, ssh2 finds the box by the name `box.test`.
 */
import { closeSync, openSync } from 'node:fs';
import { toKeyferryError } from '../../core/contract/errors.ts';
import { Names } from '../../worker/transports/names.ts';
import { OpensshTransport } from '../../worker/transports/openssh.ts';
import type { SshTarget } from '../../worker/transports/ssh-target.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';

const [text = '{}', room = '0', nameServer] = process.argv.slice(2);
const target = JSON.parse(text) as SshTarget;
let taken: number[] = [];
let looked = 0;
/** The name's server is asked when the descriptors have just run out: the files before it could still be read. */
const names =
  nameServer &&
  new Names({
    servers: [nameServer],
    system: async () => [],
    families: () => {
      looked += 1;
      if (looked === 4) taken = takeAll();
      return [4];
    },
  });
const ways = {
  ssh2: () => new Ssh2Transport(names ? { ...target, host: 'box.test', names } : target),
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
if (!names) taken = takeAll();
const during = [await outcome(ways.ssh2), await outcome(ways.openssh)];
for (const file of taken) closeSync(file);
const after = [await outcome(ways.ssh2), await outcome(ways.openssh)];
process.stdout.write(JSON.stringify({ before, during, after }));
process.exit();
