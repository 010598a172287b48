import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { startLab } from '../../lab/lab.ts';
import { leaks } from '../../lab/leaks.ts';
import { pointBox } from '../../lab/providers/point-box.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import { duringTests } from '../support/during-tests.ts';
import { keyferry, phases } from '../support/keyferry.ts';
import { rowsOf } from '../support/real-rows.ts';

const MINUTE = 60_000;
const VERSION = '2026.9.6';
const { lab, providers } = duringTests({ lab: startLab, providers: startProviders });

let box: Box;
beforeAll(async () => {
  box = await lab.freshBox({ openclaw: VERSION });
  pointBox(box, providers, ['openai'], VERSION);
}, 5 * MINUTE);
afterAll(() => box.stop(), MINUTE);

const key = async (verb: string, more: readonly string[], input?: string) => {
  const at = [box.target, '--identity', box.identityFile, '--known-hosts', box.knownHostsFile];
  const ran = await keyferry(['key', verb, ...at, '--json', ...more], undefined, input);
  expect(leaks([...providers.secrets], { printed: ran.printed, argv: ran.commandLines })).toEqual([]);
  return ran;
};
const OPENAI = ['--provider', 'openai'];

async function inOrder(): Promise<void> {
  const [first, second] = [providers.mint('openai'), providers.mint('openai')];
  const one = (await key('add', OPENAI, first.text)).lines.at(-1)?.profile ?? '';
  const two = (await key('add', OPENAI, second.text)).lines.at(-1)?.profile ?? '';
  const chosen = await key('model', [...OPENAI, '--profile', one]);
  expect(chosen.lines.at(-1)).toMatchObject({ type: 'models', isAnsweredHere: false });
  const { now } = chosen.lines.at(-1) ?? {};
  const other = 'openai/gpt-5.4';
  expect(now).not.toBe(other);
  expect((await key('model', [...OPENAI, '--profile', one, '--set', other])).exitCode).toBe(0);
  expect(providers.turns('openai').at(-1)).toBe(first.text);
  const after = await key('model', [...OPENAI, '--profile', one]);
  expect(after.lines.at(-1)).toMatchObject({ now: other, isAnsweredHere: true });
  second.mode = 'revoked';
  expect((await key('model', [...OPENAI, '--profile', two, '--set', now ?? ''])).exitCode).toBe(1);
  second.mode = 'good';
  expect((await key('list', OPENAI)).lines.map(({ profile }) => profile)).toEqual([one, two]);
  await key('order', [...OPENAI, one, two]);
  expect((await key('list', OPENAI)).lines.map(({ profile }) => profile)).toEqual([one, two]);
  // The second one answers although the first comes before it.
  expect((await key('test', [...OPENAI, '--profile', two])).exitCode).toBe(0);
  expect(providers.turns('openai').at(-1)).toBe(second.text);
  second.mode = 'rate-limited';
  const busy = await key('test', [...OPENAI, '--profile', two]);
  expect([busy.exitCode, busy.lines.at(-1)?.code]).toEqual([1, 'provider_rate_limited']);
  expect((await key('remove', ['--profile', one])).exitCode).toBe(0);
  expect((await key('list', OPENAI)).lines.map(({ profile }) => profile)).toEqual([two]);
  await key('remove', ['--profile', two]);
}

async function inPlace(): Promise<void> {
  const [first, second] = [providers.mint('openai'), providers.mint('openai')];
  const added = await key('add', OPENAI, first.text);
  expect([added.exitCode, phases(added)]).toEqual([0, ['reaching', 'preparing', 'installing', 'proving']]);
  expect(added.lines.at(-1)).toMatchObject({ type: 'connected', profile: 'openai:keyferry' });
  expect(providers.turns('openai').at(-1)).toBe(first.text);

  const wrong = providers.mint('openai', 'wrong');
  const refused = await key('add', OPENAI, wrong.text);
  expect([refused.exitCode, refused.lines.at(-1)]).toMatchObject([
    1,
    { type: 'failed', code: 'key_rejected' },
  ]);

  const replaced = await key('add', [...OPENAI, '--replaces', 'openai:keyferry'], second.text);
  expect(replaced.lines.at(-1)).toMatchObject({ type: 'connected', profile: 'openai:keyferry-2' });
  expect(providers.turns('openai').at(-1)).toBe(second.text);
  const listed = await key('list', OPENAI);
  expect(listed.lines).toMatchObject([{ profile: 'openai:keyferry-2', isOurs: true }]);
  await key('remove', ['--profile', 'openai:keyferry-2']);
}

// The short list has the last one.
test.each(
  rowsOf(
    [
      { sentence: 'several keys are put in order, tested one by one, and removed', play: inOrder },
      {
        sentence: 'a key is brought, proved, and replaced without a gap; one that is refused changes nothing',
        play: inPlace,
      },
    ],
    1,
  ),
)(`from the command line, on OpenClaw ${VERSION}: $sentence`, ({ play }) => play(), 30 * MINUTE);
