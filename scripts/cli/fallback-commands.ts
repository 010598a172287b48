import type { Command } from 'commander';
import type { FallbackOptions, FallbackVerb } from './fallback.ts';

const VERBS: readonly [FallbackVerb, string][] = [
  [
    'set',
    'put it there, with its key; its model becomes the default one only if nothing else on the box can answer',
  ],
  ['remove', 'take out its key, its entry and its models, and nothing else'],
  ['status', 'say how the box stands with it; changes nothing'],
];

/** `keyferry fallback …`. `reaching` adds the options for reaching a box. */
export function addFallback(
  keyferry: Command,
  target: string,
  reaching: (command: Command) => Command,
): void {
  const fallback = keyferry
    .command('fallback')
    .description(
      "the platform's own provider of models (PLATFORM_PROVIDER), which answers on a box when nothing of the customer's does",
    );
  for (const [verb, about] of VERBS) {
    const command = fallback.command(verb).description(about).argument('<target>', target);
    reaching(command)
      .option('--agent <id>', 'OpenClaw agent (default: its own default agent)')
      .option('--json', 'the result as one line of JSON on stdout');
    if (verb === 'set')
      command.option(
        '--customer <slug>',
        'whose key it is, if each has their own and the target is no customer',
      );
    if (verb === 'status')
      command.option('--turns', 'make two real turns: who answers the default model, and the platform’s');
    command.action(async (named: string, options: FallbackOptions, self: Command) => {
      const { fallback: run } = await import('./fallback.ts');
      process.exitCode = await run(verb, named, options, (message) => self.error(message));
    });
  }
}
