import { isFinal } from '../../core/contract/phases.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { HeadlessCustomer } from '../../lab/headless-customer.ts';
import type { System } from '../../lab/system.ts';
import { Narrator } from './narrator.ts';
import { KEY_OF, type OtherProviders } from './other-providers.ts';
import { type Proof, prove, proveKey } from './proof.ts';
import { sshdWords } from './sshd-words.ts';

/** What the demo consists of. */
interface Stage {
  system: System;
  /** Without them no key is brought. */
  others?: OtherProviders;
}

/** The demo plays the customer, without a browser: returns the exit code, 0 when everything is proven. */
export async function playCustomer(
  { system, others }: Stage,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const visitor = await HeadlessCustomer.open(await system.connectLink('alice'));
  tell('[customer] Opens the connect link; the page starts the handshake.');
  await visitor.post('handshake');
  const means = { system, tell, signal };
  const signIn = await follow(visitor, means);
  const signedIn = await isProven(signIn, means, () => prove(system, visitor.seen));
  if (!signedIn || !others) return signedIn ? 0 : 1;
  tell('\n[customer] Brings a made-up key of OpenAI, beside the subscription.');
  await visitor.bringKey(KEY_OF, others.key);
  const end = await follow(visitor, means, signIn.handshake);
  return (await isProven(end, means, () => proveKey(system, others, visitor.seen))) ? 0 : 1;
}

/** Says how a handshake ended, and whether what must be true of it is. */
async function isProven({ phase }: Snapshot, { system, tell }: Means, proof: () => Promise<Proof>) {
  tell('');
  if (phase !== 'connected') {
    for (const line of sshdWords(system, 'alice')) tell(line);
    return false;
  }
  const { proven, lines } = await proof();
  for (const line of lines) tell(line);
  return proven;
}

interface Means {
  system: System;
  tell: (line: string) => void;
  signal: AbortSignal;
}

/** Signs in at the first link that is shown, sends the code, and resolves with the last snapshot; `over`: a handshake before it. */
async function follow(
  visitor: HeadlessCustomer,
  { system, tell, signal }: Means,
  over?: string,
): Promise<Snapshot> {
  const done = new AbortController();
  const narrator = new Narrator(tell);
  let link: string | undefined;
  let last: Snapshot | undefined;
  const answer = async (snapshot: Snapshot, url: string) => {
    tell('[customer] Signs in at the simulated Anthropic and pastes the code.');
    await visitor.sendCode(snapshot.handshake, system.anthropic.signIn(url));
  };
  await visitor.listen(
    (message) => {
      if (message.type !== 'state' || !message.snapshot || message.snapshot.handshake === over) return;
      last = message.snapshot;
      narrator.hear(last);
      if (isFinal(last.phase)) return done.abort();
      if (!last.link || last.link === link) return;
      link = last.link;
      answer(last, link).catch((reason) => done.abort(reason));
    },
    AbortSignal.any([done.signal, signal]),
  );
  signal.throwIfAborted();
  if (!last || !isFinal(last.phase)) throw done.signal.reason;
  return last;
}
