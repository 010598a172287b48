import { spawnSync } from 'node:child_process';
import { availableParallelism, loadavg, totalmem } from 'node:os';

/** The machine in one line, without anything that reveals its owner. */
export function describeMachine(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB of memory`;
  const load = `load ${loadavg()[0]?.toFixed(2)} at the start`;
  return `${availableParallelism()} cores, ${memory}, ${load}, Node ${process.versions.node}`;
}

/** A sentence that says what must be installed first; undefined if everything is there. */
export function missingTools(tools: readonly ('expect' | 'ssh')[]): string | undefined {
  const missing = tools.filter((name) => spawnSync(name, ['-v']).error !== undefined);
  if (missing.length === 0) return undefined;
  const packages = missing.map((name) => (name === 'ssh' ? 'openssh-client' : name));
  return `Please install first, with the system's package manager: ${packages.join(' ')} (missing here).`;
}
