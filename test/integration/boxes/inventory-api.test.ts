import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { BlockList, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { BOX_KINDS, type Reach } from '../../../core/contract/boxes.ts';
import type { HostKey } from '../../../core/secrets/host-keys.ts';
import { SealedBox } from '../../../core/secrets/sealed.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { Boxes, type NewBox } from '../../../core/store/boxes.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { writeBoxesFile } from '../../../lab/boxes-file.ts';
import type { ListedCustomer } from '../../../worker/boxes/inventory.ts';
import { type BoxRules, InventoryApi } from '../../../worker/boxes/inventory-api.ts';
import { openInventory } from '../../../worker/boxes/inventory-open.ts';
import { fetchHostKeys } from '../../../worker/transports/host-keys.ts';
import { sweepPrivateDirectories } from '../../../worker/transports/private-directory.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { limits, makeKey, TransportLab } from '../../support/transport-lab.ts';

const log = pino({ level: 'silent' });
const sealed = new SealedBox([{ id: 'one', key: new Uint8Array(randomBytes(32)) }]);
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
const RULES: BoxRules = { BOX_KINDS: new Set(BOX_KINDS), BOX_NETWORKS: loopback };

const lab = new TransportLab();
let server: TestDatabase;
let database: Database;
let boxes: Boxes;
let pinned: HostKey[];

beforeAll(async () => {
  [server] = await Promise.all([startTestDatabase(), lab.start()]);
  database = openDatabase({ url: server.url, connections: 4, name: 'test' }, log);
  boxes = new Boxes(database, sealed);
  pinned = readFileSync(lab.sshd.knownHostsFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [, algorithm = '', publicKey = ''] = line.split(' ');
      return { algorithm, publicKey };
    });
});
afterAll(async () => {
  await database?.destroy();
  await Promise.all([server?.stop(), lab.stop()]);
});

const inventory = (rules: Partial<BoxRules> = {}) => new InventoryApi(boxes, { ...RULES, ...rules });
const someone = () => `alice-${randomUUID().slice(0, 8)}`;
const toSshd = (more: Partial<Reach> = {}): Reach =>
  ({ kind: 'ssh', host: '127.0.0.1', port: lab.sshd.port, user: lab.sshd.user, ...more }) as Reach;
const add = async (more: Partial<NewBox> = {}) => {
  const customer = more.customer ?? someone();
  const privateKey = new Secret(readFileSync(lab.sshd.identityFile, 'utf8'));
  const reach = toSshd();
  await boxes.create({
    customer,
    name: 'default',
    reach,
    credentials: { privateKey },
    hostKeys: { pinned },
    ...more,
  });
  return customer;
};
const says = async (customer: string, rules: Partial<BoxRules> = {}) => {
  const { transport } = await inventory(rules).find(customer, limits());
  const connection = await transport.connect(limits());
  try {
    return (await connection.run({ argv: ['echo', 'in'] }, limits())).stdout;
  } finally {
    await connection.close();
  }
};

describe('an ssh box in the record', () => {
  test('is connected to with its own key, once its host key is pinned', async () => {
    expect(await says(await add())).toBe('in\n');
  });

  test('is not connected to while no host key is confirmed, whatever it has shown', async () => {
    const customer = await add({ hostKeys: { pinned: [], fetched: pinned } });
    await expect(says(customer)).rejects.toMatchObject({ code: 'host_key_unknown' });
  });

  test('that shows another host key than the pinned one is sent nothing', async () => {
    const [, publicKey = ''] = makeKey(lab.fresh('stranger')).publicKey.split(' ');
    const customer = await add({ hostKeys: { pinned: [{ algorithm: 'ssh-ed25519', publicKey }] } });
    await expect(says(customer)).rejects.toMatchObject({ code: 'host_key_mismatch' });
  });

  test('is the default one of several', async () => {
    const customer = await add({ name: 'old', reach: toSshd({ port: 1 }) });
    await expect(says(customer)).rejects.toMatchObject({ code: 'box_unreachable' });
    await add({ customer, name: 'new', isDefault: true });
    expect(await says(customer)).toBe('in\n');
  });

  test.each(['127.0.0.1', 'localhost', '::ffff:127.0.0.1', '169.254.169.254', '::1', '0.0.0.0'])(
    'at %s is sent nothing unless that network is allowed',
    async (host) => {
      const customer = await add({ reach: toSshd({ host }) });
      await expect(says(customer, { BOX_NETWORKS: undefined })).rejects.toMatchObject({
        code: 'box_address_refused',
      });
    },
  );

  test('of a kind that is switched off is not connected to', async () => {
    await expect(says(await add(), { BOX_KINDS: new Set(['kubernetes']) })).rejects.toMatchObject({
      code: 'box_kind_off',
    });
  });
});

