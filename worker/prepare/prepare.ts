import { KeyferryError } from '../../core/contract/errors.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import { lastWords } from '../boxes/last-words.ts';
import type { BoxConnection, ProgramExit } from '../transports/transport.ts';
import { NODE } from './scripts.ts';
import { type BoxState, readState, STATE_SCRIPT } from './state.ts';
import { type Step, type StepName, type StepWork, stepsFor, type Wishes } from './steps.ts';

export interface PrepareOptions extends Wishes {
  signal: AbortSignal;
  /** True: nothing is changed; what would be done is reported. */
  dryRun?: boolean | undefined;
}

/**
 * What becomes of a step. `left out`: it cannot be done here, and the box works without it. `cannot`: a dry run
 * says so of a step that the box needs.
 */
export type StepState = 'there' | 'would' | 'cannot' | 'doing' | 'done' | 'left out';

export interface StepChange {
  step: StepName;
  state: StepState;
  words: string;
}

const SURVEY_MS = 20_000;
/** What apt-get and npm may print; they print some 100 KB. */
const INSTALL_BYTES = 8 * 1024 * 1024;

/**
 * Sets a box up, step by step: check, act, check again. Safe to run twice; continues where an earlier run stopped.
 * OpenClaw's configuration is neither read nor written, but by OpenClaw's own doctor where a new version refuses the store
 * of the one before. Throws `prepare_failed`, `box_unusable` and what
 * connections throw.
 */
export async function prepare(
  connection: BoxConnection,
  { signal, dryRun = false, ...wishes }: PrepareOptions,
  tell: (change: StepChange) => void,
): Promise<void> {
  let state = await lookAt(connection, signal);
  for (const step of stepsFor(wishes)) {
    const say = (became: StepState, words: string) => tell({ step: step.name, state: became, words });
    const look = step.look(state);
    if ('there' in look) {
      say('there', look.there);
      continue;
    }
    const { work } = look;
    const obstacle = obstacleTo(work, state);
    if (obstacle !== undefined && work.needed && !dryRun) throw failed(step, obstacle);
    if (obstacle !== undefined)
      say(work.needed ? 'cannot' : 'left out', `${capital(work.words)}: ${obstacle}`);
    else if (dryRun) say('would', `${capital(work.words)}.`);
    else {
      say('doing', `${capital(work.words)} …`);
      await run(connection, step, work, signal);
      state = await lookAt(connection, signal);
      say('done', verified(step, state));
    }
  }
}

async function lookAt(connection: BoxConnection, signal: AbortSignal): Promise<BoxState> {
  const limits = { signal, timeoutMs: SURVEY_MS, input: STATE_SCRIPT, maxBytes: 64 * 1024 };
  const { exit, stdout, stderr } = await connection.run({ argv: ['sh', '-s'] }, limits);
  orLost(exit);
  return readState(stdout, stderr);
}

/** Why a step cannot be done on this box, or undefined. */
function obstacleTo(
  { script, needsRoot, args }: StepWork,
  { root, apt, musl }: BoxState,
): string | undefined {
  if (needsRoot && root === 'no') return 'that needs root, and this user cannot use sudo without a password.';
  if (args.includes('tmux') && !apt) return 'there is no apt-get.';
  if (musl && script === NODE) return 'the official Node does not run on musl; install Node 24 first.';
  return undefined;
}

async function run(
  connection: BoxConnection,
  step: Step,
  work: StepWork,
  signal: AbortSignal,
): Promise<void> {
  const { script, args, timeoutMs } = work;
  const { exit, stdout, stderr } = await connection.run(
    // Not `-s`: what the script runs must not read the rest of it as its input.
    { argv: ['sh', '-c', script, 'sh', ...args] },
    { signal, timeoutMs, maxBytes: INSTALL_BYTES },
  );
  orLost(exit);
  if (exit.kind === 'exited' && exit.code === 0) return;
  const how = exit.kind === 'exited' ? `It ended with exit code ${exit.code}.` : 'A signal ended it.';
  throw failed(step, how, lastWords({ stdout, stderr }, new Redactor(), 2_000));
}

function verified(step: Step, state: BoxState): string {
  const look = step.look(state);
  if ('there' in look) return look.there;
  const other = step.name === 'claude' || step.name === 'openclaw' ? state[step.name]?.path : undefined;
  const first = other ? ` Another one comes first on PATH: ${other}.` : '';
  throw failed(step, `It ran, but the box still seems to need it to ${look.work.words}.${first}`);
}

function orLost(exit: ProgramExit): void {
  if (exit.kind === 'lost') throw new KeyferryError('connection_lost', { detail: exit.reason });
}

function failed({ name }: Step, why: string, screen = ''): KeyferryError {
  return new KeyferryError('prepare_failed', {
    detail: `Step ${name}: ${why}`,
    ...(screen ? { screen } : {}),
  });
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
