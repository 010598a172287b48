import { type Command, InvalidArgumentError } from 'commander';
import type { ListOptions, RepairsOptions } from './fleet-repairs.ts';

/** `keyferry fleet …`: what Keyferry does on boxes by itself. */
export function addFleet(keyferry: Command): void {
  const fleet = keyferry
    .command('fleet')
    .description('what is put right on customers’ boxes (docs/fleet.md); workers do it');
  ofFleet(fleet.command('repairs'))
    .description('list what was put right, and what would be if somebody asked, the newest first')
    .option('--customer <slug>', 'only on this customer’s boxes')
    .action(async (options: ListOptions, command: Command) => {
      const { listRepairs } = await import('./fleet-repairs.ts');
      process.exitCode = await listRepairs(options, (message) => command.error(message));
    });
  ofFleet(fleet.command('repair').argument('<id>', 'of one that was told, or has failed', uuid))
    .description('have it done now, whatever REPAIR is')
    .action(async (id: string, options: RepairsOptions, command: Command) => {
      const { doRepair } = await import('./fleet-repairs.ts');
      process.exitCode = await doRepair(id, options, (message) => command.error(message));
    });
  ofFleet(fleet.command('undo').argument('<id>', 'of one that was done', uuid))
    .description('put back what stood there before; it is not done by itself again')
    .action(async (id: string, options: RepairsOptions, command: Command) => {
      const { undoRepair } = await import('./fleet-repairs.ts');
      process.exitCode = await undoRepair(id, options, (message) => command.error(message));
    });
}

function ofFleet(command: Command): Command {
  return command.option('--json', 'one JSON object per line on stdout');
}

function uuid(text: string): string {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be an id that `keyferry fleet repairs` lists.');
}
