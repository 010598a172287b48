import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));

interface Locked {
  version: string;
  resolved?: string;
  hasInstallScript?: true;
}

describe('npm runs the install scripts that were read, of these versions, and no others', () => {
  const allowed: Record<string, boolean> = read('package.json').allowScripts;
  const locked = Object.entries<Locked>(read('package-lock.json').packages).filter(
    ([, { hasInstallScript }]) => hasInstallScript,
  );
  const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

  test('each package that has one is named in allowScripts: with its version where it may, by its name where not', () => {
    const entries = locked.map(([path, { version }]) => {
      const name = nameOf(path);
      return name in allowed ? name : `${name}@${version}`;
    });
    expect(Object.keys(allowed).toSorted()).toEqual([...new Set(entries)].toSorted());
    for (const [key, may] of Object.entries(allowed)) expect(/.@\d/.test(key)).toBe(may);
  });

  // npm takes name and version from there, and otherwise blocks what is allowed for one version (seen in 12.2.2). An
  // `npm install` with `omit-lockfile-registry-resolved` takes the line out: put it back.
  test.each(Object.entries(allowed).flatMap(([key, may]) => (may ? [key] : [])))(
    '%s has the line `resolved` in the lockfile',
    (key) => {
      const [, name = '', version = ''] = /^(.+)@([^@]+)$/.exec(key) ?? [];
      expect(locked.find(([path]) => nameOf(path) === name)?.[1].resolved).toBe(
        `https://registry.npmjs.org/${name}/-/${name}-${version}.tgz`,
      );
    },
  );
});

describe('Node 24', () => {
  let clone: string;
  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), 'newcomer-'));
    for (const name of ['bin', 'scripts', 'node_modules/.bin'])
      mkdirSync(join(clone, name), { recursive: true });
    cpSync(join(root, 'scripts/setup.sh'), join(clone, 'scripts/setup.sh'));
  });
  afterEach(() => rmSync(clone, { recursive: true, force: true }));

  function program(name: string, script: string): void {
    writeFileSync(join(clone, 'bin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(clone, 'bin', name), 0o755);
  }

  /** Runs these lines after setup.sh, on a machine with this Node, where `npm install` does this in its `--prefix`. */
  async function setup(version: string, install: string, lines: string) {
    program('node', `case $1 in --version) echo v${version} ;; -p) echo node-plan-9 ;; esac`);
    program(
      'npm',
      `echo "$*" >>${join(clone, 'asked')}
case $1 in install) cd "$3" && ${install} ;; config) echo ${join(clone, 'npmrc')} ;; esac`,
    );
    const env = { PATH: [join(clone, 'bin'), process.env.PATH].join(':') };
    const words = ['--norc', '-c', `. ${join(clone, 'scripts/setup.sh')}; ${lines}`];
    const ran = await promisify(execFile)('bash', words, { env }).catch(
      (error: { stdout: string; stderr: string; code: number }) => error,
    );
    const asked = existsSync(join(clone, 'asked')) ? readFileSync(join(clone, 'asked'), 'utf8') : '';
    return { code: 0, ...ran, asked, left: readdirSync(clone).filter((name) => name.startsWith('.node')) };
  }

  /** The package that npm has, with a Node that says this of itself. */
  const has = (version: string) =>
    `mkdir -p node_modules/node-plan-9/bin && printf '#!/bin/sh\necho ${version}\n' >node_modules/node-plan-9/bin/node && chmod +x node_modules/node-plan-9/bin/node`;
  const WHERE = 'need_node; sh -c "command -v node; node --version"';

  test.each(['24.0.0', '26.1.0'])('of the machine is used where it is one: %s', async (version) => {
    const { stdout, asked, left } = await setup(version, 'exit 1', WHERE);
    expect(stdout).toBe(`${join(clone, 'bin/node')}\nv${version}\n`);
    expect({ asked, left }).toEqual({ asked: '', left: [] });
  });

  test.each(['18.19.1', '20.20.2', '22.18.0'])(
    'comes from npm where the machine has %s: once, and children find it first',
    async (version) => {
      const own = `${join(clone, '.node/bin/node')}\nv24.22.3\n`;
      const first = await setup(version, has('v24.22.3'), WHERE);
      expect(first).toMatchObject({ stdout: own, left: ['.node'] });
      expect(first.asked).toMatch(/^install .* node-plan-9@24\n/);
      rmSync(join(clone, 'asked'));
      expect(await setup(version, 'exit 1', WHERE)).toMatchObject({ stdout: own, stderr: '', asked: '' });
    },
  );

  test('is found by `npm run` and `npx`, too', async () => {
    const linked = join(clone, 'node_modules/.bin/node');
    const { stdout } = await setup('20.20.2', has('v24.22.3'), `need_node; link_node; ${linked} --version`);
    expect(stdout).toBe('v24.22.3\n');
  });

  test('has npm read the settings of the machine: a registry, a CA', async () => {
    writeFileSync(join(clone, 'npmrc'), 'cafile=/etc/ssl/own.pem\n');
    await setup('20.20.2', has('v24.22.3'), 'need_node');
    expect(readFileSync(join(clone, '.node/etc/npmrc'), 'utf8')).toBe('cafile=/etc/ssl/own.pem\n');
  });

  test.each([
    ['npm does not have it', 'echo E404 >&2; exit 1', /E404[\s\S]*please install Node 24/],
    ["npm's does not run here", has('; exit 127'), /does not run here; please install Node 24/],
  ])('is asked for where %s, and nothing is left', async (_, install, said) => {
    const { code, stderr, left } = await setup('20.20.2', install, 'need_node');
    expect({ code, left }).toEqual({ code: 1, left: [] });
    expect(stderr).toMatch(said);
  });
});

