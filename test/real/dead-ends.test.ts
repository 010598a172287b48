import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { type Lab, startLab } from '../../lab/lab.ts';
import { practicePrograms } from '../../lab/practice/programs.ts';
import { failure } from '../support/failure.ts';
import { connect } from '../support/keyferry.ts';
import { rowsOf } from '../support/real-rows.ts';

/** Dead ends of the real `claude`: its own files broken, a policy in its settings. OpenClaw is simulated here. */
const MINUTE = 60_000;
const NEVER = 10 * MINUTE;
const ORGANIZATION = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';

let lab: Lab;
let programs: ReturnType<typeof practicePrograms>;

beforeAll(async () => {
  lab = await startLab();
  programs = practicePrograms({ anthropic: lab.anthropic.baseUrl });
}, MINUTE);
afterAll(async () => {
  await lab?.stop();
  programs?.remove();
}, MINUTE);

async function boxWith(claude: string, path: string, text: string): Promise<Box> {
  const box = await lab.freshBox({ claude, openclaw: programs.openclaw });
  const file = join(box.home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  for (const made of [file, dirname(file)]) chownSync(made, box.uid, box.gid);
  return box;
}

const DEAD_ENDS: [string, string, string, string][] = [
  ['2.1.332', '.claude.json', '{ "numStartups": 5, ', 'claude_settings_broken'],
  ['2.1.332', '.claude/settings.json', '{ "forceLoginMethod": "console" }', 'login_method_forced'],
  ['2.1.197', '.claude.json', '{ "numStartups": 5, ', 'claude_settings_broken'],
  ['2.0.42', '.claude.json', '{ "numStartups": 5, ', 'claude_settings_broken'],
];

describe('the real claude’s dead ends are told at once, by rows of their own', () => {
  test.each(rowsOf(DEAD_ENDS, 2))(
    '%s with %s of %s: %s',
    async (claude, path, text, code) => {
      const box = await boxWith(claude, path, text);
      const { failed } = await failure(box, { opening: NEVER }, async () => {
        throw new Error('a code was asked for');
      });
      expect(failed.error.code).toBe(code);
    },
    10 * MINUTE,
  );
});

test.each(rowsOf(['2.1.332', '2.0.42'], 1))(
  'the real claude %s with an organization in its settings: its link is relayed, and connects',
  async (claude) => {
    const settings = { forceLoginMethod: 'claudeai', forceLoginOrgUUID: ORGANIZATION };
    const box = await boxWith(claude, '.claude/settings.json', JSON.stringify(settings));
    let link = '';
    const ran = await connect(box, (shown) => {
      link = shown;
      return lab.anthropic.signIn(shown);
    });
    expect(ran.lines.at(-1)?.type).toBe('connected');
    expect(new URL(link).searchParams.get('orgUUID')).toBe(ORGANIZATION);
  },
  10 * MINUTE,
);
