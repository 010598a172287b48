import { InvalidArgumentError } from 'commander';

/** A version of a program on the command line. */
export function versionOrLatest(text: string): string {
  if (text === 'latest' || /^\d+\.\d+\.\d+[\w.-]*$/.test(text)) return text;
  throw new InvalidArgumentError('It must be an exact version, such as 2.1.330, or `latest`.');
}
