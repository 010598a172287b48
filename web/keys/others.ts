import { nameRowOf } from '../../core/contract/provider-names.ts';
import type { Connection } from '../../core/contract/snapshot.ts';
import { again, shortModel } from '../model/connected-screen.ts';
import type { Other } from '../model/page-screen.ts';
import type { State } from '../model/state.ts';
import { dayOf } from '../model/times.ts';
import { connectedIn, connectionsOf, nameOf } from '../model/ways.ts';
import { KEY_TEXTS } from './texts.ts';

/** What is connected beside this one. */
export function othersThan(state: State, connection: Connection): Other[] {
  const beside = connectionsOf(state).filter((one) => keyOf(one) !== keyOf(connection));
  return beside.map((one) => otherOf(state, one));
}

function otherOf(state: State, connection: Connection): Other {
  const { kinds, since, until } = KEY_TEXTS.others;
  const { method, model, endpoint, connectedAt, expiresAt } = connection;
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
    times: [since(dayOf(connectedAt)), ...(expiresAt ? [until(dayOf(expiresAt))] : [])],
    ...(isNewest && { again: again(state, connection) }),
  };
}

/** OpenClaw's name for the credential: there is one connection for each. */
const keyOf = ({ profile }: Connection) => profile;
