import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, connect as openSocket, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Box } from '../../lab/box.ts';

/** A Node as both programs want it, so that a box of the lab lacks nothing; what it runs is this machine's. */
export const GOOD_NODE = {
  script: `#!/bin/sh\n[ "$1" = --version ] && { echo v24.16.0; exit; }\nexec ${process.execPath} "$@"\n`,
};

/** Directories of stand-ins for the box's own tools; every user may run what is in them. */
export class Tools {
  readonly #made: string[] = [];

  /** Tools that win over the box's: the PATH to give to it. */
  before(scripts: Readonly<Record<string, string>>): string {
    const directory = this.#directory();
    for (const [name, body] of Object.entries(scripts)) writeScript(join(directory, name), body);
    return `${directory}:/usr/local/bin:/usr/bin:/bin`;
  }

  /** All of the machine's tools but some. */
  without(...names: string[]): string {
    const directory = this.#directory();
    for (const from of ['/usr/bin', '/bin'])
      for (const name of readdirSync(from))
        if (!names.includes(name)) {
          rmSync(join(directory, name), { force: true });
          symlinkSync(join(from, name), join(directory, name));
        }
    return directory;
  }

  /** One more tool in such a directory, in place of one of that name. */
  put(directory: string, name: string, body: string): void {
    rmSync(join(directory, name), { force: true });
    writeScript(join(directory, name), body);
  }

  remove(): void {
    for (const directory of this.#made.splice(0)) rmSync(directory, { recursive: true, force: true });
  }

  #directory(): string {
    const directory = mkdtempSync(join(tmpdir(), 'keyferry-tools-'));
    chmodSync(directory, 0o755);
    this.#made.push(directory);
    return directory;
  }
}

function writeScript(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

/** A `cat` that shows another /proc/meminfo or /proc/cpuinfo. */
export function catOf(files: Readonly<Record<string, string>>): string {
  const cases = Object.entries(files).map(([path, text]) => `${path}) printf '${text}' ;;`);
  return `case $1 in ${cases.join(' ')} *) exec /bin/cat "$@" ;; esac`;
}

/** Puts a script before one of the box's programs; it finds that one as `"$0.real"`. */
export function wrap(box: Box, name: 'claude' | 'openclaw', body: string): void {
  const path = join(box.binDirectory, name);
  renameSync(path, `${path}.real`);
  writeScript(path, `${body}\nexec "$0.real" "$@"`);
}

/** Writes a file into the box's home, as its user would. */
export function put(box: Box, path: string, text: string): void {
  const whole = join(box.home, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text, { mode: 0o644 });
  for (let made = whole; made !== box.home; made = dirname(made)) chownSync(made, box.uid, box.gid);
}

/** A proxy in front of the lab's that refuses some hosts. */
export async function refusingProxy(
  lab: string,
  refused: readonly string[],
): Promise<{ url: string; stop(): void }> {
  const { hostname, port } = new URL(lab);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', (head) => {
      const host = /^CONNECT ([^:]+):/.exec(head.toString('latin1'))?.[1] ?? '';
      if (refused.includes(host)) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      const onward = openSocket(Number(port), hostname, () => onward.write(head));
      sockets.add(onward);
      onward.on('error', () => socket.destroy());
      return socket.pipe(onward).pipe(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, stop };
}
