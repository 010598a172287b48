import { expect, test } from '@jest/globals';
import { keyferryVersion } from '../../core/process/version.ts';
import { installCli } from '../support/cli-package.ts';
import { duringTests } from '../support/during-tests.ts';
import { connect, keyferry, phases } from '../support/keyferry.ts';
import { startPracticeLab } from '../support/practice-lab.ts';

/** packages/cli as `npm install -g` has it where there is Node and nothing else: no Python, no compiler. */

const MINUTE = 60_000;
const { lab, cli } = duringTests({ lab: startPracticeLab, cli: installCli });

const run = (...args: string[]) => keyferry(args, undefined, undefined, cli);

test('it has the version of the api and the worker, and brings SSH, and nothing heavy', async () => {
  const { exitCode, printed } = await run('--version');
  expect([exitCode, printed.trim()]).toEqual([0, keyferryVersion()]);
  expect(cli.packages).toEqual(expect.arrayContaining(['keyferry', 'ssh2']));
  // node-pty could not be compiled, and nothing failed for that.
  expect(cli.packages.filter((name) => /node-pty|aws|argon2|bullmq|express|pg$/.test(name))).toEqual([]);
});

test(
  'it signs a box in and examines it',
  async () => {
    const box = await lab.box();
    const connected = await connect(box, (link) => lab.anthropic.signIn(link), [], cli);
    expect(connected.lines.at(-1)).toMatchObject({ type: 'connected' });
    expect(phases(connected)).toContain('proving');
    const reach = ['--identity', box.identityFile, '--known-hosts', box.knownHostsFile];
    const examined = await run('doctor', box.target, ...reach);
    expect(examined.printed).toMatch(/ok\s+claude/);
    expect(examined.exitCode).toBe(0);
  },
  MINUTE,
);

test(
  'for a terminal of this machine it says what it lacks, and has it once node-pty is built',
  async () => {
    const box = await lab.box();
    const over = ['--transport', 'openssh'];
    const installed = { program: cli.program, env: { ...cli.env, PATH: `${cli.env.PATH}:/usr/bin:/bin` } };
    const without = await connect(box, (link) => lab.anthropic.signIn(link), over, installed);
    expect(without.lines.at(-1)).toMatchObject({ type: 'failed', code: 'internal_error' });
    expect(without.printed).toMatch(/no node-pty.*--allow-scripts=node-pty keyferry/);
    cli.bringTerminals();
    const connected = await connect(box, (link) => lab.anthropic.signIn(link), over, installed);
    expect(connected.lines.at(-1)).toMatchObject({ type: 'connected' });
  },
  MINUTE,
);

test.each(['bash', 'zsh', 'fish'])(
  'it completes in %s: the script asks it, and it answers',
  async (shell) => {
    const { exitCode, printed } = await run('completion', shell);
    expect(exitCode).toBe(0);
    expect(printed).toContain(`${shell} completion for keyferry`);
    const answered = await run('complete', '--', 'doct');
    expect(answered.printed).toMatch(/^doctor\t/);
  },
);

test.each([
  [
    'Lightsail’s package',
    ['doctor', 'alice'],
    { LIGHTSAIL_REGIONS: 'eu-central-1' },
    /@aws-sdk\/client-lightsail/,
  ],
  ['a checkout, for the canary', ['canary'], {}, /needs a checkout/],
] as const)('it says what it lacks: %s', async (_, args, more, said) => {
  const installed = { program: cli.program, env: { ...cli.env, ...more } };
  const { exitCode, printed } = await keyferry(args, undefined, undefined, installed);
  expect(exitCode).not.toBe(0);
  expect(printed).toMatch(said);
  expect(printed).not.toMatch(/\n\s+at /);
});
