import { createHash } from 'node:crypto';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { databasePlaces } from '../../lab/postgres-places.ts';
import type { System } from '../../lab/system.ts';
import { KEY_OF, type OtherProviders } from './other-providers.ts';

/** What a handshake has proven, a sentence per line. */
export interface Proof {
  proven: boolean;
  lines: readonly string[];
}

/**
 * What the stand-in saw must agree with what Keyferry says, and no secret may be anywhere: not in what the customer's
 * side and the platform were sent (`shown`), what the processes have logged and measured, or what Redis and the database have written to disk.
 */
export async function prove(
  system: System,
  { connection }: Pick<Snapshot, 'connection'>,
  shown: string,
): Promise<Proof> {
  const { anthropic } = system;
  // Others may sign in meanwhile: the one that this handshake names.
  const token = anthropic.minted.find((one) => fingerprint(one) === connection?.tokenFingerprint);
  if (token === undefined || !anthropic.bearers.includes(token))
    return no('the token from the sign-in is not the one that OpenClaw used.');
  const { found, searched } = await search(system, anthropic.secrets, shown);
  if (found.length > 0) return no(`a token, code or verifier is in: ${found.join(', ')}.`);
  return {
    proven: true,
    lines: [
      'Proven:',
      `  - the sign-in gave out one token, ${fingerprint(token)} (SHA-256), ${token.length} characters;`,
      '  - OpenClaw on the box made a turn, and the Messages API saw that same token as its bearer;',
      `  - neither the token nor the code is anywhere in ${searched} places searched: what the customer`,
      '    and the platform were sent, the logs and metrics of api and worker, the files of Redis, the database and its files.',
    ],
  };
}

/** The same of a key that the customer has brought. */
export async function proveKey(system: System, others: OtherProviders, shown: string): Promise<Proof> {
  const { key } = others;
  if (!others.turns(KEY_OF).includes(key))
    return no('the key that the customer brought is not the one that OpenClaw used.');
  const { found, searched } = await search(system, others.secrets, shown);
  if (found.length > 0) return no(`the key is in: ${found.join(', ')}.`);
  return {
    proven: true,
    lines: [
      'Proven:',
      `  - OpenClaw on the box made a turn, and the stand-in for OpenAI saw the made-up key, ${fingerprint(key)} (SHA-256);`,
      `  - the key is nowhere in ${searched} places searched, the same as before.`,
    ],
  };
}

/** Names where a secret is, of all the places where none may be. */
async function search(
  { apis, workers, redis, databaseUrl, logs }: System,
  secrets: readonly string[],
  shown: string,
): Promise<{ found: string[]; searched: number }> {
  const processes = [...apis, ...workers];
  const metrics = await Promise.all(
    processes.map(async ({ name, healthUrl }) => [
      `metrics of ${name}`,
      await (await fetch(`${healthUrl}/metrics`)).text(),
    ]),
  );
  const places = {
    'what customer and platform were sent': shown,
    ...logs(),
    ...Object.fromEntries(metrics),
    ...filesBelow(redis.directory),
    ...(await databasePlaces(databaseUrl)),
  };
  return { found: leaks(secrets, places), searched: Object.keys(places).length };
}

const fingerprint = (secret: string) => createHash('sha256').update(secret).digest('hex').slice(0, 12);

const no = (why: string): Proof => ({ proven: false, lines: [`NOT proven: ${why}`] });
