import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { keyferry } from '../support/keyferry.ts';
import { type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { put } from '../support/unwell-box.ts';

const MINUTE = 60_000;
let lab: PracticeLab;
let box: Box;

beforeAll(async () => {
  lab = await startPracticeLab();
  box = await lab.box({}, { claude: 'none' });
  put(box, '.npmrc', 'registry=http://127.0.0.1:1/\nfetch-retries=0\n');
}, MINUTE);
afterAll(() => lab?.stop(), MINUTE);

const reached = () => [box.target, '--identity', box.identityFile, '--known-hosts', box.knownHostsFile];

test(
  'a dry run says what would be done, step by step, and that nothing was changed',
  async () => {
    const { exitCode, printed } = await keyferry([
      'prepare',
      ...reached(),
      '--dry-run',
      '--claude',
      '2.1.330',
    ]);
    expect(exitCode).toBe(0);
    expect(printed).toMatch(/would +claude +Install @anthropic-ai\/claude-code 2\.1\.330/);
    expect(printed).toMatch(/there +openclaw/);
    expect(printed).toMatch(/Nothing was changed\./);
  },
  MINUTE,
);

test(
  'a step that fails is told as a line of JSON with its row of the catalogue: exit code 1',
  async () => {
    const more = ['--node-from', 'http://127.0.0.1:1', '--no-swap', '--claude', '0.0.1', '--json'];
    // Nothing listens there, and npm is pointed at nothing too.
    const { exitCode, lines } = await keyferry(['prepare', ...reached(), ...more]);
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toMatchObject({ type: 'failed', code: 'prepare_failed' });
  },
  MINUTE,
);

describe('a mistake on the command line ends with exit code 2', () => {
  test.each([
    ['a version that is another tag', ['prepare', 'local', '--claude', 'next'], /exact version/],
    ['an address that is none', ['prepare', 'local', '--node-from', 'ftp://x'], /http or https/],
    ['a customer without an inventory', ['prepare', 'alice', '--dry-run'], /--boxes/],
  ])('%s', async (_, args, said) => {
    const ran = await keyferry(args);
    expect(ran.exitCode).toBe(2);
    expect(ran.printed).toMatch(said);
  });
});