describe('host keys', () => {
  test('are fetched as far as they are shown: every type, and nobody signs in', async () => {
    const sshd = await lab.another({ extraConfig: ['LogLevel VERBOSE'] });
    try {
      const keys = await fetchHostKeys({ host: sshd.host, port: sshd.port }, limits());
      const lines = readFileSync(sshd.knownHostsFile, 'utf8');
      expect(keys.map(({ algorithm }) => algorithm)).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256']);
      for (const { algorithm, publicKey } of keys) expect(lines).toContain(`${algorithm} ${publicKey}`);
      expect(sshd.log()).toContain('Connection from');
      expect(sshd.log()).not.toMatch(/Accepted|Failed|userauth|invalid user/i);
    } finally {
      await sshd.stop();
    }
  });

  test('of who says nothing, or hangs up, are not waited for', async () => {
    const silent: Server = createServer((socket) => void socket.on('error', () => {}));
    const rude: Server = createServer((socket) => socket.end());
    const portOf = async (one: Server) => {
      await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
      return (one.address() as { port: number }).port;
    };
    try {
      for (const one of [silent, rude]) {
        const fetching = fetchHostKeys(
          { host: '127.0.0.1', port: await portOf(one) },
          { ...limits(), timeoutMs: 1_000 },
        );
        await expect(fetching).rejects.toMatchObject({ code: 'box_unreachable' });
      }
      const refused = fetchHostKeys({ host: 'localhost', mayReach: () => false }, limits());
      await expect(refused).rejects.toMatchObject({ code: 'box_address_refused' });
    } finally {
      silent.close();
      rude.close();
    }
  });
});

describe('a box that a command leads to', () => {
  const path = process.env.PATH;
  let seen: string;
  /** What `docker exec` and `kubectl exec` do, on this machine; they write down their words and what they read. */
  beforeAll(() => {
    const bin = lab.fresh('bin');
    seen = lab.fresh('seen');
    mkdirSync(bin);
    const clean = 'exec env -i PATH="$PATH" HOME="$HOME" "$@"';
    writeFileSync(
      `${bin}/kubectl`,
      `#!/bin/sh\necho "kubectl $*" >>${seen}\n[ "$(stat -c %a "$2")" = 600 ] && cp "$2" ${seen}.config\necho "$2" >${seen}.file\nwhile [ "$1" != -- ]; do shift; done; shift\n${clean}\n`,
    );
    writeFileSync(
      `${bin}/docker`,
      `#!/bin/sh\necho "docker $*" >>${seen}\nwhile [ "$1" != box-1 ]; do shift; done; shift\n${clean}\n`,
    );
    for (const name of ['kubectl', 'docker']) chmodSync(`${bin}/${name}`, 0o755);
    process.env.PATH = `${bin}:${path}`;
  });
  afterAll(() => {
    process.env.PATH = path;
  });

  test('docker: by the container, and the context that the worker’s machine has', async () => {
    const reach = { kind: 'docker', container: 'box-1', context: 'far' } as const;
    expect(await says(await add({ reach, credentials: {} }))).toBe('in\n');
    expect(readFileSync(seen, 'utf8')).toContain('docker --context far exec -i box-1 ');
  });

  test('kubernetes: kubectl has its configuration in a private file as long as the connection, and nothing secret in its words', async () => {
    const kubeconfig = JSON.stringify({ users: [{ name: 'u', user: { token: 'a secret token' } }] });
    const reach = { kind: 'kubernetes', namespace: 'boxes', pod: 'alice-0', container: 'main' } as const;
    const customer = await add({
      reach,
      credentials: { kubeconfig: new Secret(kubeconfig) },
      shownCredentials: { kubeconfig: { servers: ['https://127.0.0.1:6443'] } },
    });
    const { transport } = await inventory().find(customer, limits());
    const connection = await transport.connect(limits());
    const file = readFileSync(`${seen}.file`, 'utf8').trim();
    expect(readFileSync(`${seen}.config`, 'utf8')).toBe(kubeconfig);
    // Another worker of this machine that starts leaves it alone.
    await sweepPrivateDirectories();
    expect(existsSync(file)).toBe(true);
    expect((await connection.run({ argv: ['echo', 'in'] }, limits())).stdout).toBe('in\n');
    await connection.close();
    expect(existsSync(file)).toBe(false);
    const words = readFileSync(seen, 'utf8');
    expect(words).toContain(
      `kubectl --kubeconfig ${file} --namespace boxes exec -i alice-0 --container main -- `,
    );
    expect(words).not.toContain('a secret token');
    const refused = (await inventory({ BOX_NETWORKS: undefined }).find(customer, limits())).transport;
    await expect(refused.connect(limits())).rejects.toMatchObject({ code: 'box_address_refused' });
  });

  test('command and local: on the worker’s own machine', async () => {
    expect(
      await says(await add({ reach: { kind: 'command', command: ['env', '-i'] }, credentials: {} })),
    ).toBe('in\n');
    expect(await says(await add({ reach: { kind: 'local' }, credentials: {} }))).toBe('in\n');
  });
});

