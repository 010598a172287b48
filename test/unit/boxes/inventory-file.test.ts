import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { InventoryError, readInventory } from '../../../worker/boxes/inventory-file.text.ts';
import { InventoryFile } from '../../../worker/boxes/inventory-file.ts';

const read = (text: string) => readInventory(text, '/etc/keyferry/boxes.yaml');
const wrong = async (text: string) => {
  try {
    await read(text);
  } catch (thrown) {
    if (thrown instanceof InventoryError) return thrown.message;
    throw thrown;
  }
  throw new Error('it was taken');
};

describe('an inventory', () => {
  test('has a box for every customer, with what is particular about it', async () => {
    const boxes = await read(`
boxes:
  alice: { ssh: ssh://ubuntu@203.0.113.7:22, knownHosts: ./known_hosts, identity: ./id_ed25519 }
  bob: { local: true }
  carol:
    ssh: ssh://ubuntu@[2001:db8::7]
    knownHosts: /etc/ssh/known
    transport: openssh
    model: anthropic/claude-opus-5
    agent: main
    columns: 100
  42: { local: true }
`);
    expect([...boxes.keys()].toSorted()).toEqual(['42', 'alice', 'bob', 'carol']);
    expect(boxes.get('alice')?.transport.kind).toBe('ssh2');
    expect(boxes.get('bob')?.transport.kind).toBe('local');
    const { transport, ...carol } = boxes.get('carol') ?? {};
    expect(transport?.kind).toBe('openssh');
    expect(carol).toEqual({
      model: 'anthropic/claude-opus-5',
      agent: 'main',
      columns: 100,
      where: 'ubuntu@2001:db8::7:22',
      network: '2001:db8:0::/48',
    });
  });

  test('may be empty', async () => {
    expect((await read('boxes:\n')).size).toBe(0);
    expect((await read('boxes: {}\n')).size).toBe(0);
  });

  test.each([
    ['boxes:\n  alice: { ssh: [', /^\/etc\/keyferry\/boxes\.yaml, line 2: /],
    ['boxes:\n  alice: { local: true }\n  alice: { local: true }\n', /line 3: Map keys must be unique/],
    ['boxes:\n  alice: { local: true, local: true }\n', /line 2: Map keys must be unique/],
    ['boxes: {}\n---\nboxes: {}\n', /another document/],
    ['customers: {}\n', /must be one `boxes:` with an entry for every customer/],
    ['just words\n', /must be one `boxes:`/],
    ['boxes:\n  Alice: { local: true }\n', /line 2: Alice must be 1 to 63 lowercase letters/],
    ['boxes:\n  admin: { local: true }\n', /line 2: admin is reserved for the platform/],
    ['boxes:\n  alice:\n', /line 2: alice is not right/],
    ['boxes:\n  alice: { local: false }\n', /alice\.local is not right/],
    [
      'boxes:\n  alice:\n    ssh: ssh://ubuntu@box\n',
      /line 3: alice\.knownHosts is not right: must name a known_hosts/,
    ],
    [
      'boxes:\n  alice:\n    knownHosts: x\n    ssh: ubuntu@box\n',
      /line 4: alice\.ssh is not right: must be ssh:/,
    ],
    ['boxes:\n  alice: { ssh: "ssh://u:pw@h", knownHosts: x }\n', /alice\.ssh is not right/],
    ['boxes:\n  alice: { ssh: "ssh://%ff@h", knownHosts: x }\n', /alice\.ssh is not right/],
    ['boxes:\n  alice: { local: true, colums: 80 }\n', /line 2: alice is not right: .*colums/],
    ['boxes:\n  alice: { local: true, columns: 8 }\n', /alice\.columns is not right/],
    ['boxes:\n  alice: { local: true, model: openai/gpt }\n', /alice\.model is not right: must be anthropic/],
    ['boxes:\n  alice: { local: true, agent: "-x; rm" }\n', /alice\.agent is not right/],
  ])('that is not right is refused by line: %j', async (text, message) => {
    expect(await wrong(text)).toMatch(message);
  });
});

describe('an inventory of thousands', () => {
  const some = (count: number) =>
    `boxes:\n${Array.from({ length: count }, (_, at) => `  customer-${at}: { local: true }\n`).join('')}`;

  test('lets others have their turn, the more often the more boxes there are', async () => {
    const turnsBeside = async (text: string) => {
      let turns = 0;
      let isOver = false;
      const reading = read(text).finally(() => {
        isOver = true;
      });
      while (!isOver) {
        turns += 1;
        await new Promise(setImmediate);
      }
      return { turns, size: (await reading).size };
    };
    const [few, many] = [await turnsBeside(some(500)), await turnsBeside(some(4_000))];
    expect([few.size, many.size]).toEqual([500, 4_000]);
    expect(few.turns).toBeGreaterThan(4);
    expect(many.turns).toBeGreaterThan(5 * few.turns);
  });

  test('takes longer as there are more boxes, and not with their square', async () => {
    const took = async (text: string) => {
      const begun = process.cpuUsage();
      await read(text);
      const { user, system } = process.cpuUsage(begun);
      return user + system;
    };
    // The first of everything is slow.
    await took(some(2_000));
    const few = Math.min(await took(some(2_000)), await took(some(2_000)));
    const many = Math.min(await took(some(16_000)), await took(some(16_000)));
    // Eight times as many: 8 when it is linear, 64 with the square.
    expect(many / few).toBeLessThan(24);
  });
});

describe('an inventory’s file', () => {
  let directory: string;
  let path: string;
  let lines: string[];
  let heard: (line: string) => void;
  let open: InventoryFile[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'keyferry-inventory-'));
    path = join(directory, 'boxes.yaml');
    lines = [];
    heard = () => {};
    open = [];
  });

  afterEach(() => {
    for (const each of open) each.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function inventory(): Promise<InventoryFile> {
    const destination = {
      write: (line: string) => {
        lines.push(line);
        heard(line);
      },
    };
    const one = await InventoryFile.open(path, pino({ level: 'info' }, destination));
    open.push(one);
    return one;
  }
  const write = (text: string) => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  const logged = (pattern: RegExp) =>
    new Promise<void>((resolve) => {
      heard = () => {
        if (lines.some((line) => pattern.test(line))) resolve();
      };
      heard('');
    });

  test('is read again when it changes', async () => {
    write('boxes:\n  alice: { local: true, columns: 80 }\n');
    const boxes = await inventory();
    expect((await boxes.find('alice')).columns).toBe(80);
    write('boxes:\n  alice: { local: true, columns: 90 }\n');
    await logged(/read again/);
    expect((await boxes.find('alice')).columns).toBe(90);
  });

  test('that is broken now leaves the one before, and says why', async () => {
    write('boxes:\n  alice: { local: true }\n');
    const boxes = await inventory();
    write('boxes:\n  alice: { lokal: true }\n');
    await logged(/line 2: alice/);
    expect((await boxes.find('alice')).transport.kind).toBe('local');
    write('boxes:\n  bob: { local: true }\n');
    await logged(/read again/);
    await expect(boxes.find('alice')).rejects.toMatchObject({ code: 'box_not_listed' });
  });

  test('is looked into again for a customer who has just been listed', async () => {
    write('boxes: {}\n');
    const boxes = await inventory();
    write('boxes:\n  alice: { local: true }\n');
    expect((await boxes.find('alice')).transport.kind).toBe('local');
  });

  test('has to be there at the start', async () => {
    await expect(inventory()).rejects.toThrow(/cannot be read/);
  });
});
