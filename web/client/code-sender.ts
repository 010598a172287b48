import type { Session } from '../../core/contract/http-api.ts';
import type { sealTo } from '../../core/contract/seal.ts';
import { codeBinding } from '../../core/contract/sealed.ts';
import type { Api } from './api.ts';
import type { Answer } from './ask.ts';

/** Milliseconds for what seals to be loaded once there is a code, and between two tries. */
const LOAD_MS = 12_000;
const BETWEEN_LOADS_MS = 1_000;
/** How often a code is sent that the api does not understand, and milliseconds in between. */
const MOST_TRIES = 4;
const BETWEEN_TRIES_MS = 700;
/**
 * The page has checked the code: an api that says so has not opened an envelope, but is of the version before, or has
 * another key than this page.
 */
const NOT_UNDERSTOOD = new Set<string>(['sealed_unreadable', 'code_malformed', 'code_incomplete']);

/** What seals: a chunk of the page. */
export type LoadSeal = () => Promise<{ sealTo: typeof sealTo }>;

/** Sends codes, sealed to the workers: nobody between this page and the worker can read them. */
export class CodeSender {
  readonly #api: Api;
  readonly #load: LoadSeal;
  readonly #loadMs: number;
  #loading: ReturnType<LoadSeal> | undefined;

  /** Only tests change `loadMs`. */
  constructor(api: Api, load: LoadSeal, loadMs = LOAD_MS) {
    this.#api = api;
    this.#load = load;
    this.#loadMs = loadMs;
  }

  /** Loads what seals. Call it as soon as a code may follow; what fails is tried again when it is needed. */
  prepare(): void {
    this.#loaded().catch(() => undefined);
  }

  /**
   * Sends a code that the page has checked. `mayBeChanged`: workers could not open the last one, so the key is asked for
   * again. Never throws; `unsealed`: what seals could not be loaded, or does not work here.
   */
  async send(
    session: Session,
    handshake: string,
    code: string,
    { mayBeChanged = false } = {},
  ): Promise<Answer<true>> {
    let current = session;
    for (let tries = 1; ; tries += 1) {
      if (mayBeChanged || tries > 1) {
        const asked = await this.#api.session();
        if (!asked.ok) return asked;
        current = asked.body;
      }
      const sealed = await this.#sealed(current, handshake, code);
      if (sealed === undefined) return { ok: false, why: 'unsealed' };
      const answer = await this.#api.sendCode(handshake, sealed);
      const isUnderstood = answer.ok || sealed === code || !NOT_UNDERSTOOD.has(answer.why);
      if (isUnderstood || tries >= MOST_TRIES) return answer;
      await pause(BETWEEN_TRIES_MS);
    }
  }

  /** In clear only for an api of the version before, which has no key to seal to. */
  async #sealed(
    { customer, sealTo: key }: Session,
    handshake: string,
    code: string,
  ): Promise<string | undefined> {
    if (!key) return code;
    const until = Date.now() + this.#loadMs;
    for (;;) {
      try {
        const { sealTo } = await inTime(this.#loaded(), until - Date.now());
        return await sealTo(key, code, codeBinding({ customer, handshake }));
      } catch {
        if (Date.now() + BETWEEN_LOADS_MS >= until) return undefined;
        await pause(BETWEEN_LOADS_MS);
      }
    }
  }

  /** One request at a time; after a failure the next one is new. */
  #loaded(): ReturnType<LoadSeal> {
    this.#loading ??= this.#load().catch((thrown) => {
      this.#loading = undefined;
      throw thrown;
    });
    return this.#loading;
  }
}

/** Rejects when it is not there in time; a request may hang. */
async function inTime<T>(promise: Promise<T>, ms: number): Promise<T> {
  const late = pause(ms).then(() => {
    throw new Error('late');
  });
  return Promise.race([promise, late]);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