describe('inventories in order', () => {
  test('a customer in the file has the box that is there; others theirs of the record; a list shows what would be found', async () => {
    const both = await add();
    const added = await add();
    const file = lab.fresh('boxes.yaml');
    const alone = someone();
    writeBoxesFile(
      file,
      new Map([
        [both, { local: true }],
        [alone, { local: true }],
      ]),
    );
    const config = { BOXES_FILE: file, LIGHTSAIL_TAG: 'x', LIGHTSAIL_SSH_PORT: 22 };
    const all = await openInventory(
      { ...config, LIGHTSAIL_REGIONS: undefined, LIGHTSAIL_ENDPOINT: undefined },
      log,
      inventory(),
    );
    try {
      expect((await all.find(both, limits())).transport.kind).toBe('local');
      expect((await all.find(added, limits())).transport.kind).toBe('ssh2');
      await expect(all.find('nobody', limits())).rejects.toMatchObject({ code: 'box_not_listed' });
      const listed: ListedCustomer[] = [];
      for await (const box of all.list(limits())) listed.push(box);
      const of = (customer: string) => listed.filter((box) => box.customer === customer);
      const where = 'this machine';
      expect(of(both)).toEqual([{ customer: both, kind: 'local', where, source: 'file' }]);
      expect(of(alone)).toHaveLength(1);
      expect(of(added)).toEqual([
        {
          customer: added,
          box: 'default',
          kind: 'ssh',
          where: `${lab.sshd.user}@127.0.0.1:${lab.sshd.port}`,
          source: 'api',
        },
      ]);
    } finally {
      all.close();
    }
  });

  test('while the database is away, a customer in the file has their box; of others it is said that it is not known', async () => {
    const file = lab.fresh('boxes.yaml');
    writeBoxesFile(file, new Map([['alice', { local: true }]]));
    const away = openDatabase(
      { url: 'postgresql://nobody@127.0.0.1:1/none', connections: 2, name: 'test' },
      log,
    );
    const config = { BOXES_FILE: file, LIGHTSAIL_TAG: 'x', LIGHTSAIL_SSH_PORT: 22 };
    const record = new InventoryApi(new Boxes(away, sealed), RULES);
    const all = await openInventory(
      { ...config, LIGHTSAIL_REGIONS: undefined, LIGHTSAIL_ENDPOINT: undefined },
      log,
      record,
    );
    try {
      expect((await all.find('alice', limits())).transport.kind).toBe('local');
      await expect(all.find('bob', limits())).rejects.toMatchObject({ code: 'service_unavailable' });
    } finally {
      all.close();
      await away.destroy();
    }
  });
});
