import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { ownTimeout } from '../../core/process/own-time.ts';
import { orAborted } from '../abort.ts';
import { addressOf, bySystem, type Family, listedIn, ownFamilies, textOf, wholeNames } from './own-names.ts';

/** Where names are looked up; anything absent is taken from this machine. */
export interface NamesOptions {
  /** Name servers, `address[:port]`. */
  servers?: readonly string[];
  /** Default /etc/hosts. */
  hostsFile?: string;
  /** Has the domains that names may be in (`search`). Default /etc/resolv.conf. */
  resolvFile?: string;
  /** Address families of this machine, in the order in which they are tried. */
  families?: () => readonly Family[];
  /** Asked, one name at a time, for names that no name server knows; returns nothing if it does not know them either. */
  system?: (name: string) => Promise<LookupAddress[]>;
}

/** Milliseconds for a server's first answer (c-ares doubles them at each try), tries, and milliseconds for a name in total. */
const ANSWER_MS = 2_000;
const TRIES = 2;
const NAME_MS = 10_000;
/** Milliseconds that the other family's addresses are waited for once there are some (RFC 8305 has even less). */
const OTHER_FAMILY_MS = 250;
/** Milliseconds for which a name that was not resolved is not asked for again, and how many such are kept. */
const FAILED_MS = 5_000;
const MOST_FAILED = 1_000;

/** A name without an address; `code` is c-ares' (`ENOTFOUND`, `ETIMEOUT` …). */
class NotResolved extends Error {
  readonly code: string;

  constructor(name: string, code: string) {
    super(`The name ${name} was not resolved (${code})`);
    this.code = code;
  }
}

/**
 * Addresses of names, by questions to name servers (c-ares). getaddrinfo has a few threads, shared with files, and
 * cannot be called off: a dozen names whose servers are silent made every other box unreachable for minutes.
 */
export class Names {
  readonly #servers: readonly string[] | undefined;
  readonly #hostsFile: string;
  readonly #resolvFile: string;
  readonly #families: () => readonly Family[];
  readonly #system: (name: string) => Promise<LookupAddress[]>;
  readonly #failed = new Map<string, { until: number; error: NotResolved }>();
  readonly #asking = new Map<string, Asking>();
  /** The system's turns: getaddrinfo gets one thread at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ servers, hostsFile, resolvFile, families, system }: NamesOptions = {}) {
    this.#servers = servers;
    this.#hostsFile = hostsFile ?? '/etc/hosts';
    this.#resolvFile = resolvFile ?? '/etc/resolv.conf';
    this.#families = families ?? ownFamilies;
    this.#system = system ?? bySystem;
  }

  /** A `lookup` for `net.connect`, cancelled by `signal`. */
  lookup(signal: AbortSignal): LookupFunction {
    return (host, { all }, done) => {
      this.addresses(host, signal).then(
        (found) => (all ? done(null, found) : done(null, found[0]?.address ?? '', found[0]?.family)),
        (error) => done(error, all ? [] : ''),
      );
    };
  }

  /**
   * The addresses of `host`, at least one. Throws an error with a `code` when there is none or none within ten seconds,
   * the signal's reason, and what reading this machine's files throws when it is out of descriptors.
   */
  async addresses(host: string, signal: AbortSignal): Promise<LookupAddress[]> {
    const full = host.toLowerCase();
    const name = full.replace(/\.$/, '');
    const listed = await listedIn(this.#hostsFile, name, this.#families());
    if (listed.length > 0) return listed;
    if (/(^|\.)localhost$/.test(name)) return ['127.0.0.1', '::1'].map(addressOf);
    signal.throwIfAborted();
    const failed = this.#failed.get(full);
    if (failed && failed.until > performance.now()) throw failed.error;
    const asking = this.#asking.get(full) ?? this.#ask(full);
    asking.askers += 1;
    try {
      return await orAborted(() => asking.answer, signal);
    } finally {
      asking.askers -= 1;
      if (asking.askers === 0) {
        this.#asking.delete(full);
        asking.stop.abort();
      }
    }
  }

  /** One query for all who ask for a name at the same time; cancelled when the last of them is gone. */
  #ask(full: string): Asking {
    const stop = new AbortController();
    const callOff = ownTimeout(NAME_MS, () => stop.abort(new NotResolved(full, 'ETIMEOUT')));
    const answer = orAborted(() => this.#find(full, stop.signal), stop.signal)
      .catch((error: unknown) => {
        this.#remember(full, error);
        throw error;
      })
      .finally(callOff);
    const asking = { answer, stop, askers: 0 };
    this.#asking.set(full, asking);
    return asking;
  }

  #remember(full: string, error: unknown): void {
    // A refusal takes no time, and can be over at once.
    if (!(error instanceof NotResolved) || error.code === 'ECONNREFUSED') return;
    this.#failed.delete(full);
    this.#failed.set(full, { until: performance.now() + FAILED_MS, error });
    const [oldest] = this.#failed.keys();
    if (this.#failed.size > MOST_FAILED && oldest !== undefined) this.#failed.delete(oldest);
  }

  async #find(full: string, signal: AbortSignal): Promise<LookupAddress[]> {
    let why = 'ENOTFOUND';
    for (const name of await wholeNames(full, this.#resolvFile)) {
      const answer = await this.#question(name, signal);
      if (typeof answer !== 'string') return answer;
      why = answer;
      if (why === 'ETIMEOUT') throw new NotResolved(full, why);
    }
    // What no name server knows but this machine does: its own name, mDNS, other modules of nsswitch.conf.
    const known = await this.#inTurn(full, signal);
    if (known.length > 0) return known;
    // Also c-ares' code for a lack of descriptors (Node 20); then this file cannot be opened either, and says so.
    if (why === 'ECONNREFUSED') await textOf(this.#hostsFile);
    throw new NotResolved(full, why);
  }

  /** Addresses, or the code of why there are none. */
  async #question(name: string, signal: AbortSignal): Promise<LookupAddress[] | string> {
    signal.throwIfAborted();
    const resolver = new Resolver({ timeout: ANSWER_MS, tries: TRIES });
    if (this.#servers) resolver.setServers(this.#servers);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel);
    let enough: NodeJS.Timeout | undefined;
    try {
      const asked = this.#families().map(async (family) => {
        const found = family === 6 ? await resolver.resolve6(name) : await resolver.resolve4(name);
        enough ??= setTimeout(cancel, OTHER_FAMILY_MS);
        return found;
      });
      const answers = await Promise.allSettled(asked);
      const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      if (found.length > 0) return found.map(addressOf);
      const codes = answers.map((answer) => String(answer.status === 'rejected' && answer.reason.code));
      return codes.find((code) => code === 'ETIMEOUT') ?? codes.at(-1) ?? 'ENODATA';
    } finally {
      clearTimeout(enough);
      signal.removeEventListener('abort', cancel);
    }
  }

  #inTurn(name: string, signal: AbortSignal): Promise<LookupAddress[]> {
    const turn = this.#turn.then(() => (signal.aborted ? [] : this.#system(name)));
    this.#turn = turn;
    return turn;
  }
}

interface Asking {
  answer: Promise<LookupAddress[]>;
  stop: AbortController;
  askers: number;
}
