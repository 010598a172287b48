import { expect, test } from '@jest/globals';
import { startLab } from '../../lab/lab.ts';
import { startOwnEndpoint } from '../../lab/providers/own-endpoint.ts';
import { duringTests } from '../support/during-tests.ts';
import { EndpointHands, KEYS, SPOKEN } from '../support/endpoint-plays.ts';
import { rowsOf } from '../support/real-rows.ts';

const MINUTE = 60_000;
const { lab, endpoint } = duringTests({ lab: startLab, endpoint: startOwnEndpoint });

const VERSIONS = ['2026.4.15', '2026.7.1', '2026.9.6'];
const ROWS = VERSIONS.flatMap((version) => SPOKEN.map((spoken) => ({ version, ...spoken })));

/** Minutes each: the long list alone has this file. */
test.each(rowsOf(ROWS, 1))(
  'on the real OpenClaw $version an address that speaks $api is refused for its model, proved, and leaves nothing',
  async ({ version, ...spoken }) => {
    for (const key of [KEYS.good, KEYS.second]) endpoint.keys.add(key);
    const box = await lab.freshBox({ openclaw: version });
    try {
      const on = new EndpointHands(box, endpoint, spoken);
      const before = on.config();
      expect(await on.add(['no-such-model'])).toBe('endpoint_no_model');
      if (on.hasKey) expect(await on.add(['small-1'], { key: KEYS.bad })).toBe('key_rejected');
      expect(on.entries).toEqual([]);
      const name = `keyferry-${spoken.provider}`;
      expect(await on.add(['small-1'])).toBe(`${name}:keyferry ${name}/small-1`);
      // Ollama's protocol wants no key, and gets OpenClaw's own marker.
      expect(endpoint.turns.at(-1)).toMatchObject({ path: spoken.path, model: 'small-1', status: 200 });
      if (on.hasKey) expect(endpoint.turns.at(-1)?.key).toBe(KEYS.good);
      expect((await on.key('remove', ['--profile', on.profile])).last).toMatchObject({ outcome: 'removed' });
      expect(on.config().providers).toEqual(before.providers);
      expect(on.config().model ?? '').not.toMatch(/^keyferry-/);
    } finally {
      await box.stop();
    }
  },
  40 * MINUTE,
);
