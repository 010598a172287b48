import { nameRowOf } from '../../core/contract/provider-names.ts';
import type { Connection } from '../../core/contract/snapshot.ts';
import { say } from '../messages/say.ts';
import { ADDRESSES } from './addresses.ts';
import { modelName } from './model-name.ts';
import type { Action, Fact, PageScreen } from './page-screen.ts';
import { wayBack } from './sign-in-address.ts';
import type { State } from './state.ts';
import { againIn, others } from './turns.ts';
import { isSignIn, nameOf, wayOf } from './ways.ts';

/** The lasting result where it is the only one, and all is well. Of more, web/keys says more. */
export function connected(state: State, connection: Connection): PageScreen {
  const back = wayBack(state.session?.returnUrl);
  const name = nameOf(connection);
  return {
    name: 'connected',
    heading: say('connected.heading', { name }),
    connection,
    lead: leadOf(connection),
    modelLabel: say(isSignIn(connection) ? 'connected.model' : 'connected.answered'),
    ...(connection.model && { model: shortModel(connection) }),
    facts: factsOf(connection),
    looks: 'joined',
    revoke: revokeOf(connection),
    others: [],
    ...(back && { primary: { does: 'leave', label: say('actions.backTo', { host: back.host }), ...back } }),
    quiet: [again(state, connection), ...manage(state), ...others(state).map(named)],
  };
}

/** When it was connected, how long it is valid, and when it was last seen to work, if that was later. */
export function factsOf({ connectedAt, expiresAt, seen }: Connection): Fact[] {
  const checkedAt = seen?.checkedAt;
  return [
    { is: 'since', name: say('connected.since'), at: connectedAt },
    ...(expiresAt ? [{ is: 'until', name: say('connected.until'), at: expiresAt } as const] : []),
    ...(checkedAt && checkedAt > connectedAt
      ? [{ is: 'checked', name: say('connected.checked'), at: checkedAt } as const]
      : []),
  ];
}

function leadOf(connection: Connection): string {
  if (connection.endpoint) return say('connected.leads.endpoint', { address: connection.endpoint.baseUrl });
  if (!isSignIn(connection)) return say('connected.leads.api-key', { name: nameOf(connection) });
  return say(connection.method === 'claude-login' ? 'connected.leads.claude-login' : 'connected.lead');
}

function revokeOf({ provider, method }: Connection): (PageScreen & { name: 'connected' })['revoke'] {
  if (isSignIn({ method })) return { what: 'signIn', to: ADDRESSES.revoke };
  const to = provider === 'anthropic' ? ADDRESSES.claudeKeys : nameRowOf(provider)?.revokeAt;
  return to ? { what: 'key', to } : undefined;
}

/** Connects it once more, in its place; `signIn`: what that is called where they sign in. */
export function again(state: State, connection: Connection, signIn = say('connected.again')): Action {
  const { method, endpoint } = connection;
  const label = isSignIn({ method })
    ? signIn
    : say(endpoint ? 'connected.replaceIt' : 'connected.replaceKey');
  return againIn(state, wayOf(connection), label);
}

/** To what can be done with what is connected, and to what was used; an api of the version before has no such thing. */
function manage({ session }: State): Action[] {
  if (!session?.offers) return [];
  return [
    { does: 'go', label: say('actions.manage'), to: { at: 'connections' } },
    { does: 'go', label: say('actions.usage'), to: { at: 'usage' } },
  ];
}

const named = (action: Action): Action => ({ ...action, label: say('actions.connectAnother') });

/** A model's name without its provider's, which stands beside it. */
export function shortModel({ provider, endpoint, model = '' }: Connection): string {
  if (endpoint) return model.slice(model.indexOf('/') + 1);
  const name = modelName(model);
  return name.startsWith(`${provider}/`) ? name.slice(provider.length + 1) : name;
}
