import { isFinal } from '../../core/contract/phases.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { HeadlessCustomer } from '../../lab/headless-customer.ts';
import type { System } from '../../lab/system.ts';
import { Narrator } from './narrator.ts';
import { prove } from './proof.ts';
import { sshdWords } from './sshd-words.ts';

/** The demo plays the customer, without a browser: returns the exit code, 0 when everything is proven. */
export async function playCustomer(
  system: System,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const visitor = await HeadlessCustomer.open(await system.connectLink('alice'));
  tell('[customer] Opens the connect link; the page starts the handshake.');
  await visitor.post('handshake');
  const end = await follow(visitor, { system, tell, signal });
  tell('');
  if (end.phase !== 'connected') {
    for (const line of sshdWords(system, 'alice')) tell(line);
    return 1;
  }
  const { proven, lines } = await prove(system, visitor.seen);
  for (const line of lines) tell(line);
  return proven ? 0 : 1;
}

interface Means {
  system: System;
  tell: (line: string) => void;
  signal: AbortSignal;
}

/** Signs in at the first link that is shown, sends the code, and resolves with the last snapshot. */
async function follow(visitor: HeadlessCustomer, { system, tell, signal }: Means): Promise<Snapshot> {
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
      if (message.type !== 'state' || !message.snapshot) return;
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
