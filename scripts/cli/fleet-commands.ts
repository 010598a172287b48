import { type Command, InvalidArgumentError } from 'commander';
import type { RunKind } from '../../core/contract/fleet-runs.ts';
import type { ManyOptions } from './fleet-repair-many.ts';
import type { ListOptions, RepairsOptions } from './fleet-repairs.ts';
import type { ShowOptions, StartOptions } from './fleet-runs.ts';
import { withWishes } from './wish-options.ts';

/** `keyferry fleet …`: what Keyferry does on boxes by itself. */
export function addFleet(keyferry: Command): void {
  const fleet = keyferry
    .command('fleet')
    .description(
      'all customers’ boxes: examine, prepare or migrate them (docs/migration.md), put things right (docs/fleet.md); workers do it',
    );
  addRuns(fleet);
  ofFleet(fleet.command('repairs'))
    .description('list what was put right, and what would be if somebody asked, the newest first')
    .option('--customer <slug>', 'only on this customer’s boxes')
    .action(async (options: ListOptions, command: Command) => {
      const { listRepairs } = await import('./fleet-repairs.ts');
      process.exitCode = await listRepairs(options, (message) => command.error(message));
    });
  ofFleet(fleet.command('repair').argument('[id]', 'of one that was told, or has failed', uuid))
    .description('have it done now, whatever REPAIR is; without an id, all that match and could be done now')
    .option('--filter <key=value,…>', 'of many: which boxes, as for a run over the fleet', several)
    .option('--name <repair>', 'of many: only this repair, as `fleet repairs` lists it')
    .option('--all', 'of many: all, where nothing else says which')
    .option('--batch <n>', 'of many: repairs at once', (text) => whole(text, 1, 100), 5)
    .option(
      '--max-failures <n>',
      'of many: failed ones after which no more are begun; 0: go on',
      (text) => whole(text, 0, 100_000),
      3,
    )
    .option('--dry-run', 'of many: list them, and do nothing')
    .action(async (id: string | undefined, options: ManyOptions, command: Command) => {
      const usage = (message: string) => command.error(message);
      if (id === undefined) {
        const { repairMany } = await import('./fleet-repair-many.ts');
        process.exitCode = await repairMany(options, usage);
        return;
      }
      if (options.filter || options.name || options.all || options.dryRun)
        usage('error: say an id, or which of many');
      const { doRepair } = await import('./fleet-repairs.ts');
      process.exitCode = await doRepair(id, options, usage);
    });
  ofFleet(fleet.command('undo').argument('<id>', 'of one that was done', uuid))
    .description('put back what stood there before; it is not done by itself again')
    .action(async (id: string, options: RepairsOptions, command: Command) => {
      const { undoRepair } = await import('./fleet-repairs.ts');
      process.exitCode = await undoRepair(id, options, (message) => command.error(message));
    });
}

function addRuns(fleet: Command): void {
  starting(fleet, 'doctor').description('examine every box; report what was found, and where');
  preparing(starting(fleet, 'prepare')).description('give every box what it lacks, then examine it');
  preparing(starting(fleet, 'migrate')).description(
    'move boxes from the platform’s own key to their customers’: prepare them, put the platform’s models behind, and once a customer has connected, prove that theirs answer',
  );
  ofFleet(fleet.command('runs'))
    .description('list runs, the newest first')
    .action(async (options: ShowOptions, command: Command) => {
      const { listRuns } = await import('./fleet-runs.ts');
      process.exitCode = await listRuns(options, (message) => command.error(message));
    });
  ofFleet(fleet.command('run').argument('<id>', 'of the run, or how it begins', beginning))
    .description('watch a run, or report on one that is over')
    .option('--csv', 'all its boxes as CSV on stdout, as they are now')
    .action(async (id: string, options: ShowOptions, command: Command) => {
      const { showRun } = await import('./fleet-runs.ts');
      process.exitCode = await showRun(id, options, (message) => command.error(message));
    });
  for (const [verb, words] of [
    ['pause', 'begin no more boxes; those under way are brought to their end'],
    ['resume', 'go on with a run that was paused'],
    ['stop', 'end a run; boxes under way are brought to their end'],
  ] as const) {
    const changing = ofFleet(fleet.command(verb).argument('<id>', 'of the run, or how it begins', beginning));
    changing.description(words);
    if (verb === 'resume') changing.option('--failed', 'try boxes again that failed or were skipped');
    changing.action(async (id: string, options: { json?: boolean; failed?: boolean }, command: Command) => {
      const { changeRun } = await import('./fleet-runs.ts');
      process.exitCode = await changeRun(verb, id, options, (message) => command.error(message));
    });
  }
}

/** The options of what begins a run. */
function starting(fleet: Command, kind: RunKind): Command {
  return ofFleet(fleet.command(kind))
    .option(
      '--filter <key=value,…>',
      'which boxes: customer, box (with * and ?), health, provider, openclaw, claude (2026.9, <2026.9, unknown), connected (yes, no), inventory (file, api, lightsail); may be given several times',
      several,
    )
    .option('--customers-from <file>', 'only the customers that a file names, one a line; - for stdin')
    .option('--batch <n>', 'boxes at once', (text) => whole(text, 1, 500), 20)
    .option(
      '--canaries <n>',
      'boxes that have to be well before any other is begun (default: 1; 0 where nothing is changed)',
      (text) => whole(text, 0, 100),
    )
    .option(
      '--max-failures <n>',
      'failed boxes that pause the run; 0: none do (default: 3; 0 where nothing is changed)',
      (text) => whole(text, 0, 100_000),
    )
    .option('--detach', 'begin it, and do not watch')
    .action(async (options: StartOptions, command: Command) => {
      const { startRun } = await import('./fleet-runs.ts');
      process.exitCode = await startRun(kind, options, (message) => command.error(message));
    });
}

/** Of what changes something. */
function preparing(command: Command): Command {
  return withWishes(command.option('--all', 'all boxes, where nothing else says which')).option(
    '--restart-gateway',
    'replace OpenClaw also where a gateway runs, and restart that (default: such a box is skipped)',
  );
}

const several = (text: string, before: readonly string[] = []) => [...before, text];

function whole(text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
}

function beginning(text: string): string {
  if (/^[0-9a-f-]{4,36}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be an id that `keyferry fleet runs` lists, or its beginning.');
}

function ofFleet(command: Command): Command {
  return command.option('--json', 'one JSON object per line on stdout');
}

function uuid(text: string): string {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be an id that `keyferry fleet repairs` lists.');
}
