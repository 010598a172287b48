import type { Writable } from 'node:stream';
import type { RunOptions } from './transport.ts';

/** Gives a program its input as `RunOptions` says. The caller handles errors: the program need not read any of it. */
export function feed(stdin: Writable, input: RunOptions['input'] = ''): void {
  if (typeof input === 'string') stdin.end(input);
  else void input.then((text) => stdin.end(text));
}
