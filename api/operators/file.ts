import { randomUUID } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type OperatorEntries, OperatorsFileError, readOperators, writeOperators } from './file-text.ts';

/** The operators of a file; none when there is no file yet. Throws `OperatorsFileError`. */
export function operatorsIn(path: string): OperatorEntries {
  if (!existsSync(path)) return new Map();
  try {
    return readOperators(readFileSync(path, 'utf8'), path);
  } catch (thrown) {
    if (thrown instanceof OperatorsFileError) throw thrown;
    throw new OperatorsFileError(`${path} cannot be read.`);
  }
}

/** Replaces the file, completely or not at all; only its owner can read it. Throws `OperatorsFileError`. */
export function replaceOperators(path: string, entries: OperatorEntries): void {
  const next = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    writeFileSync(next, writeOperators(entries), { mode: 0o600, flag: 'wx', flush: true });
    keepOwner(next, path);
    renameSync(next, path);
  } catch {
    rmSync(next, { force: true });
    throw new OperatorsFileError(`${path} cannot be written.`);
  }
}

/** Root adds operators, but the api that reads them is another user: a file keeps its owner, a new one gets its folder's owner. */
function keepOwner(next: string, path: string): void {
  const { uid, gid } = statSync(existsSync(path) ? path : dirname(path));
  if (process.getuid?.() === 0) chownSync(next, uid, gid);
}
