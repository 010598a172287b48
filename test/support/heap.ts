import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Anthropic } from '../../lab/anthropic/anthropic.ts';
import type { Reachable } from './keyferry.ts';

/**
 * The heap of `keyferry connect`, a snapshot as text, taken in its last phase: everything that the sign-in gives has come by
 * then, and is still needed.
 */
export async function heapWhileProving(
  box: Reachable,
  anthropic: Pick<Anthropic, 'signIn'>,
  method: string,
): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'keyferry-heap-'));
  const identity = ['--identity', box.identityFile, '--known-hosts', box.knownHostsFile];
  const words = ['connect', box.target, ...identity, '--json', '--method', method];
  const node = ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${directory}`];
  try {
    const child = spawn(process.execPath, [...node, 'scripts/keyferry.ts', ...words], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    let printed = '';
    let isAsked = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const link = /"url":"([^"]+)"/.exec(printed)?.[1];
      if (link && !isAsked) {
        isAsked = true;
        child.stdin.write(`${anthropic.signIn(link)}\n`);
      }
      if (text.includes('"phase":"proving"')) child.kill('SIGUSR2');
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    const [file] = readdirSync(directory).filter((name) => name.endsWith('.heapsnapshot'));
    if (code !== 0 || file === undefined) throw new Error(`No heap, or it ended with ${code}: ${printed}`);
    return readFileSync(join(directory, file), 'utf8');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What a process needs in NODE_OPTIONS for `heapOf`. */
export const heapOptions = (directory: string) =>
  `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${directory}`;

/** Every string in the memory of a process with `heapOptions(directory)`, as V8 writes it down. */
export async function heapOf(pid: number | undefined, directory: string): Promise<string> {
  process.kill(pid as number, 'SIGUSR2');
  for (let looks = 0; looks < 600; looks += 1) {
    const [name] = readdirSync(directory).filter((file) => file.endsWith('.heapsnapshot'));
    if (name !== undefined) {
      const text = readFileSync(join(directory, name), 'utf8');
      // It is written for seconds.
      if (/\]\s*\}\s*$/.test(text.slice(-100))) return text;
    }
    await sleep(100);
  }
  throw new Error('There is no heap snapshot.');
}

const PART = 16 * 1024 * 1024;
/** The longest text that is looked for across two parts. */
const OVERLAP = 4 * 1024;

/**
 * Those of these texts that stand anywhere in the memory that a child process can write to: also outside the heap of its
 * JavaScript, where buffers and what libraries hold are, and where nobody has written since it was given back.
 */
export function foundInMemory(pid: number | undefined, texts: readonly string[]): string[] {
  const wanted = texts.map((text) => [text, Buffer.from(text)] as const);
  const found = new Set<string>();
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const part = Buffer.alloc(PART);
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const [, from = '', to = ''] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      const end = Number.parseInt(to, 16);
      for (let at = Number.parseInt(from, 16); at < end; at += PART - OVERLAP) {
        const read = readMapped(memory, part, at, Math.min(PART, end - at));
        const text = part.subarray(0, read);
        for (const [name, bytes] of wanted) if (text.includes(bytes)) found.add(name);
      }
    }
  } finally {
    closeSync(memory);
  }
  return [...found];
}

/** Some of what is mapped cannot be read, and some is unmapped meanwhile. */
function readMapped(memory: number, into: Buffer, at: number, length: number): number {
  try {
    return readSync(memory, into, 0, length, at);
  } catch {
    return 0;
  }
}
