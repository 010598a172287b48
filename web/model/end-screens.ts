import { ERROR_ROWS } from '../../core/contract/error-rows.ts';
import type { Connection, Snapshot } from '../../core/contract/snapshot.ts';
import { modelName } from './model-name.ts';
import { type Action, type PageScreen, whyText } from './page-screen.ts';
import { wayBack } from './sign-in-address.ts';
import { consentScreen } from './sign-in-screens.ts';
import type { Refusal, State } from './state.ts';
import { TEXTS } from './texts.ts';

/** The lasting result. */
export function connected(state: State, connection: Connection): PageScreen {
  const back = wayBack(state.session?.returnUrl);
  return {
    name: 'connected',
    heading: TEXTS.connected.heading,
    connection,
    ...(connection.model && { model: modelName(connection.model) }),
    ...(back && { primary: { does: 'leave', label: TEXTS.actions.backTo(back.host), ...back } }),
    quiet: [{ does: 'startAnew', label: TEXTS.connected.again }],
  };
}

/** With nothing under way: how the last handshake ended, if that still matters. */
export function endScreen(
  state: State,
  ended: Snapshot | undefined,
  connection: Connection | undefined,
): PageScreen {
  const notNow: Action[] = connection ? [{ does: 'putAside', label: TEXTS.actions.notNow }] : [];
  const startAgain: Action = { does: 'startAnew', label: TEXTS.actions.startAgain };
  if (ended?.disconnectedAt !== undefined && !connection) {
    const { disconnected, disconnectedText } = TEXTS.trouble;
    return trouble(disconnected, disconnectedText, { calm: true, primary: startAgain });
  }
  const wasWanted = ended !== undefined && state.consent?.handshake === ended.handshake;
  if (ended?.phase === 'failed') return failed(ended, notNow);
  if (ended?.phase === 'expired' && wasWanted) {
    const { expired, expiredText } = TEXTS.trouble;
    return trouble(expired, expiredText, { calm: true, primary: startAgain, quiet: notNow });
  }
  if (connection) return connected(state, connection);
  if (ended?.phase === 'cancelled') {
    const { cancelled, cancelledText } = TEXTS.trouble;
    return trouble(cancelled, cancelledText, { calm: true, primary: startAgain });
  }
  return consentScreen(state, undefined);
}

function failed({ error, handshake }: Snapshot, notNow: Action[]): PageScreen {
  const message = error?.message ?? ERROR_ROWS.internal_error.customer;
  const { tryAgain, startAgain } = TEXTS.actions;
  const actions = error?.retryable
    ? { primary: { does: 'startAnew', label: tryAgain } as const, quiet: notNow }
    : { quiet: [{ does: 'startAnew', label: startAgain } as const, ...notNow] };
  return {
    ...trouble(error?.retryable ? TEXTS.trouble.failed : TEXTS.trouble.stopped, message, actions),
    reference: { handshake, code: error?.code ?? 'internal_error' },
  };
}

/** This visit cannot continue. */
export function barredScreen({ barred = 'internal_error', session }: State): PageScreen {
  const back = wayBack(session?.returnUrl);
  const leave: Action | undefined = back && {
    does: 'leave',
    label: TEXTS.actions.backTo(back.host),
    ...back,
  };
  const { cookies, notHere, signedOut } = TEXTS.trouble;
  const headings: Partial<Record<typeof barred, string>> = {
    not_signed_in: signedOut,
    link_used: signedOut,
    cookies_blocked: cookies,
  };
  return trouble(headings[barred] ?? notHere, ERROR_ROWS[barred].customer, {
    calm: true,
    ...(leave && { primary: leave }),
  });
}

/** The api did not do what everything else depends on. */
export function unavailable(why: Refusal, does: 'retryStart' | 'retryVisit'): PageScreen {
  const primary: Action = { does, label: TEXTS.actions.tryAgain };
  return trouble(TEXTS.trouble.unavailable, whyText(why), { primary });
}

function trouble(
  heading: string,
  message: string,
  { calm = false, primary, quiet = [] }: { calm?: boolean; primary?: Action; quiet?: Action[] },
): PageScreen & { name: 'trouble' } {
  return { name: 'trouble', heading, message, calm, quiet, ...(primary && { primary }) };
}
