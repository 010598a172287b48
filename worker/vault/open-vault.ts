import type { Config } from '../../core/process/config.ts';
import type { Database } from '../../core/store/database.ts';
import { Copies } from '../../core/store/vault.ts';
import type { WrappingKeys } from './data-keys.ts';
import { KeyFile } from './key-file.ts';
import { ManyKeys } from './many-keys.ts';
import { Vault } from './vault.ts';

export const VAULT_SETTINGS = ['VAULT', 'VAULT_KEYS', 'VAULT_KMS_KEY', 'VAULT_KMS_ENDPOINT'] as const;
export type VaultConfig = Pick<Config<'worker'>, (typeof VAULT_SETTINGS)[number]>;

/** The vault that the settings ask for; undefined if it is off. */
export async function openVault(config: VaultConfig, database: Database): Promise<Vault | undefined> {
  const { VAULT: mode, VAULT_KEYS: fileKeys, VAULT_KMS_KEY: arns, VAULT_KMS_ENDPOINT: endpoint } = config;
  if (mode === 'off') return undefined;
  const file = fileKeys && new KeyFile(fileKeys);
  const kms = arns && (await openKms(arns, endpoint));
  const [first, other] = mode === 'file' ? [file, kms] : [kms, file];
  // The settings have been checked.
  if (!first) throw new Error(`VAULT is ${mode}, and its keys are missing`);
  return new Vault(other ? new ManyKeys(first, other) : first, new Copies(database));
}

/** AWS's client takes memory, which others can save. */
async function openKms(
  keys: readonly [string, ...string[]],
  endpoint: string | undefined,
): Promise<WrappingKeys> {
  const { Kms } = await import('./kms.ts');
  return new Kms({ keys, endpoint });
}
