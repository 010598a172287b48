import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { LOGIN_BESIDE } from '../../../worker/programs/claude/login-beside.script.ts';

const OLD = '{"claudeAiOauth":"old"}';
const NEW = '{"claudeAiOauth":"new"}';
const made: string[] = [];

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** The home of a box, where Claude Code is signed in, with what a sign-in beside that has left. */
class Home {
  readonly home = mkdtempSync(join(tmpdir(), 'keyferry-beside-'));
  readonly login = join(this.home, '.claude/.credentials.json');
  readonly beside = join(this.home, '.claude/.keyferry');

  constructor(isSignedIn = true) {
    made.push(this.home);
    mkdirSync(join(this.home, '.claude'));
    if (!isSignedIn) return;
    writeFileSync(this.login, OLD, { mode: 0o600 });
    this.write('.claude.json', { theme: 'dark', oauthAccount: { emailAddress: 'old' } });
  }

  write(path: string, json: unknown): void {
    writeFileSync(join(this.home, path), JSON.stringify(json), { mode: 0o600 });
  }

  /** Runs it, where programs may die; what it says. */
  do(what: string, more: { name?: string; left?: boolean; path?: string; mounts?: string } = {}): string[] {
    const { name = 'one', left = false, path, mounts = '/proc/self/mountinfo' } = more;
    const PATH = [path, process.env.PATH].filter(Boolean).join(':');
    const script = LOGIN_BESIDE.replaceAll('/proc/self/mountinfo', mounts);
    const words = ['-c', script, 'sh', what, name, left ? 'left' : ''];
    const { stdout } = spawnSync('sh', words, { env: { HOME: this.home, PATH }, encoding: 'utf8' });
    return stdout.split('\n').filter(Boolean);
  }

  signIn(): void {
    writeFileSync(join(this.beside, '.credentials.json'), NEW, { mode: 0o600 });
    writeFileSync(
      join(this.beside, '.claude.json'),
      JSON.stringify({ oauthAccount: { emailAddress: 'new' } }),
    );
  }

  get state() {
    const { oauthAccount, theme } = JSON.parse(readFileSync(join(this.home, '.claude.json'), 'utf8'));
    return [readFileSync(this.login, 'utf8'), oauthAccount.emailAddress, theme];
  }

  /** Files in Claude Code's directory, and what a rename beside it has left. */
  get files(): string[] {
    const parts = readdirSync(this.home).filter((name) => name.endsWith('.keyferry'));
    return [...readdirSync(join(this.home, '.claude')), ...parts].toSorted();
  }

  /** The login lies elsewhere, and a link where Claude Code looks for it; where it lies. */
  link(): string {
    const elsewhere = join(this.home, 'elsewhere');
    mkdirSync(elsewhere);
    renameSync(this.login, join(elsewhere, 'login.json'));
    symlinkSync('../elsewhere/login.json', this.login);
    return elsewhere;
  }
}

test('where nobody is signed in there is nothing to be careful of', () => {
  const box = new Home(false);
  expect(box.do('make')).toEqual(['@beside']);
  expect(box.files).toEqual([]);
});

