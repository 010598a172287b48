import type { Health } from '../../../core/contract/connection-record.ts';
import { CATALOGUE, type ErrorCode } from '../../../core/contract/errors.ts';
import type { FleetConnection, FleetHealth } from '../../../core/contract/fleet.ts';
import { WORDS } from '../model/words.ts';
import { ErrorShort } from './errors.tsx';
import { Lasting } from './moment.tsx';

const CLASSES: Record<Health | FleetHealth, string> = {
  working: 'good',
  expiring: 'slow',
  attention: 'bad',
  unknown: 'still',
  disconnected: 'still',
  none: 'still',
};

/** How a connection is: a word, and a dot that repeats it. */
export function HealthMark({ health }: { health: Health | FleetHealth }) {
  return <span class={`phase is-${CLASSES[health]}`}>{WORDS.healths[health]}</span>;
}

/** The code of the catalogue that a reason is; undefined for one that only a newer version knows. */
export function codeOf(reason: string | null): ErrorCode | undefined {
  return reason !== null && Object.hasOwn(CATALOGUE, reason) ? (reason as ErrorCode) : undefined;
}

/** Its health in a line of the fleet: since when, and why. */
export function HealthCell({ connection }: { connection: FleetConnection | null }) {
  if (!connection) return <HealthMark health="none" />;
  const { health, healthSince, reason, look } = connection;
  const code = codeOf(reason);
  return (
    <>
      <HealthMark health={health} />{' '}
      <span class="soft">
        <Lasting since={healthSince} />
      </span>
      {code && (
        <span class="block">
          <ErrorShort code={code} />
        </span>
      )}
      {look.suspected && (
        <span class="soft block">
          One look said <code>{look.suspected.code}</code>; a second has to confirm it.
        </span>
      )}
    </>
  );
}
