import { atMost } from '../../transports/deadline.ts';

/** The answers of several places, as far as they came. */
export interface Gathered<T> {
  values: T[];
  /** Why a place did not answer; the first of several. */
  failure: { reason: unknown } | undefined;
}

/**
 * Waits for all places; once one has answered with what is `wanted`, for at most `patienceMs` milliseconds more,
 * so that a place with an outage does not hold up another one's answer.
 */
export async function gather<T>(
  places: readonly Promise<T>[],
  wanted: (value: T) => boolean,
  patienceMs: number,
): Promise<Gathered<T>> {
  const gathered: Gathered<T> = { values: [], failure: undefined };
  let found = () => {};
  const isFound = new Promise<void>((resolve) => {
    found = resolve;
  });
  const all = Promise.all(
    places.map((place) =>
      place.then(
        (value) => {
          gathered.values.push(value);
          if (wanted(value)) found();
        },
        (reason: unknown) => {
          gathered.failure ??= { reason };
        },
      ),
    ),
  );
  await Promise.race([all, isFound.then(() => atMost(patienceMs, all))]);
  return { ...gathered, values: [...gathered.values] };
}
