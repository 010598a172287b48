import { createHash } from 'node:crypto';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { databasePlaces } from '../../lab/postgres-places.ts';
import type { System } from '../../lab/system.ts';

/** What a handshake has proven, a sentence per line. */
export interface Proof {
  proven: boolean;
  lines: readonly string[];
}

/**
 * What the stand-in saw must agree with what Keyferry says, and no secret may be anywhere: not in what the customer's
 * side was sent (`shown`), what the processes have logged and measured, or what Redis and the database have written to disk.
 */
export async function prove(
  { anthropic, apis, workers, redis, databaseUrl, logs }: System,
  shown: string,
): Promise<Proof> {
  const token = anthropic.minted.at(-1);
  if (token === undefined || token !== anthropic.bearers.at(-1))
    return no('the token from the sign-in is not the one that OpenClaw used.');
  const processes = [...apis, ...workers];
  const metrics = await Promise.all(
    processes.map(async ({ name, healthUrl }) => [
      `metrics of ${name}`,
      await (await fetch(`${healthUrl}/metrics`)).text(),
    ]),
  );
  const places = {
    'what the customer was sent': shown,
    ...logs(),
    ...Object.fromEntries(metrics),
    ...filesBelow(redis.directory),
    ...(await databasePlaces(databaseUrl)),
  };
  const found = leaks(anthropic.secrets, places);
  if (found.length > 0) return no(`a token, code or verifier is in: ${found.join(', ')}.`);
  const fingerprint = createHash('sha256').update(token).digest('hex').slice(0, 12);
  return {
    proven: true,
    lines: [
      'Proven:',
      `  - the sign-in gave out one token, ${fingerprint} (SHA-256), ${token.length} characters;`,
      '  - OpenClaw on the box made a turn, and the Messages API saw that same token as its bearer;',
      `  - neither the token nor the code is anywhere in ${Object.keys(places).length} places searched: what the customer`,
      '    was sent, the logs and metrics of api and worker, the files of Redis, the database and its files.',
    ],
  };
}

const no = (why: string): Proof => ({ proven: false, lines: [`NOT proven: ${why}`] });
