import { Queue } from 'bullmq';
import { pino } from 'pino';
import { customerSchema } from '../../core/contract/customer.ts';
import { type KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { HANDSHAKES } from '../../core/contract/jobs.ts';
import { ConfigError, readSettings } from '../../core/process/config.ts';
import { BoxTurns } from '../../core/store/box-turns.ts';
import { Connections } from '../../core/store/connections.ts';
import { databaseSettings, openDatabase } from '../../core/store/database.ts';
import { Disconnecting } from '../../core/store/disconnecting.ts';
import { openRedis, redisSettings } from '../../core/store/redis.ts';
import { VaultOpenings } from '../../core/store/vault-openings.ts';
import { InventoryError } from '../../worker/boxes/inventory-file.text.ts';
import { type PutBack, putBack } from '../../worker/credentials/put-back.ts';
import { openVault, VAULT_SETTINGS } from '../../worker/vault/open-vault.ts';
import { type BoxOptions, openListedInventory } from './chosen-box.ts';
import { PHASE_WORDS } from './human-voice.ts';
import { RECORD_SETTINGS } from './record-settings.ts';
import { cancelOnSignals } from './signals.ts';

export interface RestoreOptions extends Pick<BoxOptions, 'boxes'> {
  json?: boolean;
  provider?: string;
  connection?: string;
}

const SETTINGS = [...RECORD_SETTINGS, ...VAULT_SETTINGS] as const;

/**
 * `keyferry vault restore`: puts the vault's copies of a customer's credentials back into their box. Answers the exit code: 1
 * if one of them is not there, 2 for wrong settings.
 */
export async function restore(
  customer: string,
  options: RestoreOptions,
  usage: (message: string) => never,
): Promise<number> {
  if (!customerSchema.safeParse(customer).success) return usage(`error: '${customer}' is not a customer`);
  const signal = cancelOnSignals();
  const over: (() => unknown)[] = [];
  try {
    const config = readSettings(SETTINGS, process.env);
    const log = pino({ level: 'silent' });
    const database = openDatabase(databaseSettings(config, 'cli'), log);
    over.push(() => database.destroy());
    const vault = await openVault(config, database);
    if (!vault) throw new ConfigError('VAULT is `off`.');
    over.push(() => vault.close());
    const inventory = await openListedInventory(options);
    over.push(() => inventory.close());
    const redis = openRedis(redisSettings(config), 'ask', log);
    over.push(() => redis.disconnect());
    const handshakes = new Queue(HANDSHAKES, { connection: redis, prefix: config.REDIS_PREFIX });
    handshakes.on('error', () => {});
    const disconnecting = new Disconnecting(redis, config.REDIS_PREFIX);
    const openings = new VaultOpenings(redis, config.REDIS_PREFIX);
    const connections = new Connections(database);
    const turns = new BoxTurns(redis, config.REDIS_PREFIX);
    const services = {
      vault,
      openings,
      database,
      connections,
      inventory,
      disconnecting,
      turns,
      handshakes,
    };
    const { provider, connection } = options;
    const results = await putBack(services, customer, {
      signal,
      which: (one) =>
        (provider === undefined || one.provider === provider) &&
        (connection === undefined || one.id === connection),
      why: 'keyferry vault restore',
      tell: ({ provider }, { phase }) => {
        if (!options.json) print(`${provider}: ${PHASE_WORDS[phase] ?? phase} …`);
      },
    });
    for (const result of results) say(result, options);
    return results.every((result) => 'restored' in result) ? 0 : 1;
  } catch (thrown) {
    const isUsage = thrown instanceof ConfigError || thrown instanceof InventoryError;
    if (isUsage) return usage(`error: ${thrown.message}`);
    sayError(toKeyferryError(thrown), options);
    return 1;
  } finally {
    for (const end of over.reverse()) await end();
  }
}

function say(result: PutBack, options: RestoreOptions): void {
  const { id, provider } = result.connection;
  if ('error' in result) {
    sayError(result.error, options, { connection: id, provider });
    return;
  }
  const { profile, model } = result.restored;
  const { warnings } = result;
  if (options.json)
    print(JSON.stringify({ type: 'restored', connection: id, provider, profile, model, warnings }));
  else {
    print(`${provider}: it is back. OpenClaw uses the profile ${profile} with ${model}.`);
    for (const warning of warnings) print(`  Note: ${warning}`);
  }
}

function sayError(
  { code, message, row, screen }: KeyferryError,
  { json }: RestoreOptions,
  of: { connection?: string; provider?: string } = {},
): void {
  const { next: hint, retryable } = row;
  if (json) {
    print(JSON.stringify({ type: 'failed', ...of, code, message, hint, retryable, screen }));
    return;
  }
  print(`${of.provider === undefined ? '' : `${of.provider}: `}Failed: ${message}`);
  if (screen) print(`\n${screen}\n`);
  print(`  Next: ${hint}`);
  print(`  Code: ${code} (${retryable ? 'may be retried' : 'retrying does not help'})`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
