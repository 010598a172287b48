import { pino } from 'pino';
import { KeyferryError } from '../../core/contract/errors.ts';
import { ConfigError, readSettings } from '../../core/process/config.ts';
import { appendEntry, stamped } from '../../core/store/audit.ts';
import { type Database, databaseSettings, openDatabase } from '../../core/store/database.ts';
import { Copies } from '../../core/store/vault.ts';
import { rewriteVault } from '../../core/store/vault-rewrite.ts';
import { openVault, VAULT_SETTINGS, type VaultConfig } from '../../worker/vault/open-vault.ts';
import { rewrapAll } from '../../worker/vault/rotate.ts';
import type { Vault } from '../../worker/vault/vault.ts';
import { cancelOnSignals } from './signals.ts';

export interface VaultOptions {
  json?: boolean;
}

/** Connections without a copy that are named, and copies that are removed at once. */
const MOST_NAMED = 20;
const BATCH = 500;
/** What the keys are tried with: no connection. */
const TRIAL = { customer: 'trial', box: 'trial', provider: 'trial', connection: 'trial' };

/** `keyferry vault status`: which keys wrap how many copies, whether they work, and what has no copy. Answers the exit code. */
export function vaultStatus({ json }: VaultOptions): Promise<number> {
  return onVault(async ({ vault, config, database, signal }) => {
    const copies = new Copies(database);
    const { byKey, missing } = await copies.counts();
    const keys = [...byKey].map(([by, count]) => ({ by, count, isConfigured: vault?.keys.has(by) ?? false }));
    const without = (await copies.missing(MOST_NAMED)).map(({ connectedAt, ...owner }) => ({
      ...owner,
      connectedAt: connectedAt.toISOString(),
    }));
    const wraps = vault && { by: vault.keys.current, error: await tried(vault, signal) };
    const isWell = !vault || (wraps?.error === undefined && keys.every(({ isConfigured }) => isConfigured));
    if (json) print(JSON.stringify({ mode: config.VAULT, wraps, keys, missing, without }));
    else {
      print(wraps ? `The vault is on, and wraps with ${wraps.by}.` : 'The vault is off: nothing is copied.');
      if (wraps)
        print(wraps.error === undefined ? 'That key works.' : `That key does not work: ${wraps.error}`);
      if (keys.length === 0) print('It holds no copies.');
      for (const { by, count, isConfigured } of keys)
        print(`${count} copies, wrapped with ${by}${isConfigured ? '' : ', which is not configured'}`);
      if (vault) print(`${missing} current connections have no copy${missing > 0 ? ', the newest:' : '.'}`);
      if (vault)
        for (const { customer, box, provider, connectedAt } of without)
          print(`  ${[customer, box, provider, connectedAt].join('\t')}`);
    }
    return isWell ? 0 : 1;
  });
}

/** `keyferry vault rotate`: wraps every data key with the first key. Answers the exit code, 1 if something is left. */
export function rotateVault({ json }: VaultOptions): Promise<number> {
  return onVault(async ({ vault, database, signal }) => {
    if (!vault) throw new ConfigError('VAULT is `off`.');
    await audit(database, 'vault-rotate', `with ${vault.keys.current}`);
    let isDone = true;
    for await (const { rewrapped, left } of rewrapAll(vault, signal)) {
      const ofThem = [...left].map(([by, count]) => ({ by, count }));
      isDone = ofThem.length === 0;
      if (json) print(JSON.stringify({ rewrapped, left: ofThem }));
      else print(`${rewrapped} wrapped with ${vault.keys.current} so far, ${sum(left)} left`);
    }
    if (!isDone)
      warn('What is left is wrapped with a key that is not configured, or damaged: see vault status.');
    return isDone ? 0 : 1;
  });
}

/**
 * `keyferry vault prune`: writes the table again, so that what has been deleted is no longer in its file; with `all` it
 * removes every copy first. Answers the exit code, 1 if the table's owner has to do it.
 */
export function pruneVault({ json, all }: VaultOptions & { all?: boolean }): Promise<number> {
  return onVault(async ({ database }) => {
    let removed = 0;
    if (all) {
      await audit(database, 'vault-prune', 'every copy');
      const copies = new Copies(database);
      for (let gone = BATCH; gone === BATCH; removed += gone) gone = await copies.removeSome(BATCH);
    }
    const isRewritten = await rewriteVault(database);
    if (json) print(JSON.stringify({ removed, isRewritten }));
    else {
      if (all) print(`${removed} copies removed.`);
      if (isRewritten) print('The table was written again: nothing that was deleted is in its file.');
    }
    if (!isRewritten)
      warn("Only the table's owner can write it again: run this with the owner's DATABASE_URL.");
    return isRewritten ? 0 : 1;
  });
}

interface Opened {
  vault: Vault | undefined;
  config: VaultConfig;
  database: Database;
  signal: AbortSignal;
}

async function onVault(work: (opened: Opened) => Promise<number>): Promise<number> {
  try {
    const names = ['DATABASE_URL', 'DATABASE_CA_FILE', 'DATABASE_CONNECTIONS', ...VAULT_SETTINGS] as const;
    const config = readSettings(names, process.env);
    // Writing a large table again takes its time.
    const settings = { ...databaseSettings(config, 'cli'), isPatient: true };
    const database = openDatabase(settings, pino({ level: 'silent' }));
    const vault = await openVault(config, database);
    try {
      return await work({ vault, config, database, signal: cancelOnSignals() });
    } finally {
      vault?.close();
      await database.destroy();
    }
  } catch (thrown) {
    warn(thrown instanceof Error ? thrown.message : 'It failed.');
    if (thrown instanceof KeyferryError) warn(`Next: ${thrown.row.next}`);
    return thrown instanceof ConfigError ? 2 : 1;
  }
}

/** What is wrong with the key that wraps; undefined if nothing is. */
async function tried({ keys }: Vault, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { key, wrapped } = await keys.make(TRIAL, signal);
    const again = await keys.unwrap(wrapped, TRIAL, signal);
    return Buffer.from(key).equals(Buffer.from(again)) ? undefined : 'it does not unwrap what it has wrapped';
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : 'it failed';
  }
}

function audit(database: Database, action: 'vault-rotate' | 'vault-prune', detail: string): Promise<void> {
  const entry = { actor: 'system', action, outcome: 'done', detail: detail.slice(0, 200) } as const;
  return appendEntry(database, stamped(entry));
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, count) => all + count, 0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}
