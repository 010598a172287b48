import { dayOf } from '../model/times.ts';

export function Day({ at }: { at: string }) {
  return (
    <time key={at} dateTime={at}>
      {dayOf(at)}
    </time>
  );
}
