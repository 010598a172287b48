import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Lab, startLab } from '../../lab/lab.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { resolveTag } from '../../lab/programs.ts';
import { connect, phases } from '../support/keyferry.ts';
import { rowsOf } from '../support/real-rows.ts';

const MINUTE = 60_000;
const NEW = '2026.9.6';
const OLD = '2026.4.15';
/** It never gives the whole list of models. */
const MIDDLE = '2026.5.22';
const TRIED = ['1.0.64', '2.0.42', '2.1.36', '2.1.197', '2.1.330', '2.1.331', '2.1.332'];

/** Every width with every claude, and every pair of programs at one width at least. */
const WIDTHS = [
  { columns: 80, openclaw: NEW },
  { columns: 100, openclaw: OLD },
  { columns: 120, openclaw: MIDDLE },
  { columns: 400, openclaw: NEW },
];

const latest = await resolveTag('claude', 'latest');
const versions = TRIED.includes(latest) ? TRIED : [...TRIED, latest];
const rows = versions.flatMap((claude) => WIDTHS.map((width) => ({ claude, ...width })));
/** The old OpenClaw takes minutes for each. */
const withOpenClaw = (version: string) => rows.filter(({ openclaw }) => openclaw === version);

let lab: Lab;
let recordings: string;

beforeAll(async () => {
  lab = await startLab();
  recordings = mkdtempSync(join(tmpdir(), 'keyferry-recordings-'));
}, 10 * MINUTE);

afterAll(async () => {
  await lab?.stop();
  rmSync(recordings, { recursive: true, force: true });
}, MINUTE);

describe('keyferry connect on the real programs', () => {
  test.each([
    ...rowsOf(withOpenClaw(NEW), 2),
    ...rowsOf(withOpenClaw(OLD), 1),
    ...rowsOf(withOpenClaw(MIDDLE), 1),
  ])(
    'claude $claude, openclaw $openclaw, $columns columns: OpenClaw answers with the token of the sign-in',
    async ({ claude, openclaw, columns }) => {
      const box = await lab.freshBox({ claude, openclaw });
      try {
        const cast = join(recordings, `${claude}-${openclaw}-${columns}.cast`);
        const ran = await connect(box, (link) => lab.anthropic.signIn(link), [
          ...['--cols', String(columns)],
          ...['--record', cast],
        ]);
        const last = ran.lines.at(-1);
        if (last?.type !== 'connected') throw new Error(ran.printed);
        expect(last.profile).toBe('anthropic:manual');
        expect(last.model).toMatch(/^anthropic\/claude-/);
        expect(phases(ran)).toEqual([
          'reaching',
          'preparing',
          'opening',
          'waiting',
          'exchanging',
          'installing',
          'proving',
        ]);
        expect(ran.exitCode).toBe(0);
        expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
        expect(
          leaks(lab.anthropic.secrets, {
            output: ran.printed,
            'command lines': ran.commandLines,
            recording: readFileSync(cast, 'utf8'),
            ...filesBelow(box.home, /^\.openclaw\//),
          }),
        ).toEqual([]);
        expect(box.processes()).toEqual([]);
      } finally {
        await box.stop();
      }
    },
    20 * MINUTE,
  );
});
