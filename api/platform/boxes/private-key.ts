import { Worker } from 'node:worker_threads';
import type { ShownKey } from '../../../core/contract/boxes.ts';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { fingerprint } from '../../../core/secrets/host-keys.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { LimitReached } from '../../http/limits.ts';
import { wrongField } from './wrong-field.ts';

/** A private key, unlocked, and what may be seen of it. */
export interface ReadKey {
  key: Secret;
  shown: ShownKey;
}

/** Keys that a process reads at once, each in a thread, and seconds after which whoever found no room may try again. */
const MOST_AT_ONCE = 2;
const RETRY_S = 2;
/** Milliseconds for one: a key may ask for any number of rounds. */
const READ_MS = 20_000;
let underWay = 0;

type Said = { field: string; words: string } | { key: string; type: string; blob: string };

/**
 * Reads a private key, with its passphrase if it has one, and unlocks it: workers must not do that again for every
 * connection. Throws what `wrongField` makes, and `LimitReached` while others are read.
 */
export async function readPrivateKey(text: string, passphrase: string | undefined): Promise<ReadKey> {
  if (underWay >= MOST_AT_ONCE) throw new LimitReached(RETRY_S);
  underWay += 1;
  try {
    const said = await inThread(text, passphrase);
    if ('field' in said) throw wrongField(said.field, said.words);
    const { key, type, blob } = said;
    return { key: new Secret(key), shown: { type, fingerprint: fingerprint(Buffer.from(blob, 'base64')) } };
  } finally {
    underWay -= 1;
  }
}

function inThread(text: string, passphrase: string | undefined): Promise<Said> {
  const thread = new Worker(new URL('./private-key.thread.js', import.meta.url), {
    workerData: { text, passphrase },
    env: {},
    // None of this process's loaders.
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  return new Promise<Said>((resolve, reject) => {
    const late = setTimeout(
      () =>
        reject(wrongField('privateKey', 'takes too long to unlock: give it fewer rounds (ssh-keygen -a)')),
      READ_MS,
    );
    const over = () => clearTimeout(late);
    thread.once('message', (said: Said) => {
      over();
      resolve(said);
    });
    // Its message could quote the key.
    const failed = () => {
      over();
      reject(new KeyferryError('internal_error', { detail: 'A private key could not be read.' }));
    };
    thread.once('error', failed).once('exit', failed);
  }).finally(() => void thread.terminate());
}
