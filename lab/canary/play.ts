import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import type { Phase } from '../../core/contract/phases.ts';
import { PROVIDERS } from '../../core/contract/providers.ts';
import type { Program } from '../../core/contract/versions.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { orAborted } from '../../worker/abort.ts';
import { HandshakeFailed } from '../../worker/handshake/ends.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import type { HandshakeCustomer, HandshakeOptions } from '../../worker/handshake/options.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import type { Anthropic } from '../anthropic/anthropic.ts';
import type { Box } from '../box.ts';
import type { Providers } from '../providers/providers.ts';
import { ScreenLog, type Screens } from './screens.ts';

/** Both programs of a box. */
export type Pair = Readonly<Record<Program, string>>;

/** How a handshake failed. */
export interface Failure {
  code: ErrorCode;
  phase: Phase;
  /** What the terminal showed last, redacted. */
  screen?: string;
}

/** A whole handshake, and how it ended. */
export interface Played {
  pair: Pair;
  /** Of the terminal; undefined: a key was brought, and there was none. */
  columns: number | undefined;
  seconds: number;
  failure?: Failure | undefined;
  screens: Readonly<Record<Program, Screens>>;
}

/** Milliseconds for all of a handshake: each of its phases has a deadline of its own, and real OpenClaws take a minute in all. */
const WHOLE_MS = 15 * 60_000;
const WAITING_MS = 60_000;
/** Milliseconds for which the link stands, so that all of it is drawn; a person takes longer. */
const READS_MS = 500;
/** Codes that the customer gives: what has refused two refuses them all. */
const MOST_CODES = 2;
/** Rows of a last screen that are kept, and characters. */
const MOST_ROWS = 60;
const MOST_SCREEN = 6_000;

/** Signs in on a box, from the link to the turn that proves it. Rejects when `signal` aborts, and not with how it failed. */
export function playSignIn(
  box: Box,
  anthropic: Anthropic,
  pair: Pair,
  columns: number,
  signal: AbortSignal,
): Promise<Played> {
  const customer = new StandInCustomer((link) => anthropic.signIn(link));
  const isProved = () => anthropic.bearers.at(-1) === anthropic.minted.at(-1);
  return play(box, customer, { columns, signal }, pair, isProved);
}

/** Brings a key of a provider to a box that `pointBox` has led to the stand-in, up to the turn that proves it. */
export function playKey(box: Box, providers: Providers, pair: Pair, signal: AbortSignal): Promise<Played> {
  const key = providers.mint('openai').text;
  const customer = new StandInCustomer(() => '');
  const options = { signal, provider: PROVIDERS.openai, key: new Secret(key) };
  return play(box, customer, options, pair, () => providers.turns('openai').at(-1) === key);
}

async function play(
  box: Box,
  customer: StandInCustomer,
  options: HandshakeOptions,
  pair: Pair,
  isProved: () => boolean,
): Promise<Played> {
  const { host, port, user, identityFile, knownHostsFile } = box;
  const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
  const log = new ScreenLog(box.home);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new KeyferryError('deadline_exceeded')), WHOLE_MS);
  const began = performance.now();
  const played = (failure?: Failure): Played => ({
    pair,
    columns: options.columns,
    seconds: Math.round((performance.now() - began) / 1_000),
    failure,
    screens: { claude: log.screens('claude'), openclaw: log.screens('openclaw') },
  });
  try {
    const signal = AbortSignal.any([options.signal, late.signal]);
    const more = { signal, tracker: log, deadlines: { waiting: WAITING_MS } };
    const ended = handshake(transport, customer, { ...options, ...more });
    // One that is ended takes back what it did, which takes OpenClaw minutes; this box goes anyway.
    ended.catch(() => undefined);
    await orAborted(() => ended, options.signal);
    // What OpenClaw asked with has to be what came of this very handshake.
    return played(isProved() ? undefined : { code: 'credential_missing', phase: 'proving' });
  } catch (thrown) {
    options.signal.throwIfAborted();
    if (customer.fault !== undefined) throw customer.fault;
    return played(failureOf(thrown));
  } finally {
    clearTimeout(timer);
  }
}

function failureOf(thrown: unknown): Failure {
  const phase = thrown instanceof HandshakeFailed ? thrown.phase : 'failed';
  const error = thrown instanceof HandshakeFailed ? thrown.error : toKeyferryError(thrown);
  const rows = error.screen?.split('\n').slice(-MOST_ROWS).join('\n').slice(-MOST_SCREEN);
  return { code: error.code, phase, ...(rows ? { screen: rows } : {}) };
}

/** Signs in at the stand-in. */
class StandInCustomer implements HandshakeCustomer {
  readonly #signIn: (link: string) => string;
  #link = '';
  #given = 0;
  /** What the stand-in has thrown: it does not know this link, which says nothing of the release. */
  fault: unknown;

  constructor(signIn: (link: string) => string) {
    this.#signIn = signIn;
  }

  tell({ url }: { url?: string }): void {
    if (url !== undefined) this.#link = url;
  }

  async code(): Promise<Secret> {
    this.#given += 1;
    if (this.#given > MOST_CODES) throw new KeyferryError('code_rejected');
    await sleep(READS_MS);
    try {
      return new Secret(this.#signIn(this.#link));
    } catch (thrown) {
      this.fault = thrown;
      throw thrown;
    }
  }
}
