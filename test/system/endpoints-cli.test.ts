import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type OwnEndpoint, startOwnEndpoint } from '../../lab/providers/own-endpoint.ts';
import {
  connectedPlay,
  EndpointHands,
  KEYS,
  refusedPlay,
  SPOKEN,
  type Spoken,
} from '../support/endpoint-plays.ts';
import { keyferry } from '../support/keyferry.ts';
import { type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';

const MINUTE = 60_000;
let lab: PracticeLab;
let endpoint: OwnEndpoint;
let other: OwnEndpoint;

beforeAll(async () => {
  [lab, endpoint, other] = await Promise.all([startPracticeLab(), startOwnEndpoint(), startOwnEndpoint()]);
  for (const { keys } of [endpoint, other]) for (const key of [KEYS.good, KEYS.second]) keys.add(key);
}, MINUTE);
afterAll(async () => {
  await lab?.stop();
  await Promise.all([endpoint?.stop(), other?.stop()]);
}, MINUTE);

const [openai, , ollama] = SPOKEN as [Spoken, Spoken, Spoken];

test(
  'an address of the customer’s own is proved, tested, replaced by another one without a gap, and leaves nothing when it is removed',
  async () => {
    const on = new EndpointHands(await lab.box(), endpoint, ollama);
    await connectedPlay(on, other.baseUrl(ollama.api));
  },
  4 * MINUTE,
);

test(
  'and is refused for what is wrong with it, told apart, and the box is as it was',
  async () => {
    const on = new EndpointHands(await lab.box(), endpoint, openai);
    const gone = await startOwnEndpoint();
    const nowhere = gone.baseUrl(openai.api);
    await gone.stop();
    await refusedPlay(on, `${endpoint.baseUrl(openai.api)}/nowhere`, nowhere);
  },
  4 * MINUTE,
);

test.each([
  [['--provider', 'custom', '--api', 'openai-completions', '--model', 'm'], '--base-url'],
  [['--provider', 'custom', '--base-url', 'https://llm.example.com/v1', '--model', 'm'], '--api'],
  [
    ['--provider', 'custom', '--base-url', 'https://llm.example.com/v1', '--api', 'ollama', '--model', 'm'],
    '--api',
  ],
  [
    [
      '--provider',
      'custom',
      '--base-url',
      'http://llm.example.com',
      '--api',
      'openai-completions',
      '--model',
      'm',
    ],
    'https://',
  ],
  [['--provider', 'ollama'], '--model'],
  [['--provider', 'openai', '--base-url', 'https://llm.example.com'], '--base-url'],
])('the command line says what is missing: %j', async (options, words) => {
  const ran = await keyferry(['key', 'add', 'ssh://nobody@127.0.0.1', ...options], undefined, '');
  expect(ran.exitCode).toBe(2);
  expect(ran.printed).toContain(words);
});
