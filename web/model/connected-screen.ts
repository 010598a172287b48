import { nameRowOf } from '../../core/contract/provider-names.ts';
import type { Connection } from '../../core/contract/snapshot.ts';
import { modelName } from './model-name.ts';
import type { Action, Other, PageScreen } from './page-screen.ts';
import { wayBack } from './sign-in-address.ts';
import type { State } from './state.ts';
import { ADDRESSES, TEXTS } from './texts.ts';
import { againIn, others } from './turns.ts';
import { connectedIn, connectionsOf, isSignIn, nameOf, wayOf } from './ways.ts';

/** The lasting result: the newest connection, and what is connected beside it. */
export function connected(state: State, connection: Connection): PageScreen {
  const { headingOf, model: modelLabel, answered } = TEXTS.connected;
  const back = wayBack(state.session?.returnUrl);
  const name = nameOf(connection);
  const beside = connectionsOf(state).filter((one) => keyOf(one) !== keyOf(connection));
  return {
    name: 'connected',
    heading: headingOf(name),
    connection,
    lead: leadOf(connection),
    modelLabel: isSignIn(connection) ? modelLabel : answered,
    ...(connection.model && { model: shortModel(connection) }),
    revoke: revokeOf(connection),
    others: beside.map((one) => otherOf(state, one)),
    ...(back && { primary: { does: 'leave', label: TEXTS.actions.backTo(back.host), ...back } }),
    quiet: [again(state, connection), ...manage(state), ...others(state).map(named)],
  };
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

function otherOf(state: State, connection: Connection): Other {
  const { kinds } = TEXTS.connected;
  const { method, model, endpoint } = connection;
  const isNewest = connectedIn(state, connection)[0] === connection;
  return {
    key: keyOf(connection),
    icon: nameRowOf(connection.provider)?.icon ?? '',
    name: nameOf(connection),
    connection,
    kind: endpoint
      ? kinds.endpoint
      : method in kinds
        ? kinds[method as keyof typeof kinds]
        : kinds['api-key'],
    ...(model && { model: shortModel(connection) }),
    ...(isNewest && { again: again(state, connection) }),
  };
}

function again(state: State, connection: Connection): Action {
  const { again, replaceKey, replaceIt } = TEXTS.connected;
  const { method, endpoint } = connection;
  const label = isSignIn({ method }) ? again : endpoint ? replaceIt : replaceKey;
  return againIn(state, wayOf(connection), label);
}

/** To what can be done with what is connected; an api of the version before has no such thing. */
function manage({ session }: State): Action[] {
  if (!session?.offers) return [];
  return [{ does: 'go', label: TEXTS.actions.manage, to: { at: 'connections' } }];
}

const named = (action: Action): Action => ({ ...action, label: TEXTS.actions.connectAnother });

/** OpenClaw's name for the credential: there is one connection for each. */
const keyOf = ({ profile }: Connection) => profile;

/** A model's name without its provider's, which stands beside it. */
function shortModel({ provider, endpoint, model = '' }: Connection): string {
  if (endpoint) return model.slice(model.indexOf('/') + 1);
  const name = modelName(model);
  return name.startsWith(`${provider}/`) ? name.slice(provider.length + 1) : name;
}
