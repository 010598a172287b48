import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Anthropic } from './anthropic/anthropic.ts';
import type { PracticePrograms } from './practice/programs.ts';

/** Where the programs of a box without sshd are. */
export const localPrograms = (home: string) => join(home, '.local', 'bin');

/**
 * Where there is no sshd: a home with the simulated programs, in `directory`, and what a worker's environment must
 * be for its `local` box to be that home.
 */
export function makeLocalBox(
  directory: string,
  programs: PracticePrograms,
  { proxyUrl, caFile }: Pick<Anthropic, 'proxyUrl' | 'caFile'>,
): Record<string, string> {
  const home = join(directory, 'home');
  const bin = localPrograms(home);
  mkdirSync(bin, { recursive: true, mode: 0o700 });
  for (const name of ['claude', 'openclaw'] as const) {
    writeFileSync(join(bin, name), programs[name].script);
    chmodSync(join(bin, name), 0o755);
  }
  return {
    HOME: home,
    TMUX_TMPDIR: home,
    PATH: `${bin}:${process.env.PATH}`,
    HTTPS_PROXY: proxyUrl,
    NODE_EXTRA_CA_CERTS: caFile,
  };
}
