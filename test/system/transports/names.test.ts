import { setMaxListeners } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Names, type NamesOptions } from '../../../worker/transports/names.ts';
import { Ssh2Transport } from '../../../worker/transports/ssh2.ts';
import { type NameServer, startNameServer } from '../../support/name-server.ts';
import { limits, TransportLab, targetOf, until } from '../../support/transport-lab.ts';

const TWELVE = Array.from({ length: 12 }, (_, at) => `slow-${at}.test`);
const SIX = '2001:db8:0:0:0:0:0:7';
const lab = new TransportLab();
let server: NameServer;
let names: Names;

/** `slow-…` is never answered, nor what is asked of `half.test` for IPv6. */
function answerTo(name: string, type: 'A' | 'AAAA'): string[] | undefined {
  if (name.startsWith('slow-') || (name === 'half.test' && type === 'AAAA')) return undefined;
  if (name === 'both.test') return type === 'A' ? ['192.0.2.7'] : [SIX];
  const known: Record<string, string> = {
    'box.test': '127.0.0.1',
    'half.test': '192.0.2.7',
    'short.inside.test': '192.0.2.8',
  };
  return type === 'A' && known[name] ? [known[name]] : [];
}

const file = (text: string) => {
  const path = lab.fresh('names');
  writeFileSync(path, text);
  return path;
};
const fresh = (options: NamesOptions = {}) =>
  new Names({
    servers: [server.address],
    hostsFile: file(
      '# mine\n192.0.2.9 Listed.test other # not box.test\n2001:db8::1 two.test\n192.0.2.1 two.test\n',
    ),
    resolvFile: file('nameserver 192.0.2.1\nsearch elsewhere.test inside.test\n'),
    families: () => [4],
    system: async () => [],
    ...options,
  });
const found = async (host: string, by = names) =>
  (await by.addresses(host, limits().signal)).map(({ address }) => address);
/** Sockets that ask the name server. */
const asking = () => {
  const port = Number(server.address.split(':')[1]).toString(16).toUpperCase().padStart(4, '0');
  return readFileSync('/proc/self/net/udp', 'utf8').split(`0100007F:${port} 01`).length - 1;
};
const times = (question: string) => server.asked.filter((one) => one === question).length;
/** A way to the lab's sshd by a name; its key is known by that name alone. */
const way = (host: string) => {
  const key = readFileSync(lab.sshd.knownHostsFile, 'utf8').replaceAll(
    /^\S+/gm,
    `[${host}]:${lab.sshd.port}`,
  );
  return new Ssh2Transport({ ...targetOf(lab.sshd), host, knownHostsFile: file(key), names });
};

beforeAll(async () => {
  await lab.start();
  server = await startNameServer(answerTo);
});
afterAll(async () => {
  server.stop();
  await lab.stop();
});
beforeEach(() => {
  server.asked.length = 0;
  names = fresh();
});

test('twelve boxes whose names are not answered for delay no box whose name is', async () => {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const ended: string[] = [];
  const slow = TWELVE.map((host) =>
    way(host)
      .connect({ ...limits(), signal: stop.signal })
      .finally(() => ended.push(host)),
  );
  const ends = Promise.allSettled(slow);
  await until(() => TWELVE.every((host) => times(`${host} A`) > 0));
  const connection = await way('box.test').connect(limits());
  expect((await connection.run({ argv: ['echo', 'in'] }, limits())).stdout).toBe('in\n');
  await connection.close();
  expect(ended).toEqual([]);
  stop.abort(new Error('enough'));
  for (const end of await ends) expect(end).toMatchObject({ reason: { message: 'enough' } });
}, 60_000);

test('names that are not answered for do not hold up the files of others either', async () => {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const slow = Promise.allSettled(TWELVE.map((host) => names.addresses(host, stop.signal)));
  await until(() => TWELVE.every((host) => times(`${host} A`) > 0));
  expect(await found('listed.test')).toEqual(['192.0.2.9']);
  stop.abort();
  await slow;
});

