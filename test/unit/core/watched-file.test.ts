import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { WatchedFile } from '../../../core/process/watched-file.ts';

let root: string;
let open: WatchedFile<string>[];
let logged: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keyferry-watched-'));
  open = [];
  logged = [];
});
afterEach(() => {
  for (const each of open) each.close();
  rmSync(root, { recursive: true, force: true });
});

const at = (...names: string[]) => join(root, ...names);

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Puts a link, in place of one that may be there, as deployments do. */
function link(target: string, path: string): void {
  symlinkSync(target, `${path}.new`);
  renameSync(`${path}.new`, path);
}

async function watched(
  path: string,
  pollMs = 20,
  read = (text: string) => text,
): Promise<WatchedFile<string>> {
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  const file = await WatchedFile.open({ path, name: 'it', read, log, pollMs });
  open.push(file);
  return file;
}

async function becomes(file: WatchedFile<string>, text: string): Promise<void> {
  for (let looks = 0; looks < 1_000 && file.content !== text; looks += 1) await sleep(20);
  expect(file.content).toBe(text);
}

test('a file is seen to change where its folder was renamed and another put in its place', async () => {
  write(at('now', 'file'), 'old');
  const file = await watched(at('now', 'file'));
  write(at('next', 'file'), 'new');
  renameSync(at('now'), at('before'));
  renameSync(at('next'), at('now'));
  await becomes(file, 'new');
  // And what is there now is watched like the one before.
  writeFileSync(at('now', 'file'), 'newer');
  await becomes(file, 'newer');
});

test('a file is seen to change where its folder is a link, and leads elsewhere now', async () => {
  write(at('release-1', 'file'), 'old');
  write(at('release-2', 'file'), 'new');
  link('release-1', at('current'));
  const file = await watched(at('current', 'file'));
  link('release-2', at('current'));
  await becomes(file, 'new');
});

test('a file is seen to change where a folder above its folder was swapped', async () => {
  write(at('a', 'deep', 'file'), 'old');
  write(at('b', 'deep', 'file'), 'new');
  link('a', at('top'));
  const file = await watched(at('top', 'deep', 'file'));
  link('b', at('top'));
  await becomes(file, 'new');
});

test('a file of a mounted Kubernetes volume is seen to change, again and again, as ..data is swapped', async () => {
  write(at('..2026_01', 'file'), 'old');
  link('..2026_01', at('..data'));
  symlinkSync('..data/file', at('file'));
  const file = await watched(at('file'));
  for (const text of ['new', 'newer']) {
    write(at(`..2026_${text}`, 'file'), text);
    link(`..2026_${text}`, at('..data'));
    await becomes(file, text);
  }
});

test('a file that is a link is seen to change where what it leads to is written', async () => {
  write(at('secrets', 'real'), 'old');
  write(at('etc', 'other'), 'x');
  symlinkSync('../secrets/real', at('etc', 'file'));
  const file = await watched(at('etc', 'file'));
  writeFileSync(at('secrets', 'real'), 'new');
  await becomes(file, 'new');
});

test('a file that is gone for a while stays as it was, is logged once, and is read when it is back', async () => {
  write(at('now', 'file'), 'old');
  const file = await watched(at('now', 'file'));
  renameSync(at('now'), at('gone'));
  for (let looks = 0; looks < 1_000 && logged.length === 0; looks += 1) await sleep(20);
  await sleep(200);
  expect(file.content).toBe('old');
  expect(logged.filter((line) => line.includes('not right'))).toHaveLength(1);
  write(at('now', 'file'), 'new');
  await becomes(file, 'new');
});

test('a file is not read again while nothing of it has changed, however often it is looked at', async () => {
  write(at('file'), 'same');
  const old = new Date(Date.now() - 60_000);
  utimesSync(at('file'), old, old);
  let reads = 0;
  const file = await watched(at('file'), 60_000, (text) => {
    reads += 1;
    return text;
  });
  await Promise.all(Array.from({ length: 500 }, () => file.reread()));
  expect([reads, file.content]).toEqual([1, 'same']);
});

test('who asks for it to be read gets what was there when they asked, also beside a reading that is under way', async () => {
  write(at('file'), '0');
  const file = await watched(at('file'), 60_000);
  for (let turn = 1; turn < 50; turn += 1) {
    const earlier = file.reread();
    writeFileSync(at('file.new'), `${turn}`);
    renameSync(at('file.new'), at('file'));
    await file.reread();
    expect(file.content).toBe(readFileSync(at('file'), 'utf8'));
    await earlier;
  }
  expect(statSync(at('file')).size).toBe(2);
});
