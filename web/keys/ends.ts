import { supportCode } from '../../core/contract/support-code.ts';
import { say } from '../messages/say.ts';
import type { Action, Link, PageScreen } from '../model/page-screen.ts';
import { wayBack } from '../model/sign-in-address.ts';
import type { State } from '../model/state.ts';

/** Errors at which a fresh link of the platform's is what helps. */
const OVER: readonly string[] = ['link_used', 'not_signed_in', 'cookies_blocked'];

/** The same screen with every way on that there is: a fresh link, the platform's page, its support, a code to quote. */
export function withWaysOn(state: State, screen: PageScreen & { name: 'trouble' }): PageScreen {
  const { barred, session, ways } = state;
  const { refreshUrl, returnUrl } = session ?? ways ?? {};
  const fresh =
    barred !== undefined && OVER.includes(barred) ? leaving(refreshUrl, say('ends.refresh')) : undefined;
  const back = wayBack(returnUrl);
  const leave = back && leaving(returnUrl, say('actions.backTo', { host: back.host }));
  const { primary = fresh ?? (barred === undefined ? undefined : leave) } = screen;
  const first = fresh ?? primary;
  const others: (Action | undefined)[] = [...screen.quiet, leave, ...support(state)];
  const quiet = others.filter((one): one is Action => one !== undefined && !isSame(one, first));
  const { reference } = screen;
  // The visit's, where the page cannot go on and there is no handshake to name.
  const isStuck = barred !== undefined || state.refused !== undefined;
  const ofVisit = isStuck ? (session ?? ways)?.supportCode : undefined;
  const code = reference ? supportCode(reference.handshake) : ofVisit;
  return {
    ...screen,
    ...(first && { primary: first }),
    quiet,
    ends: { ...(code && { code }), ...(reference?.code && { error: reference.code }) },
  };
}

function support({ brand, session, ways }: State): Link[] {
  const { supportUrl, supportEmail } = { ...brand, ...(session ?? ways)?.brand };
  const page = leaving(supportUrl, say('ends.support'));
  const mail: Link | undefined =
    supportEmail === undefined
      ? undefined
      : { does: 'leave', label: say('ends.mail'), href: `mailto:${supportEmail}` };
  return [page, mail].filter((one) => one !== undefined);
}

function leaving(url: string | undefined, label: string): Link | undefined {
  const to = wayBack(url);
  return to && { does: 'leave', label, ...to };
}

function isSame(one: Action, other: Action | undefined): boolean {
  return other !== undefined && 'href' in one && 'href' in other && one.href === other.href;
}