test('a name that is not answered for ends by itself, and is not asked for again at once', async () => {
  await expect(way('slow-1.test').connect({ ...limits(), timeoutMs: 60_000 })).rejects.toMatchObject({
    code: 'box_unreachable',
    detail: 'The name slow-1.test was not resolved (ETIMEOUT).',
  });
  const before = server.asked.length;
  expect(before).toBeGreaterThan(0);
  await expect(way('slow-1.test').connect(limits())).rejects.toMatchObject({ code: 'box_unreachable' });
  expect(server.asked).toHaveLength(before);
}, 60_000);

test('a name that is nowhere is a box that cannot be reached, and asked for once', async () => {
  for (let time = 0; time < 3; time += 1)
    await expect(way('none.test').connect(limits())).rejects.toMatchObject({
      code: 'box_unreachable',
      detail: 'The name none.test was not resolved (ENOTFOUND).',
    });
  expect(times('none.test A')).toBe(1);
}, 60_000);

test('of names that are nowhere a thousand are remembered', async () => {
  for (let at = 0; at <= 1_000; at += 1) await found(`none-${at}.test.`).catch(() => undefined);
  await expect(found('none-1000.test.')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(found('none-0.test.')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  expect([times('none-1000.test A'), times('none-0.test A')]).toEqual([1, 2]);
}, 60_000);

test('a call that is called off stops asking, and says nothing of the name', async () => {
  const stop = new AbortController();
  const first = names.addresses('slow-2.test', stop.signal);
  await until(() => times('slow-2.test A') === 1);
  expect(asking()).toBe(1);
  stop.abort(new Error('enough'));
  await expect(first).rejects.toThrow('enough');
  await until(() => asking() === 0);
  expect(times('slow-2.test A')).toBe(1);
  const next = new AbortController();
  const second = names.addresses('slow-2.test', next.signal);
  await until(() => times('slow-2.test A') === 2);
  next.abort(new Error('done'));
  await expect(second).rejects.toThrow('done');
});

test('who asks for the same name shares the question, and one who leaves leaves it to the others', async () => {
  const stop = new AbortController();
  const gone = names.addresses('box.test', stop.signal);
  const stays = Promise.all([found('box.test'), found('BOX.test')]);
  await Promise.resolve();
  stop.abort(new Error('enough'));
  await expect(gone).rejects.toThrow('enough');
  expect(await stays).toEqual([['127.0.0.1'], ['127.0.0.1']]);
  expect(times('box.test A')).toBe(1);
});

test.each([
  ['localhost', ['127.0.0.1', '::1']],
  ['listed.test', ['192.0.2.9']],
  ['other', ['192.0.2.9']],
  ['two.test', ['192.0.2.1']],
])('%s is known without a name server', async (host, addresses) => {
  expect(await found(host)).toEqual(addresses);
  expect(server.asked).toEqual([]);
});

test('a name without a dot is looked for in the domains of resolv.conf, a whole name nowhere else', async () => {
  expect(await found('short')).toEqual(['192.0.2.8']);
  expect(server.asked).toEqual(['short.elsewhere.test A', 'short.inside.test A']);
  await expect(found('short.')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  expect(server.asked.at(-1)).toBe('short A');
});

test('the system is asked, one name at a time, for names that no name server knows, but not for names without an answer', async () => {
  const turns: string[] = [];
  const system = async (name: string) => {
    turns.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    turns.push(`${name} ends`);
    return name === 'printer.local' ? [{ address: '192.0.2.20', family: 4 }] : [];
  };
  const mine = fresh({ system });
  const ends = await Promise.allSettled(
    ['none.test.', 'printer.local', 'slow-3.test'].map((host) => found(host, mine)),
  );
  expect(ends).toMatchObject([
    { reason: { code: 'ENOTFOUND' } },
    { value: ['192.0.2.20'] },
    { reason: { code: 'ETIMEOUT' } },
  ]);
  expect(turns).toHaveLength(4);
  for (const at of [0, 2]) expect(turns[at + 1]).toBe(turns[at]?.replace('begins', 'ends'));
}, 60_000);

test('a box with addresses of both families is tried by both, where this machine has both', async () => {
  const both = fresh({ families: () => [6, 4] });
  expect(await found('both.test', both)).toEqual(['2001:db8::7', '192.0.2.7']);
  expect(await found('both.test')).toEqual(['192.0.2.7']);
  expect(await found('half.test', both)).toEqual(['192.0.2.7']);
});
