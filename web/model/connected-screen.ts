import { nameRowOf } from '../../core/contract/provider-names.ts';
import type { Connection } from '../../core/contract/snapshot.ts';
import { modelName } from './model-name.ts';
import type { Action, Fact, PageScreen } from './page-screen.ts';
import { wayBack } from './sign-in-address.ts';
import type { State } from './state.ts';
import { ADDRESSES, TEXTS } from './texts.ts';
import { againIn, others } from './turns.ts';
import { isSignIn, nameOf, wayOf } from './ways.ts';

/** The lasting result where it is the only one, and all is well. Of more, web/keys says more. */
export function connected(state: State, connection: Connection): PageScreen {
  const { headingOf, model: modelLabel, answered } = TEXTS.connected;
  const back = wayBack(state.session?.returnUrl);
  const name = nameOf(connection);
  return {
    name: 'connected',
    heading: headingOf(name),
    connection,
    lead: leadOf(connection),
    modelLabel: isSignIn(connection) ? modelLabel : answered,
    ...(connection.model && { model: shortModel(connection) }),
    facts: factsOf(connection),
    looks: 'joined',
    revoke: revokeOf(connection),
    others: [],
    ...(back && { primary: { does: 'leave', label: TEXTS.actions.backTo(back.host), ...back } }),
    quiet: [again(state, connection), ...manage(state), ...others(state).map(named)],
  };
}

/** When it was connected, how long it is valid, and when it was last seen to work, if that was later. */
export function factsOf({ connectedAt, expiresAt, seen }: Connection): Fact[] {
  const { since, until, checked } = TEXTS.connected;
  const checkedAt = seen?.checkedAt;
  return [
    { name: since, at: connectedAt },
    ...(expiresAt ? [{ name: until, at: expiresAt }] : []),
    ...(checkedAt && checkedAt > connectedAt ? [{ name: checked, at: checkedAt }] : []),
  ];
}

function leadOf(connection: Connection): string {
  const { lead, leads } = TEXTS.connected;
  if (connection.endpoint) return leads.endpoint(connection.endpoint.baseUrl);
  if (!isSignIn(connection)) return leads['api-key'](nameOf(connection));
  return connection.method === 'claude-login' ? leads['claude-login'] : lead;
}

function revokeOf({ provider, method }: Connection): (PageScreen & { name: 'connected' })['revoke'] {
  const { revoke, revokeLink, revokeKey } = TEXTS.connected;
  if (isSignIn({ method })) return { before: revoke, link: revokeLink, to: ADDRESSES.revoke };
  const to = provider === 'anthropic' ? ADDRESSES.claudeKeys : nameRowOf(provider)?.revokeAt;
  return to ? { before: revokeKey, link: to.replace('https://', ''), to } : undefined;
}

/** Connects it once more, in its place; `signIn`: what that is called where they sign in. */
export function again(state: State, connection: Connection, signIn: string = TEXTS.connected.again): Action {
  const { replaceKey, replaceIt } = TEXTS.connected;
  const { method, endpoint } = connection;
  const label = isSignIn({ method }) ? signIn : endpoint ? replaceIt : replaceKey;
  return againIn(state, wayOf(connection), label);
}

/** To what can be done with what is connected; an api of the version before has no such thing. */
function manage({ session }: State): Action[] {
  if (!session?.offers) return [];
  return [{ does: 'go', label: TEXTS.actions.manage, to: { at: 'connections' } }];
}

const named = (action: Action): Action => ({ ...action, label: TEXTS.actions.connectAnother });

/** A model's name without its provider's, which stands beside it. */
export function shortModel({ provider, endpoint, model = '' }: Connection): string {
  if (endpoint) return model.slice(model.indexOf('/') + 1);
  const name = modelName(model);
  return name.startsWith(`${provider}/`) ? name.slice(provider.length + 1) : name;
}
