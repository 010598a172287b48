import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { connect, phases, type Ran } from '../support/keyferry.ts';
import { leftOn, type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';

const MINUTE = 60_000;
const HAPPY_PATH = ['reaching', 'preparing', 'opening', 'waiting', 'exchanging', 'installing', 'proving'];

let lab: PracticeLab;
let recordings: string;

beforeAll(async () => {
  lab = await startPracticeLab();
  recordings = mkdtempSync(join(tmpdir(), 'keyferry-recordings-'));
}, MINUTE);

afterAll(async () => {
  await lab?.stop();
  rmSync(recordings, { recursive: true, force: true });
}, MINUTE);

const signIn = (link: string) => lab.anthropic.signIn(link);

/** The last line, which has to say that all went well. */
function connected(ran: Ran) {
  const last = ran.lines.at(-1);
  if (last?.type !== 'connected') throw new Error(ran.printed);
  expect(ran.exitCode).toBe(0);
  expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
  return last;
}

describe('keyferry connect, over a real sshd', () => {
  test.each([
    ['1.0.64', '2026.4.15', 40, 'ssh2'],
    ['1.0.64', '2026.9.6', 1000, 'openssh'],
    ['2.0.42', '2026.9.6', 40, 'openssh'],
    ['2.0.42', '2026.4.15', 400, 'ssh2'],
    ['2.1.36', '2026.4.15', 1000, 'ssh2'],
    ['2.1.36', '2026.9.6', 80, 'openssh'],
    ['2.1.197', '2026.9.6', 40, 'ssh2'],
    ['2.1.197', '2026.4.15', 100, 'openssh'],
    ['2.1.330', '2026.4.15', 40, 'openssh'],
    ['2.1.330', '2026.9.6', 1000, 'ssh2'],
  ] as const)(
    'claude %s, openclaw %s, %d columns, %s: connected, and no secret anywhere',
    async (claude, openclaw, columns, transport) => {
      const box = await lab.box({ claude, openclaw });
      const cast = join(recordings, `${claude}-${openclaw}-${columns}.cast`);
      const ran = await connect(box, signIn, [
        ...['--cols', String(columns), '--transport', transport],
        ...['--record', cast],
      ]);
      const { profile, model, warnings } = connected(ran);
      expect(profile).toBe('anthropic:manual');
      expect(model).toMatch(/^anthropic\/claude-opus-/);
      expect(warnings).toEqual([]);
      expect(phases(ran)).toEqual(HAPPY_PATH);
      const recording = readFileSync(cast, 'utf8');
      expectPlayable(recording);
      const places = {
        output: ran.printed,
        'command lines': ran.commandLines,
        recording,
        ...filesBelow(box.home, /^\.openclaw\//),
      };
      expect(leaks(lab.anthropic.secrets, places)).toEqual([]);
      expect(await leftOn(box)).toEqual([]);
    },
    MINUTE,
  );
});

/** An asciicast that players play: a header, then events in order. */
function expectPlayable(recording: string): void {
  const [header = '', ...events] = recording.trimEnd().split('\n');
  expect(JSON.parse(header)).toMatchObject({ version: expect.any(Number) });
  expect(events.length).toBeGreaterThan(3);
  for (const event of events) {
    const [at, kind, data] = JSON.parse(event) as [number, string, string];
    expect(at).toBeGreaterThanOrEqual(0);
    expect(kind).toMatch(/^[orimx]$/);
    expect(typeof data).toBe('string');
  }
}

test(
  'a box that is connected already is connected again with the new token, over the old one',
  async () => {
    const box = await lab.box();
    const first = connected(await connect(box, signIn));
    const second = connected(await connect(box, signIn));
    expect(second.model).toBe(first.model);
    expect(second.tokenFingerprint).not.toBe(first.tokenFingerprint);
  },
  MINUTE,
);

test(
  'a variable that could win over the token is named, never its value',
  async () => {
    const value = 'sk-ant-api03-made-up-and-not-to-be-shown';
    const box = await lab.box({}, { env: { ANTHROPIC_API_KEY: value } });
    const ran = await connect(box, signIn);
    expect(connected(ran).warnings).toEqual(["There is ANTHROPIC_API_KEY in the session's environment."]);
    expect(leaks([value], { output: ran.printed, argv: ran.commandLines })).toEqual([]);
  },
  MINUTE,
);

describe('the default model', () => {
  test(
    'is the one asked for, with or without its provider',
    async () => {
      const box = await lab.box();
      for (const asked of ['claude-sonnet-5', 'anthropic/claude-opus-4-6']) {
        const { model } = connected(await connect(box, signIn, ['--model', asked]));
        expect(model).toBe(`anthropic/${asked.replace('anthropic/', '')}`);
      }
    },
    MINUTE,
  );

  test(
    'that is not offered ends in model_not_offered, with those that are',
    async () => {
      const box = await lab.box();
      const ran = await connect(box, signIn, ['--model', 'claude-nobody-9']);
      const last = ran.lines.at(-1);
      expect(last).toMatchObject({ type: 'failed', code: 'model_not_offered' });
      expect(last?.message).toMatch(/anthropic\/claude-opus-5-5/);
      expect(ran.exitCode).toBe(1);
      expect(leaks(lab.anthropic.secrets, { output: ran.printed })).toEqual([]);
      expect(await leftOn(box)).toEqual([]);
    },
    MINUTE,
  );

  test(
    'needs an agent that is there',
    async () => {
      const box = await lab.box();
      const ran = await connect(box, signIn, ['--agent', 'nobody']);
      const last = ran.lines.at(-1);
      expect(last).toMatchObject({ type: 'failed', code: 'agent_unclear' });
      expect(JSON.stringify(last)).toMatch(/Unknown agent id/);
      expect(await leftOn(box)).toEqual([]);
    },
    MINUTE,
  );
});

test(
  'without a live proof OpenClaw’s word is enough and no turn is made',
  async () => {
    const box = await lab.box();
    const turns = lab.anthropic.bearers.length;
    const ran = await connect(box, signIn, ['--no-live-proof']);
    expect(ran.lines.at(-1)?.type).toBe('connected');
    expect(lab.anthropic.bearers.length).toBe(turns);
  },
  MINUTE,
);

test(
  'a Messages API that refuses the token ends in key_rejected, and the token is taken out of the box again',
  async () => {
    const box = await lab.box();
    lab.anthropic.messages.mode = 401;
    try {
      const ran = await connect(box, signIn);
      expect(ran.lines.at(-1)).toMatchObject({ type: 'failed', code: 'key_rejected', phase: 'proving' });
      const { stdout } = await box.run(['openclaw', 'models', 'status', '--json']);
      expect(stdout).not.toContain('anthropic:manual');
      expect(leaks(lab.anthropic.secrets, { output: ran.printed })).toEqual([]);
    } finally {
      lab.anthropic.messages.mode = 'ok';
    }
  },
  MINUTE,
);
