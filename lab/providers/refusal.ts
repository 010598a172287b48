import type { Refused } from './key-modes.ts';

/** What a refusal may speak of. */
export interface Asked {
  readonly key: string;
  readonly model: string;
}

/** A provider's answer to a request that it refuses; a `body` that is text is an HTML page. */
export interface Refusal {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * All the ways of one provider; what stands before it is the same everywhere. A row with a source repeats it word for
 * word; one without has the status and shape of the page that the file names, and may have words of ours.
 */
export type Refusals = Record<Exclude<Refused, 'unavailable'>, (asked: Asked) => Refusal>;

/** As nginx and the like answer for a server that is down. */
export const UNAVAILABLE: Refusal = {
  status: 503,
  body: '<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>\r\n</html>\r\n',
};

/** The last characters of a key behind stars, as providers repeat it. */
export const masked = (key: string, first: number, last: number) =>
  key.length <= first + last
    ? '*'.repeat(key.length)
    : `${key.slice(0, first)}${'*'.repeat(key.length - first - last)}${key.slice(-last)}`;
