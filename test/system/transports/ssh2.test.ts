import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Ssh2Transport } from '../../../worker/transports/ssh2.ts';
import { transportContract } from '../../support/transport-contract.ts';
import { TransportLab, targetOf } from '../../support/transport-lab.ts';

const lab = new TransportLab();
beforeAll(() => lab.start());
afterAll(() => lab.stop());

transportContract(lab, 'ssh2', () => new Ssh2Transport(targetOf(lab.sshd)));

test('a link that is paused reads nothing that the box says until it is resumed, and loses none of it', async () => {
  const limits = { signal: new AbortController().signal, timeoutMs: 60_000 };
  const connection = await new Ssh2Transport(targetOf(lab.sshd)).connect(limits);
  try {
    connection.pause?.();
    let isOver = false;
    const ran = connection.run({ argv: ['echo', 'said meanwhile'] }, limits).finally(() => {
      isOver = true;
    });
    await sleep(1_500);
    expect(isOver).toBe(false);
    connection.resume?.();
    expect(await ran).toMatchObject({ exit: { kind: 'exited', code: 0 }, stdout: 'said meanwhile\n' });
  } finally {
    connection.resume?.();
    await connection.close();
  }
});
