import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { type LinkReading, readLink, sameLink } from '../../../worker/programs/claude/link.screens.ts';
import { Recording } from '../../../worker/terminal/recording.ts';
import { RecordingFile } from '../../../worker/terminal/recording-file.ts';
import { Terminal } from '../../../worker/terminal/terminal.ts';
import type { Meter } from '../meter.ts';
import { expected, must, mustNotSteer } from '../oracles/finding.ts';
import { mustBeRelayable } from '../oracles/link.ts';
import { Playback } from '../oracles/playback.ts';
import { Runs } from '../oracles/secrets.ts';
import { target } from '../target.ts';
import { ScriptedPty } from './scripted-pty.ts';
import { chunksOf, describe, type Session, session } from './session.ts';

/** Answers that a program can get at most in the seconds that a case takes. */
const MOST_REPLIES = 1_000;

/** Everything that comes out of a terminal in one case. */
interface SessionResult {
  /** How the wait for the link ended. */
  ending: string;
  dump: string;
  recording: string;
  error: string;
  typed: readonly string[];
  fed: number;
}

async function run(given: Session, meter: Meter): Promise<number> {
  const { secrets } = given;
  const known = new Runs([secrets.token, secrets.code]);
  const { dump, recording, error, typed, fed, ending } = await live(given);
  meter.meet(ending);
  // It checks on its own, at most once per chunk.
  meter.looks += Math.max(1, fed);
  for (const [name, text] of Object.entries({ dump, error })) {
    mustNotSteer(text, name);
    known.mustNotStandIn(rowsIn(text), `a terminal's ${name}`);
  }
  const playback = new Playback();
  for (const line of recording.trimEnd().split('\n').slice(1)) {
    const [, kind, data] = JSON.parse(line) as [number, string, string];
    if (kind === 'o') known.mustNotStandIn(playback.draw(data), 'a recording file');
  }
  must(typed.length < MOST_REPLIES, 'a program gets answers without end');
  // Enter, typed because a program asked for it, would be a person's.
  must(!typed.some((reply) => reply.length > 1024 || /[\r\n]/.test(reply)), 'an answer types something');
  return fed;
}

const ROW = /^ *-?\d+[ ↪]/;

/** The screen's rows in a dump: what stands around them is our own words. */
function rowsIn(dump: string): string[] {
  return dump
    .split('\n')
    .filter((line) => ROW.test(line))
    .map((line) => line.replace(ROW, ''));
}

/** The real terminal: flow control, budget, waits, rests, recording. */
async function live(given: Session): Promise<SessionResult> {
  const { columns, rows, secrets, stride } = given;
  const folder = mkdtempSync(join(tmpdir(), 'keyferry-fuzz-'));
  const path = join(folder, 'case.cast');
  const recording = new Recording(new RecordingFile(path), { columns, rows });
  const redactor = new Redactor();
  for (const secret of [secrets.token, secrets.code]) redactor.add(new Secret(secret));
  const pty = new ScriptedPty();
  // A rest after every few chunks: what was printed is drawn again.
  const terminal = Terminal.attach(pty, { columns, rows, redactor, tracker: recording, restAfterMs: stride });
  try {
    const reading = terminal
      .waitFor<LinkReading>('the link', readLink, {
        signal: new AbortController().signal,
        timeoutMs: 60_000,
        stable: sameLink,
      })
      .then(
        (found) => {
          if (found.kind === 'asking') mustBeRelayable(found.link.url);
          return { ending: found.kind, error: '' };
        },
        (thrown) => {
          const { code, message, screen = '' } = expected(thrown);
          return { ending: code, error: `${message}\n${screen}` };
        },
      );
    const fed = await pty.play(chunksOf(given), stride);
    await terminal.ended;
    const { ending, error } = await reading;
    recording.close();
    return {
      dump: terminal.dump(),
      recording: readFileSync(path, 'utf8'),
      error,
      typed: pty.typed,
      fed,
      ending,
    };
  } finally {
    await terminal.close();
    recording.close();
    rmSync(folder, { recursive: true });
    await setImmediate();
  }
}

/** The whole terminal as a handshake has it, with a wait and a recording. */
export const attachedTarget = target({
  name: 'attached',
  what: 'a terminal as a handshake has it: flow control, waits, rests, answers, a recording on disk',
  share: 0.1,
  cases: session,
  run,
  describe,
});
