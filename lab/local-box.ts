import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PracticePrograms } from './practice/programs.ts';

/**
 * Where there is no sshd: a home with the simulated programs, in `directory`, and what a worker's environment must
 * be for its `local` box to be that home.
 */
export function makeLocalBox(
  directory: string,
  programs: PracticePrograms,
  anthropic: string,
): Record<string, string> {
  const home = join(directory, 'home');
  const bin = join(home, '.local', 'bin');
  mkdirSync(bin, { recursive: true, mode: 0o700 });
  for (const name of ['claude', 'openclaw'] as const) {
    writeFileSync(join(bin, name), programs[name].script);
    chmodSync(join(bin, name), 0o755);
  }
  return {
    HOME: home,
    TMUX_TMPDIR: home,
    PATH: `${bin}:${process.env.PATH}`,
    HTTPS_PROXY: anthropic,
  };
}
