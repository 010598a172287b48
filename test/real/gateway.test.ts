import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { startGateway } from '../../lab/gateway.ts';
import { startLab } from '../../lab/lab.ts';
import { leaks } from '../../lab/leaks.ts';
import { duringTests } from '../support/during-tests.ts';
import { connect } from '../support/keyferry.ts';
import { firstOf } from '../support/real-rows.ts';

const MINUTE = 60_000;
const CLAUDE = '2.1.332';

const { lab } = duringTests({ lab: startLab });

/** Connects the box, and says with whose tokens turns were made meanwhile; ours is the last that was minted. */
async function turnsOf(box: Box): Promise<Set<string>> {
  const before = lab.anthropic.bearers.length;
  const ran = await connect(box, (link) => lab.anthropic.signIn(link));
  if (ran.lines.at(-1)?.type !== 'connected') throw new Error(ran.printed);
  expect(ran.printed).not.toContain('was not seen');
  expect(leaks(lab.anthropic.secrets, { output: ran.printed, argv: ran.commandLines })).toEqual([]);
  return new Set(lab.anthropic.bearers.slice(before));
}

/** What the customer has in their configuration, and keeps. */
const THEIRS = { ui: { seamColor: '#1188aa' }, messages: { groupChat: { historyLimit: 7 } } };

const configFile = (box: Box) => join(box.home, '.openclaw/openclaw.json');
const configOf = (box: Box) => JSON.parse(readFileSync(configFile(box), 'utf8'));
const addTo = (box: Box, more: object) =>
  writeFileSync(configFile(box), JSON.stringify({ ...configOf(box), ...more }));

const AGENTS = { agents: { entries: { main: { default: true }, ops: {} } } };
/** Version, box, what else is configured, and whether the gateway changes the model itself. */
const ROWS = [
  ['2026.9.6', 'and nothing is signed in', {}, true],
  ['2026.7.1', 'and nothing is signed in', {}, false],
  // Before there is a token, OpenClaw's commands list no models there.
  ['2026.9.6', 'and agents are named', AGENTS, false],
] as const;

test.each(firstOf(ROWS, 1))(
  'a box on which a gateway of %s runs %s is connected, and proved through it; also where a token was there before',
  async (openclaw, _, more, isByGateway) => {
    const box = await lab.freshBox({ claude: CLAUDE, openclaw });
    try {
      addTo(box, { ...THEIRS, ...more });
      await startGateway(box);
      expect(await turnsOf(box)).toEqual(new Set([lab.anthropic.minted.at(-1)]));
      const { agents, ...rest } = configOf(box);
      expect(agents.defaults.model.primary).toMatch(/^anthropic\//);
      expect(rest).toMatchObject(THEIRS);
      const log = readFileSync(join(box.home, 'gateway.log'), 'utf8');
      expect(log.includes('config.patch write')).toBe(isByGateway);
      // It goes on running.
      if (isByGateway) expect(log.match(/\[gateway\] ready/g)).toHaveLength(1);
      // The gateway had that one, and must not answer for the next with it.
      const logout = ['openclaw', 'infer', 'model', 'auth', 'logout', '--provider', 'anthropic', '--json'];
      const { code, stdout, stderr } = await box.run(logout, { timeoutMs: 3 * MINUTE });
      if (code !== 0) throw new Error(`${stdout}${stderr}`);
      expect(await turnsOf(box)).toEqual(new Set([lab.anthropic.minted.at(-1)]));
    } finally {
      await box.stop();
    }
  },
  10 * MINUTE,
);
