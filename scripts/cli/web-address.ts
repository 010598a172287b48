import { InvalidArgumentError } from 'commander';

/** An address on the command line. */
export function webAddress(text: string): string {
  if (/^https?:\/\/[\w.:-]+(\/[\w./-]*)?$/.test(text)) return text;
  throw new InvalidArgumentError('It must be an http or https address.');
}
