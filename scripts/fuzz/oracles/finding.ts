import { CATALOGUE, KeyferryError } from '../../../core/contract/errors.ts';

/** Something that must not be: what it is, in words that hold no secret. */
export class Finding extends Error {
  override readonly name = 'Finding';
}

/** Throws a finding unless it holds. */
export function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Finding(otherwise);
}

/** What steers a terminal or turns text around: control characters but newline, format characters. */
const STEERING = /[\x00-\x09\x0b-\x1f\x7f-\x9f\p{Cf}\u2028\u2029]/u;

export function mustNotSteer(text: string, where: string): void {
  must(!STEERING.test(text), `${where} holds what steers a terminal`);
}

/** An error may only be a row of the catalogue that says something, in text that is safe to print anywhere. */
export function expected(thrown: unknown): KeyferryError {
  if (!(thrown instanceof KeyferryError)) throw thrown;
  must(thrown.code in CATALOGUE && thrown.code !== 'internal_error', `it ended as ${thrown.code}`);
  mustNotSteer(`${thrown.message}${thrown.detail ?? ''}${thrown.screen ?? ''}`, 'an error');
  must((thrown.screen?.length ?? 0) + thrown.message.length < 200_000, 'an error has no end');
  return thrown;
}
