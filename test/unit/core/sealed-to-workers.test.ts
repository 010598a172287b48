import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { sealTo, suite } from '../../../core/contract/seal.ts';
import {
  codeBinding,
  envelopeSchema,
  headOf,
  keyBinding,
  MOST_ENVELOPE,
  MOST_SECRET,
  partsOf,
  workerPublicKeySchema,
} from '../../../core/contract/sealed.ts';
import { SealedBox } from '../../../core/secrets/sealed.ts';
import {
  makeWorkerKey,
  publicHalf,
  WorkerKeys,
  WorkerSeal,
} from '../../../core/secrets/sealed-to-workers.ts';
import { Secret } from '../../../core/secrets/secret.ts';

const OLD = makeWorkerKey('old');
const NEW = makeWorkerKey('new');
const SECRET = new Secret('code-of-a-customer#state-of-a-link');
const BINDING = codeBinding({ customer: 'alice', handshake: 'handshake-1' });

async function refusal(open: Promise<unknown>): Promise<KeyferryError> {
  const thrown = await open.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof KeyferryError) return thrown;
  throw new Error(`it was opened, or ${thrown} was thrown`);
}

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('a secret sealed to the workers', () => {
  test('is opened by a worker, from a browser’s envelope as from an api’s and another worker’s', async () => {
    const worker = new WorkerKeys([NEW]);
    const api = new WorkerSeal([publicHalf(NEW)]);
    const envelopes = [
      await sealTo(api.publicKey, SECRET.reveal(), BINDING),
      await api.seal(SECRET, BINDING),
      await new WorkerKeys([NEW]).seal(SECRET, BINDING),
    ];
    for (const envelope of envelopes) {
      expect(envelopeSchema.safeParse(envelope).success).toBe(true);
      expect((await worker.open(envelope, BINDING)).equals(SECRET)).toBe(true);
    }
  });

  test('opens for nothing that it is not bound to: another customer, handshake, box, provider, submission or kind', async () => {
    const worker = new WorkerKeys([NEW]);
    const owner = { customer: 'alice', box: 'default', provider: 'openai', submission: 's1' };
    const bindings = [
      BINDING,
      codeBinding({ customer: 'bob', handshake: 'handshake-1' }),
      codeBinding({ customer: 'alice', handshake: 'handshake-2' }),
      keyBinding(owner),
      keyBinding({ ...owner, customer: 'bob' }),
      keyBinding({ ...owner, box: 'other' }),
      keyBinding({ ...owner, provider: 'google' }),
      keyBinding({ ...owner, submission: 's2' }),
    ];
    expect(new Set(bindings).size).toBe(bindings.length);
    for (const binding of bindings) {
      const envelope = await worker.seal(SECRET, binding);
      for (const other of bindings.filter((each) => each !== binding))
        expect((await refusal(worker.open(envelope, other))).code).toBe('internal_error');
    }
  });

  test('opens with its key alone: not with another one of the same id, and not under another id', async () => {
    const envelope = await new WorkerSeal([publicHalf(NEW)]).seal(SECRET, BINDING);
    const namesake = new WorkerKeys([makeWorkerKey('new')]);
    expect((await refusal(namesake.open(envelope, BINDING))).code).toBe('internal_error');
    const renamed = envelope.replace(`${headOf('new')}.`, `${headOf('renamed')}.`);
    const worker = new WorkerKeys([NEW, { ...NEW, id: 'renamed' }]);
    expect((await refusal(worker.open(renamed, BINDING))).code).toBe('internal_error');
    expect((await worker.open(envelope, BINDING)).equals(SECRET)).toBe(true);
  });

  test('opens while the old key and the new one are both there, in the order of docs/platform.md', async () => {
    // Workers first: what an api or a page seals to must be there before anybody seals to it.
    const steps = [
      { workers: [OLD], api: OLD },
      { workers: [OLD, NEW], api: OLD },
      { workers: [NEW, OLD], api: NEW },
      { workers: [NEW], api: NEW },
    ] as const;
    for (const [at, { workers, api }] of steps.entries()) {
      const before = steps[Math.max(0, at - 1)] ?? steps[0];
      const envelope = await new WorkerSeal([publicHalf(api)]).seal(SECRET, BINDING);
      // While a step is being made, some workers have it behind them and others not; the api follows.
      const both = at === steps.length - 1 ? [workers] : [workers, workers];
      for (const keys of both)
        expect((await new WorkerKeys(keys).open(envelope, BINDING)).equals(SECRET)).toBe(true);
      const kept = await new WorkerKeys(before.workers).seal(SECRET, BINDING);
      if (at < steps.length - 1)
        expect((await new WorkerKeys(workers).open(kept, BINDING)).equals(SECRET)).toBe(true);
    }
    const late = await new WorkerSeal([publicHalf(OLD)]).seal(SECRET, BINDING);
    const { detail } = await refusal(new WorkerKeys([NEW]).open(late, BINDING));
    expect(detail).toContain('sealed to a key that is not there');
  });

  test('is accepted by an api that has its key, and by no other', async () => {
    const [former, current] = [new WorkerSeal([publicHalf(OLD)]), new WorkerSeal([publicHalf(NEW)])];
    const envelope = await former.seal(SECRET, BINDING);
    expect(former.accepts(envelope)).toBe(true);
    expect(current.accepts(envelope)).toBe(false);
    expect(new WorkerSeal([publicHalf(NEW), publicHalf(OLD)]).accepts(envelope)).toBe(true);
    expect(former.accepts('plain-code#state')).toBe(false);
  });

  test('shows nothing of itself, and is never the same twice', async () => {
    const seal = new WorkerSeal([publicHalf(NEW)]);
    const [one, two] = [await seal.seal(SECRET, BINDING), await seal.seal(SECRET, BINDING)];
    expect(partsOf(one)?.enc).not.toBe(partsOf(two)?.enc);
    expect(partsOf(one)?.ciphertext).not.toBe(partsOf(two)?.ciphertext);
    for (const part of one.split('.'))
      expect(Buffer.from(part, 'base64url').toString('latin1')).not.toMatch(/customer|state-of|alice/);
  });

  test('does not open when a single character of its envelope was changed, or it was cut, anywhere', async () => {
    const worker = new WorkerKeys([NEW, { ...OLD, id: 'nea' }]);
    const envelope = await worker.seal(SECRET, BINDING);
    for (let at = 0; at < envelope.length; at += 5) {
      // The last character of a part has bits that mean nothing.
      if (`${envelope.slice(at, at + 2)}.`.indexOf('.') < 2) continue;
      const other = envelope[at] === 'A' ? 'B' : 'A';
      const changed = `${envelope.slice(0, at)}${other}${envelope.slice(at + 1)}`;
      expect((await refusal(worker.open(changed, BINDING))).code).toBe('internal_error');
      expect((await refusal(worker.open(envelope.slice(0, at), BINDING))).code).toBe('internal_error');
    }
  });

  test('that is empty, or ends in white space or a BOM, comes out as it went in', async () => {
    const worker = new WorkerKeys([NEW]);
    for (const text of ['', ' x\n', '\ufeffx', 'ключ#🔑']) {
      const opened = await worker.open(await worker.seal(new Secret(text), BINDING), BINDING);
      expect(opened.reveal()).toBe(text);
    }
  });

  test('may be as long as the envelope allows and no longer', async () => {
    const worker = new WorkerKeys([{ ...NEW, id: 'x'.repeat(32) }]);
    const longest = new Secret('x'.repeat(MOST_SECRET));
    const envelope = await worker.seal(longest, BINDING);
    expect(envelopeSchema.safeParse(envelope).success).toBe(true);
    expect((await worker.open(envelope, BINDING)).equals(longest)).toBe(true);
    expect(() => worker.seal(new Secret('x'.repeat(MOST_SECRET + 1)), BINDING)).toThrow(KeyferryError);
  });

  test.each([
    ['nothing', ''],
    ['a word', 'x'],
    ['a JWE', 'a.b.c.d.e'],
    ['another version', `kf2.new.${'A'.repeat(87)}.${'A'.repeat(40)}`],
    ['a point that is none', `kf1.new.${'A'.repeat(87)}.${'A'.repeat(40)}`],
    ['too short to have a tag', `kf1.new.${publicHalf(NEW).key}.AAAA`],
    ['more than an envelope can have', `kf1.new.${publicHalf(NEW).key}.${'A'.repeat(MOST_ENVELOPE)}`],
    ['a million characters', `kf1.${'.'.repeat(1_000_000)}`],
  ])('is not found in %s', async (_what, text) => {
    expect((await refusal(new WorkerKeys([NEW]).open(text, BINDING))).code).toBe('internal_error');
  });

  test('is told of in no error, nor is the key', async () => {
    const worker = new WorkerKeys([NEW]);
    const error = await refusal(worker.open(await worker.seal(SECRET, BINDING), 'code:bob:1'));
    const told = `${inspect(error, { depth: 9, showHidden: true })}${error.stack}${JSON.stringify(error)}`;
    const key = Buffer.from(NEW.key);
    for (const each of ['customer#', 'state-of', key.toString('base64url'), key.toString('hex')])
      expect(told).not.toContain(each);
  });

  test('of the version before, sealed with SEALING_KEYS, opens where those are given, for its binding', async () => {
    const before = new SealedBox([{ id: 'k1', key: new Uint8Array(32).fill(7) }]);
    const envelope = await before.seal(SECRET, BINDING);
    const worker = new WorkerKeys([NEW], before);
    expect((await worker.open(envelope, BINDING)).equals(SECRET)).toBe(true);
    expect((await refusal(worker.open(envelope, 'code:bob:1'))).code).toBe('internal_error');
    expect((await refusal(new WorkerKeys([NEW]).open(envelope, BINDING))).code).toBe('internal_error');
  });
});

test('a fresh key has a public half that the session’s schema takes', () => {
  for (let count = 0; count < 20; count += 1)
    expect(workerPublicKeySchema.safeParse(publicHalf(makeWorkerKey('k1'))).success).toBe(true);
});

test('the suite is that of RFC 9180, appendix A.3: it opens the first message of A.3.1.1', async () => {
  const hpke = suite();
  const recipientKey = await hpke.kem.deserializePrivateKey(
    bytes('f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2'),
  );
  const context = await hpke.createRecipientContext({
    recipientKey,
    enc: bytes(
      '04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4',
    ),
    info: bytes('4f6465206f6e2061204772656369616e2055726e'),
  });
  const first = await context.open(
    bytes('5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434'),
    bytes('436f756e742d30'),
  );
  expect(Buffer.from(first).toString()).toBe('Beauty is truth, truth beauty');
});
