import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CATALOGUE, shortage } from '../../core/contract/errors.ts';
import { type NameServer, startNameServer } from '../support/name-server.ts';
import { TransportLab, targetOf } from '../support/transport-lab.ts';

const lab = new TransportLab();
let server: NameServer;
beforeAll(async () => {
  await lab.start();
  server = await startNameServer((_name, type) => (type === 'A' ? ['127.0.0.1'] : []));
  const known = readFileSync(lab.sshd.knownHostsFile, 'utf8');
  writeFileSync(lab.sshd.knownHostsFile, known + known.replaceAll(/^\S+/gm, `[box.test]:${lab.sshd.port}`));
});
afterAll(async () => {
  server.stop();
  await lab.stop();
});

const script = fileURLToPath(new URL('../support/out-of-files.ts', import.meta.url));

/** What connecting ends with in a process with few descriptors; while all but `room` of them are taken. */
async function connecting(
  room: number,
  ...nameServer: string[]
): Promise<Record<'before' | 'during' | 'after', string[]>> {
  const words = ['ulimit -n 256; exec "$@"', 'sh', process.execPath, script];
  const { stdout } = await promisify(execFile)('sh', [
    '-c',
    ...words,
    JSON.stringify(targetOf(lab.sshd)),
    `${room}`,
    ...nameServer,
  ]);
  return JSON.parse(stdout);
}

const BOTH = ['connected', 'connected'];

test.each([0, 1, 2, 3])(
  'a process that is out of descriptors but for %d says nothing of the box, and connects when it has some again',
  async (room) => {
    const { before, during, after } = await connecting(room);
    expect({ before, after }).toEqual({ before: BOTH, after: BOTH });
    for (const code of during) expect(['worker_short', 'connected']).toContain(code);
    if (room === 0) expect(during).toEqual(['worker_short', 'worker_short']);
    expect(CATALOGUE.worker_short.retryable).toBe(true);
  },
);

test('nor that its name is unknown, where the last descriptor goes just before its name server is asked', async () => {
  const { before, during, after } = await connecting(0, server.address);
  expect({ before, after }).toEqual({ before: BOTH, after: BOTH });
  expect(during[0]).toBe('worker_short');
});

test.each([
  ['a file', { code: 'EMFILE', syscall: 'open' }],
  ['the whole machine', { code: 'ENFILE', syscall: 'open' }],
  ['a process', { code: 'EAGAIN', syscall: 'spawn ssh' }],
])('a want of %s is worker_short, also as a cause', (_what, fields) => {
  const error = Object.assign(new Error('no more'), fields);
  expect(shortage(error)?.code).toBe('worker_short');
  expect(shortage(new Error('outer', { cause: error }))?.code).toBe('worker_short');
});

test.each([
  { code: 'ENOENT', syscall: 'open' },
  { code: 'EAGAIN', syscall: 'read' },
  { code: 'ECONNREFUSED', syscall: 'connect' },
])('$code of $syscall is no want of anything', (fields) => {
  expect(shortage(Object.assign(new Error('x'), fields))).toBeUndefined();
});
