import { expect, test } from '@jest/globals';
import { jsonLines as linesOf } from '../../../api/console/csv.ts';
import { csvOf, pagesOf } from '../../../api/console/fleet-export.ts';
import type { FleetRow } from '../../../core/contract/fleet.ts';

const row = (customer: string, displayName: string | null = null): FleetRow => ({
  customer,
  displayName,
  connection: null,
  versions: {},
});

async function* pages(...all: FleetRow[][]) {
  yield* all;
}

async function text(parts: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const part of parts) all += part;
  return all;
}

/** The second cell of the only line. */
async function cellOf(displayName: string): Promise<string> {
  const [, line = ''] = (await text(csvOf(pages([row('alice', displayName)])))).split('\r\n');
  return line.slice('alice,'.length, line.indexOf(',,,'));
}

test.each([
  ['=1+1', "'=1+1"],
  ['+44 20', "'+44 20"],
  ['-2', "'-2"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t'=1"],
  ['mine;=1+1', "mine;'=1+1"],
  ['mine; @a', "mine; '@a"],
  ['a;b', 'a;b'],
  ['=a,"b"', `"'=a,""b"""`],
  ['one\n=1', '"one\n=1"'],
  ['one\r=1', '"one\r=1"'],
  ['Alice, Bob', '"Alice, Bob"'],
  ['a=b', 'a=b'],
  ['Zoë', 'Zoë'],
])('a cell of a spreadsheet: %j becomes %j', async (name, cell) => {
  expect(await cellOf(name)).toBe(cell);
});

test('columns are named once, and the mark of the encoding is there once', async () => {
  const csv = await text(csvOf(pages([row('alice')], [row('bob')], [])));
  expect(csv.match(/\uFEFF/g)).toHaveLength(1);
  expect(csv.match(/customer,/g)).toHaveLength(1);
  expect(csv.split('\r\n').map((line) => line.split(',')[0])).toEqual(['\uFEFFcustomer', 'alice', 'bob', '']);
});

test('a fleet of nobody is the names of the columns, or nothing', async () => {
  expect(await text(csvOf(pages([])))).toMatch(/^\uFEFFcustomer,.*\r\n$/);
  expect(await text(linesOf(pages([])))).toBe('');
});

test('no more than one page is read ahead of whoever reads, and an export ends after 100,000 lines', async () => {
  let asked = 0;
  const rows = Array.from({ length: 500 }, () => row('alice'));
  const fleet = {
    async page() {
      asked += 1;
      return { rows, next: { key: '', customer: 'alice', id: '' } };
    },
  };
  let lines = 0;
  for await (const page of await pagesOf(fleet, {})) {
    lines += page.length;
    expect(asked * 500).toBeLessThanOrEqual(lines);
  }
  expect(lines).toBe(100_000);
});
