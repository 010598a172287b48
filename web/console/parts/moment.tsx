import { ago } from '../model/durations.ts';
import { useClockText } from './use.ts';

const FORMAT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A moment: how long ago, and exactly on demand. */
export function Ago({ at }: { at: string }) {
  const from = Date.parse(at);
  return (
    <time dateTime={at} title={FORMAT.format(from)}>
      {useClockText((now) => ago(now - from))}
    </time>
  );
}

/** A moment, exactly. */
export function Exactly({ at }: { at: string }) {
  return <time dateTime={at}>{FORMAT.format(Date.parse(at))}</time>;
}
