import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from './box.ts';

/** Looks, one a second: a gateway is up after 30 to 90 s, on a busy machine later. */
const LOOKS = 300;

/** Starts a gateway on the box, which ends with it, and resolves once it is ready. Throws with the end of its log. */
export async function startGateway(box: Box): Promise<void> {
  const port = await freePort();
  const file = join(box.home, '.openclaw/openclaw.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  config.gateway = { mode: 'local', port, auth: { mode: 'token', token: 'a-token-of-the-lab' } };
  writeFileSync(file, JSON.stringify(config, null, 2));
  const start = `setsid openclaw gateway run --port ${port} </dev/null >"$HOME/gateway.log" 2>&1 &`;
  await box.run(['sh', '-c', start]);
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await sleep(1_000);
  }
  throw new Error(`No gateway: ${readFileSync(join(box.home, 'gateway.log'), 'utf8').slice(-2_000)}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
