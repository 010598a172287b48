import type { Snapshot } from '../../core/contract/snapshot.ts';
import { HeadlessCustomer } from '../../lab/headless-customer.ts';
import type { System } from '../../lab/system.ts';
import { CUSTOMER } from './customers.ts';
import { follow } from './follow.ts';
import { Narrator } from './narrator.ts';
import { KEY_OF, type OtherProviders } from './other-providers.ts';
import { doctorOf, playOthers } from './played.ts';
import { type Proof, prove, proveKey } from './proof.ts';
import { sshdWords } from './sshd-words.ts';
import type { WebhookReceiver } from './webhooks.ts';

/** What the demo consists of. */
export interface Stage {
  system: System;
  others: OtherProviders;
  webhooks: WebhookReceiver;
  /** The real programs are on the boxes. */
  real: boolean;
}

/** Milliseconds within which a webhook comes, once what it tells has happened. */
const WEBHOOK_MS = 30_000;

/** The demo plays the customers, without a browser: returns the exit code, 0 when everything is proven. */
export async function playCustomer(
  { system, others, webhooks, real }: Stage,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  // Meanwhile: what is proved of the one is not the others'.
  const playing = playOthers({ system, others, webhooks, signal, inTurn: real }, tell);
  playing.catch(() => {});
  const said = await doctorOf(CUSTOMER, { system, signal });
  tell(
    `[doctor]   ${said ? `A handshake would end with ${said}.` : 'Nothing on the box blocks a handshake.'}`,
  );
  const visitor = await HeadlessCustomer.open(await system.connectLink(CUSTOMER));
  tell('[customer] Opens the connect link; the page starts the handshake.');
  await visitor.post('handshake');
  const narrator = new Narrator(tell);
  const means = {
    system,
    hear: (snapshot: Snapshot) => narrator.hear(snapshot),
    onSignIn: () => tell('[customer] Signs in at the simulated Anthropic and pastes the code.'),
    signal,
  };
  const told = () => [visitor.seen, ...webhooks.bodies].join('\n');
  const signIn = await follow(visitor, means);
  if (said || !(await isProven(signIn, { system, tell }, () => prove(system, signIn, told())))) return 1;
  tell('\n[customer] Brings a made-up key of OpenAI, beside the subscription.');
  await visitor.bringKey(KEY_OF, others.key);
  const end = await follow(visitor, { ...means, over: signIn.handshake });
  if (!(await isProven(end, { system, tell }, () => proveKey(system, others, told())))) return 1;
  const isTold = await webhooks.until(
    'handshake.connected',
    CUSTOMER,
    AbortSignal.any([signal, AbortSignal.timeout(WEBHOOK_MS)]),
  );
  return (await playing) && isTold ? 0 : 1;
}

/** Says how a handshake ended, and whether what must be true of it is. */
async function isProven(
  { phase }: Snapshot,
  { system, tell }: { system: System; tell: (line: string) => void },
  proof: () => Promise<Proof>,
) {
  tell('');
  if (phase !== 'connected') {
    for (const line of sshdWords(system, CUSTOMER)) tell(line);
    return false;
  }
  const { proven, lines } = await proof();
  for (const line of lines) tell(line);
  return proven;
}
