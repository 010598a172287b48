import { type Command, InvalidArgumentError } from 'commander';
import type { Program } from '../../core/contract/versions.ts';
import type { CanaryCommandOptions, OfRelease } from './canary.ts';
import { versionOrLatest } from './versions.ts';

/** `keyferry canary`: tries releases before customers' boxes have them. */
export function addCanary(keyferry: Command): void {
  keyferry
    .command('canary')
    .description(
      'try new releases of claude and openclaw in a lab on this machine: whole handshakes, and every screen against the known ones (docs/canary.md)',
    )
    .option('--claude <version>', 'exact version, or `latest`', versionOrLatest, 'latest')
    .option('--openclaw <version>', 'exact version, or `latest`', versionOrLatest, 'latest')
    .option('--widths <columns>', 'widths of the terminals, 40 to 1000', widths, [40, 80, 120, 400])
    .option(
      '--known <claude/openclaw>',
      'what they are compared with (default: the newest that were tried and work)',
      pair,
    )
    .option(
      '--record',
      'write what was tried into the table of tried versions, and its screens beside the known ones',
    )
    .option('--update', 'play the known ones too, and keep their screens afresh')
    .option('--new', 'only if one of the two was not tried yet, or was broken some days ago')
    .option('--every <hours>', 'go on: ask npm so often, and try what is new', hours)
    .option(
      '--forget <program/version>',
      'try nothing, and take the verdict of a release off the record (DATABASE_URL with the owner’s role)',
      release,
    )
    .option('--json', 'one JSON object per line on stdout')
    .action(async (options: CanaryCommandOptions) => {
      const { canary, forget } = await import('./canary.ts');
      process.exitCode = await (options.forget ? forget(options.forget) : canary(options));
    });
}

function widths(text: string): number[] {
  const all = [...new Set(text.split(',').map(Number))].sort((one, other) => one - other);
  if (all.length <= 10 && all.every((one) => Number.isInteger(one) && one >= 40 && one <= 1_000)) return all;
  throw new InvalidArgumentError(
    'They must be up to ten whole numbers from 40 to 1000, such as 40,80,120,400.',
  );
}

function pair(text: string): { claude: string; openclaw: string } {
  const [, claude, openclaw] = /^(\d+\.\d+\.\d+[\w.-]*)\/(\d+\.\d+\.\d+[\w.-]*)$/.exec(text) ?? [];
  if (claude !== undefined && openclaw !== undefined) return { claude, openclaw };
  throw new InvalidArgumentError('It must be two exact versions, such as 2.1.330/2026.9.6.');
}

function release(text: string): OfRelease {
  const [, program, version] = /^(claude|openclaw)\/(\d+\.\d+\.\d+[\w.-]*)$/.exec(text) ?? [];
  if (program !== undefined && version !== undefined) return { program: program as Program, version };
  throw new InvalidArgumentError('It must be a program and an exact version, such as openclaw/2026.9.6.');
}

function hours(text: string): number {
  const value = Number(text);
  if (value >= 1 && value <= 24 * 14) return value;
  throw new InvalidArgumentError('It must be a number of hours from 1 to 336.');
}
