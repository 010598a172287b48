import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installProgram, NODE_VERSION } from './programs.ts';

/**
 * What stands on a box under a program's name: a version from the npm registry, `none`, or a script of the test's
 * own (its text, with a `#!` line).
 */
export type ProgramChoice = string | { script: string };

export interface BoxPrograms {
  /** Default `none`. */
  claude?: ProgramChoice;
  /** Default `none`. */
  openclaw?: ProgramChoice;
  /** Default: Node 24 when one of the others comes from the registry, else `none`. */
  node?: ProgramChoice;
}

/** Installs what is asked for, once per machine; slow only the first time. */
export async function linkPrograms(programs: BoxPrograms, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const { claude = 'none', openclaw = 'none' } = programs;
  const node = programs.node ?? (isVersion(claude) || isVersion(openclaw) ? NODE_VERSION : 'none');
  for (const [name, choice] of Object.entries({ claude, openclaw, node }) as [
    keyof BoxPrograms,
    ProgramChoice,
  ][]) {
    const path = join(directory, name);
    if (isVersion(choice)) symlinkSync(await installProgram(name, choice), path);
    else if (typeof choice === 'object') writeScript(path, choice.script);
  }
}

/** Puts a script under a program's name. */
function writeScript(path: string, script: string): void {
  writeFileSync(path, script);
  chmodSync(path, 0o755);
}

function isVersion(choice: ProgramChoice): choice is string {
  return typeof choice === 'string' && choice !== 'none';
}
