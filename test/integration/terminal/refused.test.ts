import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Box } from '../../../lab/box.ts';
import { type BoxUser, makeBoxUser, removeBoxUser } from '../../../lab/box-user.ts';
import { type Sshd, startSshd } from '../../../lab/sshd.ts';
import { sshdWords } from '../../../scripts/demonstration/sshd-words.ts';
import { limits, SIZE, SSH_CLIENTS, sh, targetOf } from '../../support/transport-lab.ts';

/**
 * An sshd that is not root's makes a terminal only where /dev/pts is mounted with a group (`gid=5`); elsewhere it says
 * `chown … failed` and hangs up. This one has a /dev/pts of its own without; that takes root, as users for boxes do.
 */
const WITHOUT_GROUP = `uid=$1 gid=$2 directory=$3; shift 3
mount -t devpts -o newinstance,ptmxmode=0666,mode=600 devpts /dev/pts || exit 1
chown -R "$uid:$gid" "$directory"
exec setpriv --reuid="$uid" --regid="$gid" --clear-groups "$@"`;
const isRoot = process.getuid?.() === 0;

let root: string;
let user: BoxUser;
let sshd: Sshd;

beforeAll(async () => {
  if (!isRoot) return;
  root = mkdtempSync(join(tmpdir(), 'keyferry-no-terminal-'));
  user = await makeBoxUser(root, '/bin/sh');
  const as = [`${user.uid}`, `${user.gid}`, root];
  sshd = await startSshd({
    directory: join(root, 'sshd'),
    home: root,
    user: user.name,
    within: ['unshare', '-m', 'sh', '-c', WITHOUT_GROUP, 'sh', ...as],
  });
});
afterAll(async () => {
  if (!isRoot) return;
  await sshd?.stop();
  await removeBoxUser(user);
  rmSync(root, { recursive: true, force: true });
});

test.each(SSH_CLIENTS)(
  'where an sshd hangs up as soon as a terminal is asked for, that step is named, by %s',
  async (_kind, make) => {
    if (!isRoot) return;
    const connection = await make(targetOf(sshd)).connect(limits());
    expect(await connection.run(sh('echo fine'), limits())).toMatchObject({ stdout: 'fine\n' });
    await expect(connection.openPty(sh('echo in'), SIZE, limits())).rejects.toMatchObject({
      code: 'connection_lost',
      detail: expect.stringContaining('That was when a terminal was asked for.'),
    });
    await connection.close();
  },
);

test('the demo shows what its sshd says of that, and not its words of every day', () => {
  if (!isRoot) return;
  const system = { hasSshd: true, box: () => ({ sshdLog: sshd.log }) as unknown as Box };
  const [first, ...words] = sshdWords(system, 'alice');
  expect(first).toBe("The box's sshd says:");
  expect(words.join('\n')).toMatch(/chown\(.*\) failed/);
  expect(words.join('\n')).not.toMatch(/Accepted|Server listening/);
});