describe('a login that is made beside the one that is used', () => {
  test('lies where nobody else can read, and what an organization forces counts there', () => {
    const box = new Home();
    writeFileSync(join(box.home, '.claude/settings.json'), '{"forceLoginMethod":"claudeai"}');
    expect(box.do('make')).toEqual([`@beside ${box.beside}`]);
    expect(statSync(box.beside).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(box.beside, 'settings.json'), 'utf8')).toContain('claudeai');
    expect(box.state).toEqual([OLD, 'old', 'dark']);
  });

  test('takes that one’s place, with whose it is, and nothing else of what Claude Code knows', () => {
    const box = new Home();
    box.do('make');
    box.signIn();
    expect(box.do('move')).toEqual(['@moved']);
    expect(box.state).toEqual([NEW, 'new', 'dark']);
    expect(statSync(box.login).mode & 0o777).toBe(0o600);
    expect(box.do('end')).toEqual(['@ended']);
    expect([box.state, box.files]).toEqual([[NEW, 'new', 'dark'], ['.credentials.json']]);
  });

  test('gives it back, moved or not', () => {
    for (const isMoved of [true, false]) {
      const box = new Home();
      box.do('make');
      box.signIn();
      if (isMoved) box.do('move');
      expect(box.do('back')).toEqual(['@back']);
      expect([box.state, box.files]).toEqual([[OLD, 'old', 'dark'], ['.credentials.json']]);
    }
  });

  test('stays, whatever is done next, once it is kept', () => {
    for (const then of ['back', 'end']) {
      const box = new Home();
      box.do('make');
      box.signIn();
      box.do('move');
      expect(box.do('keep')).toEqual(['@kept']);
      expect(readdirSync(box.beside).filter((name) => name.startsWith('before'))).toEqual([]);
      // The next attempt's.
      expect(box.do('make', { left: true })).toEqual(['@moved', `@beside ${box.beside}`]);
      expect([box.do('move'), box.do('keep')]).toEqual([['@moved'], ['@kept']]);
      box.do(then);
      expect([box.state, box.files]).toEqual([[NEW, 'new', 'dark'], ['.credentials.json']]);
    }
  });

  test('is moved also where somebody has signed out meanwhile', () => {
    const box = new Home();
    box.do('make');
    box.signIn();
    rmSync(box.login);
    expect(box.do('move')).toEqual(['@moved']);
    expect(box.state).toEqual([NEW, 'new', 'dark']);
    expect(box.do('back')).toEqual(['@back']);
    expect([box.state, box.files]).toEqual([[NEW, 'new', 'dark'], ['.credentials.json']]);
  });

  test('is found by the next attempt of its handshake where its program runs still, and goes with any other', () => {
    const box = new Home();
    box.do('make');
    box.signIn();
    expect(box.do('make', { left: true })).toEqual([`@beside ${box.beside}`]);
    expect(existsSync(join(box.beside, '.credentials.json'))).toBe(true);
    box.do('move');
    expect(box.do('make', { left: true })).toEqual(['@moved', `@beside ${box.beside}`]);
    // What uses it renews it: a second move would go over that.
    writeFileSync(box.login, NEW.replace('new', 'newer'));
    expect([box.do('move'), box.state[0]]).toEqual([['@moved'], NEW.replace('new', 'newer')]);
    expect(box.do('make', { name: 'two' })).toEqual([`@beside ${box.beside}`]);
    expect(readdirSync(box.beside).toSorted()).toEqual(['of']);
    expect(box.state[1]).toBe('new');
  });

  test('is not moved where the sign-in has kept nothing', () => {
    const box = new Home();
    box.do('make');
    expect(box.do('move')).toEqual([]);
    expect(box.state).toEqual([OLD, 'old', 'dark']);
  });

  test('whatever dies at whatever program, one whole login is in use, and what is done next leaves nothing', () => {
    let deaths = 0;
    for (const [what, next] of [
      ['move', 'back'],
      // A disconnection, after which no attempt comes.
      ['move', 'end'],
      ['keep', 'back'],
      ['back', 'back'],
      ['back', 'end'],
      ['end', 'end'],
    ] as const)
      for (const when of ['before', 'after'] as const)
        for (let at = 1; ; at += 1) {
          const box = new Home();
          box.do('make');
          box.signIn();
          if (what !== 'move') box.do('move');
          const { path, isDead } = dying(box, at, when);
          box.do(what, { path });
          if (!isDead()) break;
          deaths += 1;
          const where = `${what}, ${when} program ${at}, ${next}`;
          const [login, whose] = box.state;
          expect([where, [OLD, NEW].includes(login)]).toEqual([where, true]);
          box.write('.claude.json.keyferry', { oauthAccount: {} });
          box.do(next);
          const isKept = what === 'keep' && when === 'after';
          const isOld = next === 'back' && !isKept;
          const left = isOld ? [OLD, 'old', 'dark'] : [login, whose, 'dark'];
          expect([where, box.state, box.files]).toEqual([where, left, ['.credentials.json']]);
        }
    expect(deaths).toBeGreaterThan(30);
  });
});

