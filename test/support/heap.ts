import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
