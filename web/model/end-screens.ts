import { nameRowOf } from '../../core/contract/provider-names.ts';
import type { Connection, Snapshot } from '../../core/contract/snapshot.ts';
import { errorText, say, together } from '../messages/say.ts';
import { connected } from './connected-screen.ts';
import { failedKey } from './key-ends.ts';
import { type Action, type PageScreen, whyText } from './page-screen.ts';
import { wayBack } from './sign-in-address.ts';
import { consentScreen } from './sign-in-screens.ts';
import type { Refusal, State } from './state.ts';
import { againIn, others } from './turns.ts';
import { isSignIn, nameOf, wayOf } from './ways.ts';

/** With nothing under way: how the last handshake ended, if that still matters. */
export function endScreen(
  state: State,
  ended: Snapshot | undefined,
  connection: Connection | undefined,
): PageScreen {
  const notNow: Action[] = connection ? [{ does: 'putAside', label: say('actions.notNow') }] : [];
  const startAgain = againIn(state, ended && wayOf(ended), say('actions.startAgain'));
  if (ended?.disconnectedAt !== undefined && !connection) return disconnected(ended, startAgain);
  const wasWanted = ended !== undefined && state.consent?.handshake === ended.handshake;
  if (ended?.phase === 'failed') return failed(state, ended, notNow);
  if (ended?.phase === 'expired' && wasWanted) {
    const actions = { calm: true, primary: startAgain, quiet: notNow };
    const { handshake } = ended;
    return {
      ...trouble(say('trouble.expired'), say('trouble.expiredText'), actions),
      reference: { handshake },
    };
  }
  if (connection) return connected(state, connection);
  if (ended?.phase === 'cancelled') {
    const actions = { calm: true, primary: startAgain, quiet: others(state) };
    const { handshake } = ended;
    return {
      ...trouble(say('trouble.cancelled'), say('trouble.cancelledText'), actions),
      reference: { handshake },
    };
  }
  return consentScreen(state, undefined);
}

function disconnected(ended: Snapshot, primary: Action): PageScreen {
  const { name = ended.provider, revokeAt = '' } = nameRowOf(ended.provider) ?? {};
  const what = isSignIn(ended) ? 'signIn' : 'key';
  // An address of their own has no page where it is revoked.
  const isOwn = revokeAt === '';
  const gone = () =>
    isOwn ? say('trouble.disconnectedOwn') : say('trouble.disconnectedText', { what, name });
  const forgotten = () => (isOwn ? say('trouble.forgottenOwn') : say('trouble.forgotten', { name }));
  const { receipt } = ended;
  const more = { ...(receipt !== undefined && { receipt }), ...(!isOwn && { revokeAt }) };
  const text = ended.isForgotten ? forgotten() : gone();
  return {
    ...trouble(say('trouble.disconnected', { name: nameOf(ended) }), text, { calm: true, primary }),
    gone: more,
  };
}

function failed(state: State, ended: Snapshot, notNow: Action[]): PageScreen {
  const { error, handshake } = ended;
  const code = error?.code ?? 'internal_error';
  const message = errorText(code, isSignIn(ended) ? 'signIn' : 'key');
  const heading = say(error?.retryable ? 'trouble.failed' : 'trouble.stopped');
  const reference = { handshake, code };
  if (!isSignIn(ended)) {
    const { advice, primary, quiet } = failedKey(state, ended);
    const text = together(message, advice);
    return { ...trouble(heading, text, { primary, quiet: [...quiet, ...notNow] }), reference };
  }
  const again = againIn(
    state,
    wayOf(ended),
    say(error?.retryable ? 'actions.tryAgain' : 'actions.startAgain'),
  );
  const quiet = [...others(state), ...notNow];
  const actions = error?.retryable ? { primary: again, quiet } : { quiet: [again, ...quiet] };
  return { ...trouble(heading, message, actions), reference };
}

/** This visit cannot continue. */
export function barredScreen({ barred = 'internal_error', session }: State): PageScreen {
  const back = wayBack(session?.returnUrl);
  const leave: Action | undefined = back && {
    does: 'leave',
    label: say('actions.backTo', { host: back.host }),
    ...back,
  };
  const signedOut = say('trouble.signedOut');
  const headings: Partial<Record<typeof barred, string>> = {
    not_signed_in: signedOut,
    link_used: signedOut,
    cookies_blocked: say('trouble.cookies'),
  };
  return trouble(headings[barred] ?? say('trouble.notHere'), errorText(barred), {
    calm: true,
    ...(leave && { primary: leave }),
  });
}

/** The api did not do what everything else depends on. */
export function unavailable(why: Refusal, does: 'retryStart' | 'retryVisit' | 'reload'): PageScreen {
  const primary: Action = { does, label: say(does === 'reload' ? 'actions.reload' : 'actions.tryAgain') };
  return trouble(say('trouble.unavailable'), whyText(why), { primary });
}

function trouble(
  heading: string,
  message: string,
  { calm = false, primary, quiet = [] }: { calm?: boolean; primary?: Action; quiet?: Action[] },
): PageScreen & { name: 'trouble' } {
  return { name: 'trouble', heading, message, calm, quiet, ...(primary && { primary }) };
}