describe('where the login is a link', () => {
  test('it stays one, and what it leads to is replaced', () => {
    const box = new Home();
    const elsewhere = box.link();
    expect(box.do('make')).toEqual([`@beside ${box.beside}`]);
    box.signIn();
    expect(box.do('move')).toEqual(['@moved']);
    expect([readlinkSync(box.login), box.state]).toEqual(['../elsewhere/login.json', [NEW, 'new', 'dark']]);
    expect(box.do('back')).toEqual(['@back']);
    expect([readlinkSync(box.login), box.state]).toEqual(['../elsewhere/login.json', [OLD, 'old', 'dark']]);
    expect([box.files, readdirSync(elsewhere)]).toEqual([['.credentials.json'], ['login.json']]);
  });

  test('nothing is left beside what it has led to, whatever dies, also once the link is gone', () => {
    let deaths = 0;
    for (const isGone of [false, true])
      for (let at = 1; ; at += 1) {
        const box = new Home();
        const elsewhere = box.link();
        box.do('make');
        box.signIn();
        const { path, isDead } = dying(box, at, 'after');
        box.do('move', { path });
        if (!isDead()) break;
        deaths += 1;
        if (isGone) rmSync(box.login);
        expect(box.do('end')).toEqual(['@ended']);
        const files = isGone ? [] : ['.credentials.json'];
        expect([at, box.files, readdirSync(elsewhere)]).toEqual([at, files, ['login.json']]);
      }
    expect(deaths).toBeGreaterThan(6);
  });

  test('that leads nowhere, there is nothing to be careful of', () => {
    const box = new Home();
    rmSync(box.login);
    symlinkSync('/nowhere/at/all.json', box.login);
    expect([box.do('make'), box.do('end'), box.files]).toEqual([
      ['@beside'],
      ['@ended'],
      ['.credentials.json'],
    ]);
  });
});

test('beside a login that is a mount of its own none is made, as no rename takes its place', () => {
  const box = new Home();
  const mounts = join(box.home, 'mounts');
  const mount = (root: string, at: string) => `36 35 98:0 ${root} ${at} rw,noatime - ext4 /dev/root rw\n`;
  writeFileSync(mounts, mount('/', '/') + mount('/secret', box.login) + mount('/', '/mnt'));
  expect([box.do('make', { mounts }), box.files]).toEqual([['@beside'], ['.credentials.json']]);
  // Mounted elsewhere, it is none here.
  writeFileSync(mounts, mount('/', '/') + mount(box.login, '/secret'));
  expect(box.do('make', { mounts })).toEqual([`@beside ${box.beside}`]);
});

/** Programs of which the `at`-th takes the shell with it, before it has done its work or after. */
function dying({ home }: Home, at: number, when: 'before' | 'after') {
  const path = join(home, 'bin');
  mkdirSync(path);
  for (const name of ['cp', 'mv', 'rm', 'node', 'mkdir']) {
    const die = `[ "$(wc -l <"${home}/ran")" = ${at} ] && { : >"${home}/dead"; kill -9 $PPID; exit 1; }`;
    const work = `PATH=\${PATH#*:} ${name} "$@"; code=$?`;
    const body = when === 'before' ? [die, work] : [work, die];
    writeFileSync(
      join(path, name),
      ['#!/bin/sh', `echo >>"${home}/ran"`, ...body, 'exit $code', ''].join('\n'),
    );
    chmodSync(join(path, name), 0o755);
  }
  return { path, isDead: () => existsSync(join(home, 'dead')) };
}
