/** Signals processes of the lab's own. One that has ended meanwhile, perhaps with another of them, is gone anyway. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone, or its number is somebody else's by now.
    }
  }
}
