import { ago, ahead, lasting } from '../model/durations.ts';
import { useClockText } from './use.ts';

/** With its zone: a ticket is read elsewhere. */
const FORMAT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** A moment: how long ago, and exactly on demand. */
export function Ago({ at }: { at: string }) {
  const from = Date.parse(at);
  return (
    <time dateTime={at} title={FORMAT.format(from)}>
      {useClockText((now) => ago(now - from))}
    </time>
  );
}

/** A moment to come, or one that is past: how far away, and exactly on demand. */
export function Away({ at }: { at: string }) {
  const then = Date.parse(at);
  return (
    <time dateTime={at} title={FORMAT.format(then)}>
      {useClockText((now) => (then > now ? ahead(then - now) : ago(now - then)))}
    </time>
  );
}

/** How long something has been so, and exactly since when on demand. */
export function Lasting({ since }: { since: string }) {
  const from = Date.parse(since);
  return (
    <time dateTime={since} title={FORMAT.format(from)}>
      {useClockText((now) => lasting(now - from))}
    </time>
  );
}

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/** The day of a moment. */
export function Day({ at }: { at: string }) {
  return <time dateTime={at}>{DAY.format(Date.parse(at))}</time>;
}

/** A moment, exactly. */
export function Exactly({ at }: { at: string }) {
  return <time dateTime={at}>{FORMAT.format(Date.parse(at))}</time>;
}