describe('setup', () => {
  let clone: string;
  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), 'newcomer-'));
    mkdirSync(join(clone, 'node_modules/@swc'), { recursive: true });
    mkdirSync(join(clone, 'node_modules/@node-rs'));
    mkdirSync(join(clone, 'bin'));
    cpSync(join(root, 'scripts/setup.sh'), join(clone, 'scripts/setup.sh'));
    for (const name of ['@node-rs/argon2', '@swc/core', 'rolldown'])
      symlinkSync(join(root, 'node_modules', name), join(clone, 'node_modules', name));
    for (const name of ['package-lock.json', 'node_modules/.package-lock.json'])
      writeFileSync(join(clone, name), '{"packages":{}}');
    unbuilt();
  });
  afterEach(() => rmSync(clone, { recursive: true, force: true }));

  /** node-pty as npm leaves it when it runs no install script. */
  function unbuilt(): void {
    const without = (path: string) =>
      !path.includes('node-pty/build') && !path.includes('node-pty/prebuilds');
    cpSync(join(root, 'node_modules/node-pty'), join(clone, 'node_modules/node-pty'), {
      recursive: true,
      filter: without,
    });
  }

  /** Runs it with an `npm` that does this for `npm ci`, and notes what it is called with. */
  async function setup(ci: string, config = 'false'): Promise<{ code: number; said: string; asked: string }> {
    const log = join(clone, 'asked');
    const npm = `#!/bin/sh
echo "$*" >>${log}
case $1 in ci) ${ci} ;; config) echo ${config} ;; --version) echo 12.2.2 ;; esac
`;
    writeFileSync(join(clone, 'bin/npm'), npm);
    chmodSync(join(clone, 'bin/npm'), 0o755);
    const env = {
      ...process.env,
      PATH: [join(clone, 'bin'), dirname(process.execPath), process.env.PATH].join(':'),
    };
    const words = ['-c', `. ${join(clone, 'scripts/setup.sh')}; need_system() { :; }; need_packages`];
    const ran = await promisify(execFile)('bash', words, { env }).then(
      ({ stderr }) => ({ code: 0, said: stderr }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr }),
    );
    return { ...ran, asked: existsSync(log) ? readFileSync(log, 'utf8') : '' };
  }

  const build = () =>
    `cp -r ${join(root, 'node_modules/node-pty/build')} ${join(clone, 'node_modules/node-pty')}`;

  test('installs the packages again where a native module is there and does not load', async () => {
    const { code, asked } = await setup(build());
    expect(code).toBe(0);
    expect(asked).toMatch(/^ci /);
  });

  test('asks npm for nothing where all of them load', async () => {
    await setup(build());
    rmSync(join(clone, 'asked'));
    expect(await setup('exit 1')).toEqual({ code: 0, said: '', asked: '' });
  });

  test('installs the packages again where one that the lockfile has lies in no folder, whatever npm has noted of it', async () => {
    await setup(build());
    rmSync(join(clone, 'asked'));
    const yaml = { version: '2.9.1' };
    const packages = { '': { dependencies: { yaml: '^2.9.1' } }, 'node_modules/yaml': yaml };
    writeFileSync(join(clone, 'package-lock.json'), JSON.stringify({ packages }));
    const noted = { packages: { 'node_modules/yaml': yaml } };
    writeFileSync(join(clone, 'node_modules/.package-lock.json'), JSON.stringify(noted));
    const put = `mkdir -p ${clone}/node_modules/yaml && echo '{}' >${clone}/node_modules/yaml/package.json`;
    expect((await setup(put)).asked).toMatch(/^ci /);
    rmSync(join(clone, 'asked'));
    expect(await setup('exit 1')).toEqual({ code: 0, said: '', asked: '' });
  });

  test('says which module does not load where npm ended well and built nothing', async () => {
    const { code, said } = await setup(':');
    expect(code).toBe(1);
    expect(said).toMatch(
      /npm 12\.2\.2 installed the packages, and Node v\S+ cannot load:\nnode-pty: .*pty\.node/,
    );
    expect(said).toContain('npm rebuild node-pty ssh2 --foreground-scripts');
  });

  test('says so where npm is told to run no install scripts at all', async () => {
    expect((await setup(':', 'true')).said).toContain('ignore-scripts=true');
  });
});
