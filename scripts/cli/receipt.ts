import { readFileSync } from 'node:fs';
import { receiptKeysSchema, receiptSchema } from '../../core/contract/receipt.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import { ConfigError, readSettings } from '../../core/process/config.ts';
import {
  makeReceiptKey,
  type ReceiptPublicKey,
  receiptPublicKey,
  type Verdict,
  verifyReceipt,
} from '../../core/secrets/receipt-keys.ts';

export interface VerifyReceiptOptions {
  /** `id:key`, as RECEIPT_PUBLIC_KEYS has it. */
  key?: string[];
  /** A file with what `/api/v1/receipt-keys` answers. */
  keys?: string;
  json?: boolean;
}

/** A receipt has some kilobytes. */
const MOST_BYTES = 1024 * 1024;

/** `keyferry receipt key`: a key pair on stdout, as the two variables have it. */
export function printReceiptKey(id: string): void {
  const pair = makeReceiptKey(id);
  process.stdout.write(`RECEIPT_KEYS=${id}:${Buffer.from(pair.key).toString('base64')}\n`);
  process.stdout.write(`RECEIPT_PUBLIC_KEYS=${id}:${receiptPublicKey(pair).key}\n`);
}

/**
 * `keyferry receipt verify`: whether a receipt is as one of the given keys has signed it. Asks nobody. Answers the exit
 * code: 1 if it is not, 2 for a file or keys that cannot be read.
 */
export async function verifyReceiptFile(path: string, options: VerifyReceiptOptions): Promise<0 | 1 | 2> {
  let file: unknown;
  let keys: readonly ReceiptPublicKey[];
  try {
    file = read(path, 'a receipt');
    keys = keysOf(options);
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : 'It cannot be read.'}\n`);
    return 2;
  }
  const verdict = await verifyReceipt(file, keys);
  process.stdout.write(`${options.json ? JSON.stringify(verdict) : words(verdict, file)}\n`);
  return verdict.is === 'valid' ? 0 : 1;
}

function keysOf({ key, keys }: VerifyReceiptOptions): readonly ReceiptPublicKey[] {
  if (keys !== undefined) {
    const set = tolerant(receiptKeysSchema).safeParse(read(keys, 'a key set'));
    if (!set.success) throw new Error(`${keys} is no key set as /api/v1/receipt-keys answers it.`);
    return set.data.keys.map(({ kid, x }) => ({ id: kid, key: x }));
  }
  const environment = key ? { RECEIPT_PUBLIC_KEYS: key.join(',') } : process.env;
  const { RECEIPT_PUBLIC_KEYS } = readSettings(['RECEIPT_PUBLIC_KEYS'], environment);
  if (!RECEIPT_PUBLIC_KEYS) throw new ConfigError('Give --key or --keys, or set RECEIPT_PUBLIC_KEYS.');
  return RECEIPT_PUBLIC_KEYS;
}

function read(path: string, what: string): unknown {
  const text = readFileSync(path === '-' ? 0 : path, 'utf8');
  if (text.length > MOST_BYTES) throw new Error(`${path} is too long for ${what}.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path} is no JSON, and so not ${what}.`);
  }
}

function words(verdict: Verdict, file: unknown): string {
  switch (verdict.is) {
    case 'unsigned':
      return 'Not signed: whoever issued it had no key. Nothing shows that it is genuine.';
    case 'unknown-key':
      return `Not verified: it names the key ${JSON.stringify(verdict.key)}, which is not among those given.`;
    case 'invalid':
      return 'NOT VALID: it was changed, or the signature is not of this key.';
    case 'valid':
      return [`Valid: signed with the key ${verdict.key}, and unchanged since.`, ...summary(file)].join('\n');
  }
}

/** What a valid receipt says; one of a newer version is for its reader. */
function summary(file: unknown): string[] {
  const read = tolerant(receiptSchema).safeParse((file as { receipt: unknown }).receipt);
  if (!read.success) return ['It is of a newer version of Keyferry: read it yourself.'];
  const { connection, requested, issuedAt, steps, notes, notSeen, revokeAt } = read.data;
  return [
    `${connection.customer}, ${connection.provider} (${connection.profile}), connection ${connection.id}`,
    `asked for by the ${requested.by} at ${requested.at}, done at ${issuedAt}`,
    ...steps.map(({ at, says, agent, files }) => {
      const whose = agent === undefined ? '' : ` (agent ${agent})`;
      return `  ${at}  ${says}${whose}${files ? ` ${files.join(', ')}` : ''}`;
    }),
    ...notes.map((note) => `  Note: ${note}`),
    ...notSeen.map(({ says }) => `  Not seen: ${says}`),
    ...(revokeAt === null ? [] : [`  Where it is revoked: ${revokeAt}`]),
  ];
}
