import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
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
  do(what: string, more: { name?: string; left?: boolean; path?: string } = {}): string[] {
    const { name = 'one', left = false, path } = more;
    const PATH = [path, process.env.PATH].filter(Boolean).join(':');
    const words = ['-c', LOGIN_BESIDE, 'sh', what, name, left ? 'left' : ''];
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

  /** Files in Claude Code's directory. */
  get files(): string[] {
    return readdirSync(join(this.home, '.claude')).toSorted();
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

  test('whatever dies at whatever program, one whole login is in use, and the next attempt leaves nothing', () => {
    let deaths = 0;
    for (const what of ['move', 'back', 'end'] as const)
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
          const where = `${what}, ${when} program ${at}`;
          const [login] = box.state;
          expect([where, [OLD, NEW].includes(login)]).toEqual([where, true]);
          // The same once more, as a resumed attempt or the end of a failed one does it.
          const again = what === 'end' ? 'end' : 'back';
          box.do(again);
          expect([where, box.state, box.files]).toEqual([
            where,
            again === 'end' ? [NEW, 'new', 'dark'] : [OLD, 'old', 'dark'],
            ['.credentials.json'],
          ]);
        }
    expect(deaths).toBeGreaterThan(20);
  });
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
