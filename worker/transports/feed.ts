import type { Writable } from 'node:stream';
import type { RunOptions } from './transport.ts';

/** Gives a program its input as `RunOptions` says. Whoever calls listens for errors: it need not read any. */
export function feed(stdin: Writable, input: RunOptions['input'] = ''): void {
  if (typeof input === 'string') stdin.end(input);
  else void input.then((text) => stdin.end(text));
}
