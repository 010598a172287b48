import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AuditEntry } from '../../../core/contract/audit-entry.ts';
import { auditPageSchema } from '../../../core/contract/console-api.ts';
import { type Audit, appendEntry } from '../../../core/store/audit.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import type { Visitor } from '../../support/visitor.ts';

let lab: ConsoleLab;
let audit: Audit;
let admin: Visitor;
/** Entries beside those that signing in and searching make. */
const COUNT = 1_200;

beforeAll(async () => {
  lab = await startConsoleLab();
  audit = lab.audit;
  admin = await lab.operator('admin');
  for (let each = 0; each < COUNT; each += 1)
    await audit.append({
      actor: 'operator',
      who: each % 2 ? 'odd' : 'even',
      role: 'support',
      action: 're-run',
      outcome: each % 10 ? 'done' : 'refused',
      customer: `customer-${each % 100}`,
      from: '192.0.2.1',
      detail: `number ${each}`,
    });
});
afterAll(async () => {
  await lab?.stop();
});

async function search(query: string): Promise<AuditEntry[]> {
  const { status, json } = await admin.get(`/api/v1/audit?${query}`);
  expect(status).toBe(200);
  return auditPageSchema.parse(json).entries;
}

test('is searched by who, what, whom and how it ended, newest first', async () => {
  const found = await search('who=odd&action=re-run&customer=customer-1&outcome=done&limit=500');
  expect(found.map(({ detail }) => detail)).toEqual(
    Array.from({ length: 12 }, (_, each) => `number ${1101 - each * 100}`),
  );
  expect(await search('who=nobody')).toEqual([]);
  const refused = await search('outcome=refused&limit=500');
  expect(refused).toHaveLength(COUNT / 10);
});

test('is read page by page, each entry once', async () => {
  const seen: string[] = [];
  let before = '';
  for (let page = 0; page < 10; page += 1) {
    const entries = await search(`action=re-run&limit=500${before && `&before=${before}`}`);
    if (entries.length === 0) break;
    seen.push(...entries.map(({ id }) => id));
    before = `${entries.at(-1)?.id}`;
  }
  expect(seen).toHaveLength(COUNT);
  expect(new Set(seen).size).toBe(COUNT);
});

test('is searched by time', async () => {
  const [middle] = (await search('action=re-run&limit=500')).slice(-1);
  const older = await search(`action=re-run&until=${middle?.at}&limit=500`);
  const newer = await search(`action=re-run&since=${middle?.at}&limit=500`);
  expect(older[0]?.at).toBe(middle?.at);
  expect(older.length).toBeGreaterThan(0);
  expect(newer.every(({ at }) => at >= `${middle?.at}`)).toBe(true);
});

test('is exported, one entry a line, with what was searched for', async () => {
  const { status, text, headers } = await admin.get('/api/v1/audit/export?who=even');
  expect([status, headers['content-type']]).toEqual([200, 'application/x-ndjson']);
  expect(headers['content-disposition']).toBe('attachment; filename="keyferry-audit.ndjson"');
  const lines = text.trimEnd().split('\n');
  expect(lines).toHaveLength(COUNT / 2);
  expect(JSON.parse(`${lines[0]}`)).toMatchObject({ who: 'even', detail: `number ${COUNT - 2}` });
});

test('shows what another version wrote, without what this one does not know', async () => {
  const at = new Date().toISOString();
  const entry = { actor: 'robot', who: 'newer', action: 'of-later', outcome: 'put off', at };
  await appendEntry(lab.database, { ...entry, id: randomUUID(), reason: 'of a newer version' });
  expect(await search('who=newer')).toEqual([{ ...entry, id: expect.stringMatching(/^\d+$/) }]);
});

test('writes down that it was read', async () => {
  const since = new Date();
  await search('limit=1');
  await admin.get('/api/v1/audit/export?limit=');
  const read = await audit.search({ who: 'olga-admin', action: 'audit', since }, 10);
  expect(read.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
});

test.each([
  'limit=0',
  'limit=501',
  'since=yesterday',
  'before=1-0',
  'unknown=1',
  'outcome=maybe',
  'actor=me',
])('refuses a search for %s', async (query) => {
  const { status, json } = await admin.get(`/api/v1/audit?${query}`);
  expect([status, json]).toEqual([400, expect.objectContaining({ code: 'input_invalid' })]);
});

test('has no way to take an entry away', async () => {
  for (const method of ['POST', 'DELETE', 'PUT', 'PATCH']) {
    const headers = { cookie: admin.cookie, origin: admin.origin, 'x-keyferry-csrf': admin.csrf };
    const { status } = await admin.send(method, '/api/v1/audit', headers);
    expect([method, status]).toEqual([method, 404]);
  }
});
