import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A package of the practice registry: one program, as a script. */
export interface PracticePackage {
  name: string;
  version: string;
  program: string;
  script: string;
}

/** An npm registry and a place with Node's tarballs, both on loopback, with practice programs in them. */
export interface Downloads {
  registry: string;
  nodeFrom: string;
  /** SHA-256 of Node's tarball, by architecture. */
  nodeSums: Readonly<Record<string, string>>;
  /** Paths asked for, oldest first. */
  asked: readonly string[];
  /** Makes the tarball of Node another than its checksum says, or right again. */
  spoil(spoilt: boolean): void;
  stop(): void;
}

/** The folder of the npm that is in PATH; it need not stand beside Node, where that came from npm. */
function machinesNpm(): string {
  const npm = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
  return join(realpathSync(npm), '../..');
}

/**
 * A tarball of Node is one by name: what it runs is `npm`, a folder, and `execPath`; both are this machine's unless
 * others are given.
 */
export async function startDownloads(
  node: string,
  packages: readonly PracticePackage[],
  execPath = process.execPath,
  npm = machinesNpm(),
): Promise<Downloads> {
  const directory = mkdtempSync(join(tmpdir(), 'keyferry-downloads-'));
  const asked: string[] = [];
  const files = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/');
    asked.push(path);
    const found = files.get(path);
    response.writeHead(found ? 200 : 404).end(found ?? '{"error":"not found"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;

  for (const { name, version, program, script } of packages) {
    const manifest = { name, version, bin: { [program]: 'run.sh' } };
    const tarball = pack(directory, 'package', {
      'package.json': JSON.stringify(manifest),
      'run.sh': script,
    });
    const path = `/${name}/-/${version}.tgz`;
    files.set(path, tarball);
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    const earlier = JSON.parse(files.get(`/${name}`)?.toString() ?? '{"versions":{}}');
    const versions = {
      ...earlier.versions,
      [version]: { ...manifest, dist: { tarball: `${url}${path}`, integrity } },
    };
    files.set(`/${name}`, Buffer.from(JSON.stringify({ name, 'dist-tags': { latest: version }, versions })));
  }

  const arch = { x64: 'x64', arm64: 'arm64' }[process.arch as string] ?? process.arch;
  const name = `node-v${node}-linux-${arch}`;
  const run = (file: string) => `exec ${execPath} ${file} "$@"\n`;
  const tarball = pack(directory, name, {
    'bin/node': `#!/bin/sh\n[ "$1" = --version ] && { echo v${node}; exit; }\n${run('')}`,
    'bin/npm': `#!/bin/sh\n${run(join(npm, 'bin/npm-cli.js'))}`,
    'bin/npx': `#!/bin/sh\n${run(join(npm, 'bin/npx-cli.js'))}`,
  });
  const sum = createHash('sha256').update(tarball).digest('hex');
  const spoil = (spoilt: boolean) =>
    files.set(`/dist/v${node}/${name}.tar.gz`, spoilt ? tarball.subarray(0, -20) : tarball);
  spoil(false);
  return {
    registry: `${url}/`,
    nodeFrom: `${url}/dist`,
    nodeSums: { [arch]: sum },
    asked,
    spoil,
    stop: () => {
      server.close();
      server.closeAllConnections();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A gzipped tarball whose files stand in the folder `top`; all can be run. */
function pack(directory: string, top: string, files: Readonly<Record<string, string>>): Buffer {
  const root = mkdtempSync(join(directory, 'pack-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, top, path)), { recursive: true });
    writeFileSync(join(root, top, path), text);
    chmodSync(join(root, top, path), 0o755);
  }
  return execFileSync('tar', ['-cz', '--owner=0', '--group=0', '-C', root, top], { maxBuffer: 1 << 24 });
}

/** Everything below a directory, with what would show that it was touched. */
export function tree(directory: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (path: string) => {
    const stat = lstatSync(path);
    const content = stat.isFile()
      ? createHash('sha256').update(readFileSync(path)).digest('hex')
      : stat.isSymbolicLink()
        ? readlinkSync(path)
        : '';
    found[path.slice(directory.length)] = `${stat.mode} ${stat.uid} ${stat.mtimeMs} ${content}`;
    if (stat.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
  };
  visit(directory);
  return found;
}
