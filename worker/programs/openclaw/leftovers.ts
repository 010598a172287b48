import { saidLines } from '../../boxes/said.ts';
import { runScript } from '../../boxes/script.ts';
import type { OpenClawOnBox } from '../../boxes/survey.ts';
import type { BoxConnection, CallLimits } from '../../transports/transport.ts';
import { LEFTOVERS } from './leftovers.script.ts';

/** By what a credential is known again that nobody has any more: as the record has it. */
export interface Traits {
  /** Its last characters. */
  hint: string;
  /** The first twelve hex digits of its SHA-256. */
  fingerprint: string;
}

/** Where OpenClaw's own files still hold a credential, below its directory. */
export interface Leftovers {
  /** It is there. */
  found: string[];
  /** It was there, in what OpenClaw has put aside, and was written over. */
  cleaned: string[];
  /** Every file was searched. */
  isWhole: boolean;
}

/** Milliseconds for the search, and bytes and names that are read of it. */
const WITHIN_MS = 60_000;
const MOST_BYTES = 64 * 1024;
const MOST_FILES = 20;
/** As long as a receipt has room for. */
const NAME = /^(?=.{1,200}$)[\w.@+-]{1,100}(?:\/[\w.@+-]{1,100}){0,8}$/;

/** Searches OpenClaw's own files on a box for a credential. Undefined where that cannot be done. Throws only when aborted. */
export async function leftoversOf(
  connection: BoxConnection,
  { openclaw }: OpenClawOnBox,
  { hint, fingerprint }: Traits,
  { signal }: CallLimits,
): Promise<Leftovers | undefined> {
  // Beside what the session has: where the gateway that serves the customer keeps its data.
  const { env } = openclaw;
  const limits = { signal, timeoutMs: WITHIN_MS, maxBytes: MOST_BYTES, input: LEFTOVERS, env };
  try {
    const { stdout } = await runScript(connection, [hint, fingerprint], limits);
    return readLeftovers(stdout);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** The pure half. A box may name its files as it likes. */
export function readLeftovers(stdout: string): Leftovers | undefined {
  const said = saidLines(stdout);
  if (said.get('end')?.[0] !== 'ok') return undefined;
  const named = (what: string) => [
    ...new Set((said.get(what) ?? []).map((name) => (NAME.test(name) ? name : 'a file with a strange name'))),
  ];
  const [found, cleaned] = [named('found'), named('cleaned')];
  return {
    found: found.slice(0, MOST_FILES),
    cleaned: cleaned.slice(0, MOST_FILES),
    isWhole: said.get('left')?.[0] === 'no' && found.length <= MOST_FILES && cleaned.length <= MOST_FILES,
  };
}
