import { nameRowOf } from '../../core/contract/provider-names.ts';
import type { Connection } from '../../core/contract/snapshot.ts';
import { say } from '../messages/say.ts';
import { again, shortModel } from '../model/connected-screen.ts';
import type { Other } from '../model/page-screen.ts';
import type { State } from '../model/state.ts';
import { dayOf } from '../model/times.ts';
import { connectedIn, connectionsOf, nameOf } from '../model/ways.ts';

/** What is connected beside this one. */
export function othersThan(state: State, connection: Connection): Other[] {
  const beside = connectionsOf(state).filter((one) => keyOf(one) !== keyOf(connection));
  return beside.map((one) => otherOf(state, one));
}

function otherOf(state: State, connection: Connection): Other {
  const { method, model, endpoint, connectedAt, expiresAt } = connection;
  const isNewest = connectedIn(state, connection)[0] === connection;
  return {
    key: keyOf(connection),
    icon: nameRowOf(connection.provider)?.icon ?? '',
    name: nameOf(connection),
    connection,
    kind: endpoint ? say('others.kinds.endpoint') : kindOf(method),
    ...(model && { model: shortModel(connection) }),
    times: [
      say('others.since', { day: dayOf(connectedAt) }),
      ...(expiresAt ? [say('others.until', { day: dayOf(expiresAt) })] : []),
    ],
    ...(isNewest && { again: again(state, connection) }),
  };
}

/** What kind of a credential a method leaves, in words. */
export function kindOf(method: string): string {
  return say(
    method === 'setup-token' || method === 'claude-login' ? `others.kinds.${method}` : 'others.kinds.api-key',
  );
}

/** OpenClaw's name for the credential: there is one connection for each. */
const keyOf = ({ profile }: Connection) => profile;
