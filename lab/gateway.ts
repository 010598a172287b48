import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from './box.ts';

/** Looks, one a second: a gateway is up after 30 to 90 s, on a busy machine later. */
const LOOKS = 300;

/** The unit as OpenClaw calls it. */
export const GATEWAY_UNIT = 'openclaw-gateway.service';

/**
 * Starts a gateway on the box, which ends with it, and resolves once it is ready, with what ends it sooner. Throws with the
 * end of its log.
 */
export async function startGateway(box: Box): Promise<() => Promise<void>> {
  const port = await nameGateway(box);
  const start = `setsid openclaw gateway run --port ${port} </dev/null >"$HOME/gateway.log" 2>&1 & echo $!`;
  const { stdout } = await box.run(['sh', '-c', start]);
  await ready(box, port);
  return async () => {
    await box.run(['sh', '-c', 'kill -- "-$0"', stdout.trim()]);
  };
}

/**
 * The same as a unit of the box's user, whose systemd runs (`startUserSystemd`), and much as OpenClaw writes it: `gateway install`
 * of 2026.9.6 refuses where it cannot ask the machine's own systemd.
 */
export async function startGatewayUnit(box: Box): Promise<void> {
  const port = await nameGateway(box);
  const marks = { OPENCLAW_SYSTEMD_UNIT: GATEWAY_UNIT, OPENCLAW_SERVICE_MARKER: 'openclaw' };
  const environment = Object.entries({ ...box.environment, ...marks, OPENCLAW_SERVICE_KIND: 'gateway' });
  const unit = [
    '[Service]',
    `ExecStart=${box.binDirectory}/openclaw gateway --port ${port}`,
    ...environment.map(([name, value]) => `Environment="${name}=${value}"`),
    'Restart=always',
    'RestartSec=5',
    'TimeoutStopSec=330',
    `StandardOutput=append:${box.home}/gateway.log`,
    `StandardError=append:${box.home}/gateway.log`,
    '[Install]',
    'WantedBy=default.target',
    '',
  ].join('\n');
  const write = 'mkdir -p ~/.config/systemd/user && cat >"$HOME/.config/systemd/user/$0"';
  await box.run(['sh', '-c', write, GATEWAY_UNIT], { input: unit });
  for (const words of [['daemon-reload'], ['enable', '--now', GATEWAY_UNIT]]) await systemctl(box, ...words);
  await ready(box, port);
}

/** Restarts that unit, and resolves once its gateway is ready again. `openclaw gateway restart` of 2026.9.6 refuses here. */
export async function restartGatewayUnit(box: Box): Promise<void> {
  await systemctl(box, 'restart', GATEWAY_UNIT);
  await ready(box, readConfig(box).gateway.port);
}

/** What the systemd of the box's user says; throws where it fails. */
export async function systemctl(box: Box, ...words: readonly string[]): Promise<string> {
  const argv = ['env', `XDG_RUNTIME_DIR=/run/user/${box.uid}`, 'systemctl', '--user', ...words];
  const { code, stdout, stderr } = await box.run(argv, { timeoutMs: 6 * 60_000 });
  if (code !== 0) throw new Error(`systemctl ${words.join(' ')}: ${stdout}${stderr}`);
  return stdout.trim();
}

/** Writes where the gateway will be into the configuration. */
async function nameGateway(box: Box): Promise<number> {
  const port = await freePort();
  const config = readConfig(box);
  config.gateway = { mode: 'local', port, auth: { mode: 'token', token: 'a-token-of-the-lab' } };
  writeFileSync(configFile(box), JSON.stringify(config, null, 2));
  return port;
}

const configFile = (box: Box) => join(box.home, '.openclaw/openclaw.json');
const readConfig = (box: Box) => JSON.parse(readFileSync(configFile(box), 'utf8'));

async function ready(box: Box, port: number): Promise<void> {
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
