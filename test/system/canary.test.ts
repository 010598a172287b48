import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CanaryReport, tryReleases } from '../../lab/canary/canary.ts';
import { KnownScreens } from '../../lab/canary/known-screens.ts';
import type { Pair, Played } from '../../lab/canary/play.ts';
import { LabStage } from '../../lab/canary/stage.ts';
import { leaks } from '../../lab/leaks.ts';
import { practicePrograms } from '../../lab/practice/programs.ts';

const KNOWN: Pair = { claude: '2.1.330', openclaw: '2026.9.6' };
const WIDTHS = [40, 100];
/** Made-up releases, each like a version that there was. */
const STYLES: Record<string, string> = {
  // No difference was seen between these two.
  '2.1.401': '2.1.332',
  '2.1.402': '2.1.197',
};
const CRASHES =
  '#!/bin/sh\necho "TypeError: Cannot read properties of undefined"\necho "    at main (cli.js:1:1)"\nexit 1\n';

const practices: { remove(): void }[] = [];
function programsOf({ claude, openclaw }: Pair) {
  const styles = { claude: STYLES[claude] ?? '2.1.330', openclaw: STYLES[openclaw] ?? '2026.9.6' };
  const practice = practicePrograms({ ...styles, delayMs: 5 });
  practices.push(practice);
  if (openclaw === '2026.9.7') reworded(practice.openclaw.script);
  return {
    claude: claude === '2.1.403' ? { script: CRASHES } : practice.claude,
    openclaw:
      openclaw === '2026.9.8' ? { script: withoutPaste(practice.openclaw.script) } : practice.openclaw,
  };
}

/** An OpenClaw that says in other words that it has saved a token. */
function reworded(script: string): void {
  const [, entry = ''] = /(\S+openclaw\.mjs)/.exec(script.replaceAll("'", '')) ?? [];
  const file = join(dirname(entry), 'openclaw', 'styles.mjs');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('Updated config:', 'Settings saved to'));
}

/** An OpenClaw that has another name for what takes a token. */
const withoutPaste = (script: string) =>
  script.replace('\n', '\ncase "$*" in *paste-token*) echo "error: unknown command"; exit 1 ;; esac\n');

let stage: LabStage;
let directory: string;
let screens: KnownScreens;

beforeAll(async () => {
  stage = await LabStage.open(programsOf);
  directory = mkdtempSync(join(tmpdir(), 'keyferry-canary-'));
  screens = new KnownScreens(directory);
});
afterAll(async () => {
  await stage?.stop();
  for (const { remove } of practices) remove();
  rmSync(directory, { recursive: true, force: true });
});

async function tried(more: Partial<Pair>, options: { signal?: AbortSignal; widths?: number[] } = {}) {
  const told: Played[] = [];
  const report = await tryReleases(stage, {
    tried: { ...KNOWN, ...more },
    known: KNOWN,
    widths: WIDTHS,
    screens,
    signal: new AbortController().signal,
    tell: (played) => told.push(played),
    ...options,
  });
  expect(leaks(stage.secrets, { report: JSON.stringify(report) })).toEqual([]);
  return { report, told };
}
const verdicts = ({ verdicts: both }: CanaryReport) => both.map(({ verdict }) => verdict);
const briefly = ({ pair, columns, failure }: Played) =>
  `${pair.claude}/${pair.openclaw} ${columns ?? 'key'} ${failure?.code ?? 'ok'}`;

describe('whole handshakes on the simulated programs', () => {
  test('a release that shows the same is green, and one that shows something else and connects is drift', async () => {
    const { report, told } = await tried({ claude: '2.1.401', openclaw: '2026.9.7' });
    expect(told.map(briefly).slice(0, 5)).toEqual([
      '2.1.330/2026.9.6 40 ok',
      '2.1.330/2026.9.6 100 ok',
      '2.1.401/2026.9.7 40 ok',
      '2.1.401/2026.9.7 100 ok',
      '2.1.401/2026.9.7 key ok',
    ]);
    expect(report.verdicts[0]).toMatchObject({ program: 'claude', verdict: 'green', moved: [] });
    expect(verdicts(report)).toEqual(['green', 'drift']);
    const ends = report.verdicts[1]?.moved.filter(({ screen }) => screen === 'the end') ?? [];
    expect(ends.map(({ columns }) => columns)).toEqual(WIDTHS);
    // A word that follows a mask may be the end of what it hides, and is covered.
    expect(ends[1]?.diff).toMatch(/^- \S+ config: ~\/\.openclaw\/openclaw\.json\n\+ \S+ saved to ~/m);
  });

  test('another Claude Code is told from the one that stayed, by the link and the token that it shows', async () => {
    const { report } = await tried({ claude: '2.1.402' }, { widths: [100] });
    expect(verdicts(report)).toEqual(['drift', 'green']);
    const names = new Set(report.verdicts[0]?.moved.map(({ screen }) => screen));
    expect([...names]).toEqual(expect.arrayContaining(['the link', 'the token']));
  });

  test('a Claude Code that crashes is broken, with its last screen, and the OpenClaw beside it is not', async () => {
    const { report, told } = await tried({ claude: '2.1.403', openclaw: '2026.9.7' }, { widths: [40] });
    expect(verdicts(report)).toEqual(['broken', 'drift']);
    expect(report.verdicts[0]).toMatchObject({ failedAt: [40] });
    expect(report.verdicts[0]?.summary).toMatch(/failed at 40 columns in opening \(claude_crashed\)/);
    expect(told.find(({ failure }) => failure)?.failure?.screen).toContain('Cannot read properties');
  });

  test('so is an OpenClaw that does not take the token', async () => {
    const { report } = await tried({ claude: '2.1.401', openclaw: '2026.9.8' }, { widths: [40] });
    expect(verdicts(report)).toEqual(['green', 'broken']);
  });

  test('what was kept is read again, and one that is ended leaves nothing running', async () => {
    for (const program of ['claude', 'openclaw'] as const) screens.write(program, KNOWN[program]);
    const again = new KnownScreens(directory);
    for (const program of ['claude', 'openclaw'] as const)
      expect(again.of(program, KNOWN[program], 40)).toEqual(screens.of(program, KNOWN[program], 40));
    const over = new AbortController();
    const ended = tried({}, { signal: over.signal });
    setTimeout(() => over.abort(new Error('ended')), 300);
    await expect(ended).rejects.toThrow('ended');
  });
});
