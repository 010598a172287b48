import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import {
  GATEWAY_UNIT,
  restartGatewayUnit,
  startGateway,
  startGatewayUnit,
  systemctl,
} from '../../lab/gateway.ts';
import { startLab } from '../../lab/lab.ts';
import { changeProfiles } from '../../lab/openclaw-store.ts';
import { installProgram } from '../../lab/programs.ts';
import { canRunUserSystemd, startUserSystemd } from '../../lab/user-systemd.ts';
import { chat } from '../support/box-gateway.ts';
import { duringTests } from '../support/during-tests.ts';
import { WatchedBox } from '../support/watched-box.ts';

/**
 * What hosts, updates and people do to a box that is connected, on the real OpenClaw: what survives it, and as what the
 * next look finds what does not.
 */
const MINUTE = 60_000;
const WORKING = { outcome: 'working' };
const attention = (code: string) => ({ outcome: 'attention', code });

const { lab } = duringTests({ lab: startLab });

type Change = [named: string, make: (on: WatchedBox) => unknown, seen: object];

const file = ({ state }: WatchedBox) => join(state, 'openclaw.json');

const CHANGES: Change[] = [
  ['nothing', () => undefined, WORKING],
  ['openclaw doctor --fix', (on) => on.openclaw('doctor', '--fix', '--non-interactive'), WORKING],
  [
    'a host writes its configuration again, from its template',
    (on) => writeFileSync(file(on), JSON.stringify({ gateway: { mode: 'local' } })),
    attention('model_moved'),
  ],
  [
    'a merge strips the names of the profiles from the configuration',
    (on) =>
      on.configure((config) => {
        delete config.auth;
      }),
    WORKING,
  ],
  [
    'a merge strips what is secret from the store',
    ({ state, record }) =>
      changeProfiles(state, (profiles) => {
        delete profiles[record.profile]?.token;
      }),
    attention('credential_missing'),
  ],
  [
    'openclaw reset --scope config',
    (on) => on.openclaw('reset', '--scope', 'config', '--yes', '--non-interactive'),
    attention('model_moved'),
  ],
  [
    'openclaw reset --scope full',
    (on) => on.openclaw('reset', '--scope', 'full', '--yes', '--non-interactive'),
    attention('credential_missing'),
  ],
];

const VERSIONS = ['2026.9.6', '2026.7.1', '2026.4.15'];
/** Somebody else answers at the gateway's port, until the answer is called. */
async function takePort(box: Box): Promise<() => Promise<void>> {
  const { port } = JSON.parse(readFileSync(join(box.home, '.openclaw/openclaw.json'), 'utf8')).gateway;
  const server = createServer((_, response) => response.end('not a gateway'));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

/** Not where there is no root, systemd, or cgroups that it can use. */
const onSystemd = canRunUserSystemd() ? describe : describe.skip;

describe.each(VERSIONS)('OpenClaw %s, connected', (version) => {
  test(
    'what is done to it is survived, or named by the next look',
    async () => {
      const on = await WatchedBox.connect(lab, version);
      on.keep();
      const found: Record<string, unknown> = {};
      for (const [named, make] of CHANGES) {
        await make(on);
        found[named] = await on.look();
        on.restore();
      }
      expect(found).toEqual(Object.fromEntries(CHANGES.map(([named, , seen]) => [named, seen])));
    },
    60 * MINUTE,
  );

  test(
    'a mirror of the time before is written over the true store',
    async () => {
      const on = await WatchedBox.connect(lab, version);
      on.keep();
      // As it was before they connected.
      changeProfiles(on.state, (profiles) => {
        delete profiles[on.record.profile];
        profiles['openai:default'] = { type: 'api_key', provider: 'openai', key: 'sk-of-the-platform' };
      });
      const mirror = join(on.box.home, '..', 'mirror');
      execFileSync('cp', ['-a', on.state, mirror]);
      on.restore();
      rmSync(on.state, { recursive: true });
      execFileSync('cp', ['-a', mirror, on.state]);
      expect(await on.look()).toEqual(attention('credential_missing'));
    },
    30 * MINUTE,
  );
});

const killGateway = (box: Box) =>
  box.run(['sh', '-c', 'kill "$(pgrep -u "$(id -u)" -f "openclaw.*gateway" | head -1)"; sleep 5']);

test(
  '2026.9.6: a gateway that is restarted',
  async () => {
    const on = await WatchedBox.connect(lab, '2026.9.6');
    await startGateway(on.box);
    expect(await on.look()).toEqual(WORKING);
    await killGateway(on.box);
    // Nothing but that one answered says that one is to run.
    expect(await on.look()).toEqual(WORKING);
    expect(await on.look(true)).toEqual(attention('gateway_down'));
    await startGateway(on.box);
    expect(await on.look(true)).toEqual(WORKING);
    // Another user's gateway may be the one that answers: it would be in the way of the next box here.
    await killGateway(on.box);
  },
  30 * MINUTE,
);

onSystemd.each(VERSIONS)('OpenClaw %s, connected, its gateway a unit of the real systemd', (version) => {
  test(
    'a restart is survived; a unit that is stopped is named until it runs again',
    async () => {
      const on = await WatchedBox.connect(lab, version);
      await startUserSystemd(on.box);
      await startGatewayUnit(on.box);
      const seen = [await on.look()];
      await restartGatewayUnit(on.box);
      seen.push(await on.look());
      expect(await chat(on.box, true)).toMatchObject({ provider: 'anthropic' });
      await systemctl(on.box, 'stop', GATEWAY_UNIT);
      seen.push(await on.look());
      await systemctl(on.box, 'start', GATEWAY_UNIT);
      seen.push(await on.look());
      await restartGatewayUnit(on.box);
      seen.push(await on.look(true));
      // Somebody has its port: systemd starts it again and again.
      await systemctl(on.box, 'stop', GATEWAY_UNIT);
      const other = await takePort(on.box);
      await systemctl(on.box, 'start', GATEWAY_UNIT);
      const [unknown, known] = [await on.look(), await on.look(true)];
      expect([unknown, known]).toEqual([WORKING, attention('gateway_down')]);
      await other();
      // Another user's gateway may be the one that answers: it would be in the way of the next box here.
      await systemctl(on.box, 'stop', GATEWAY_UNIT);
      expect(seen).toEqual([WORKING, WORKING, attention('gateway_down'), WORKING, WORKING]);
    },
    60 * MINUTE,
  );
});

test.each(['2026.4.15', '2026.7.1'])(
  'an upgrade from the files of %s to the database of 2026.9.6',
  async (version) => {
    const on = await WatchedBox.connect(lab, version);
    expect(await on.look()).toEqual(WORKING);
    const program = join(on.box.binDirectory, 'openclaw');
    rmSync(program);
    symlinkSync(await installProgram('openclaw', '2026.9.6'), program);
    const first = await on.look();
    // After 2026.7.1 its first run ends with 1, and the second converts the rest.
    if (version === '2026.7.1')
      await expect(on.openclaw('doctor', '--fix', '--non-interactive')).rejects.toThrow('Doctor stopped');
    await on.openclaw('doctor', '--fix', '--non-interactive');
    expect([first, await on.look()]).toEqual([attention('openclaw_update_unfinished'), WORKING]);
    expect(await chat(on.box, false)).toMatchObject({ provider: 'anthropic' });
    expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
    expect(JSON.parse(readFileSync(file(on), 'utf8'))).toMatchObject({ auth: {} });
  },
  60 * MINUTE,
);
