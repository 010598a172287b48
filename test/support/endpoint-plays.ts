import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { leaks } from '../../lab/leaks.ts';
import type { OwnEndpoint } from '../../lab/providers/own-endpoint.ts';
import { keyferry } from './keyferry.ts';

/** A protocol of an address of the customer's own, and how the command line is told of it. */
export interface Spoken {
  provider: 'custom' | 'ollama';
  api: Parameters<OwnEndpoint['baseUrl']>[0];
  /** Where its turns go. */
  path: string;
}

export const SPOKEN: readonly Spoken[] = [
  { provider: 'custom', api: 'openai-completions', path: '/v1/chat/completions' },
  { provider: 'custom', api: 'anthropic-messages', path: '/v1/messages' },
  { provider: 'ollama', api: 'ollama', path: '/api/chat' },
];

export const KEYS = {
  good: 'own-key-0123456789abcdefghijklmnop',
  second: 'own-key-fedcba9876543210ponmlkjihg',
  bad: 'own-key-that-is-refused-0123456789',
};

/** The command line on a box, for one protocol. */
export class EndpointHands {
  readonly #box: Box;
  readonly #endpoint: OwnEndpoint;
  readonly spoken: Spoken;

  constructor(box: Box, endpoint: OwnEndpoint, spoken: Spoken) {
    this.#box = box;
    this.#endpoint = endpoint;
    this.spoken = spoken;
  }

  get profile(): string {
    return `keyferry-${this.spoken.provider}:keyferry`;
  }

  get hasKey(): boolean {
    return this.spoken.provider !== 'ollama';
  }

  async key(verb: string, more: readonly string[], input = '') {
    const { identityFile, knownHostsFile, target } = this.#box;
    const at = [target, '--identity', identityFile, '--known-hosts', knownHostsFile];
    const ran = await keyferry(['key', verb, ...at, '--json', ...more], undefined, `${input}\n`);
    expect(leaks(Object.values(KEYS), { printed: ran.printed, argv: ran.commandLines })).toEqual([]);
    return { exitCode: ran.exitCode, lines: ran.lines, last: ran.lines.at(-1) };
  }

  /** Ends as the last line says: its profile, or the error's code. */
  async add(
    models: readonly string[],
    { key = KEYS.good, baseUrl = this.#endpoint.baseUrl(this.spoken.api), replaces = '' } = {},
  ) {
    const { provider, api } = this.spoken;
    const said = ['--provider', provider, '--base-url', baseUrl, '--api', api];
    const of = models.flatMap((model) => ['--model', model]);
    const { last } = await this.key(
      'add',
      [...said, ...of, ...(replaces ? ['--replaces', replaces] : [])],
      key,
    );
    return last?.type === 'connected' ? `${last.profile} ${last.model}` : String(last?.code);
  }

  /** `models.providers` and the default model, as the box's configuration has them. */
  config() {
    const { models, agents } = JSON.parse(
      readFileSync(join(this.#box.home, '.openclaw/openclaw.json'), 'utf8'),
    );
    return { providers: models?.providers ?? {}, model: agents?.defaults?.model?.primary };
  }

  get entries(): string[] {
    return Object.keys(this.config().providers).filter((id) => id.startsWith('keyferry-'));
  }

  get lastTurn() {
    return this.#endpoint.turns.at(-1);
  }
}

/** Refused for each reason there is, and the box is as it was. */
export async function refusedPlay(on: EndpointHands, elsewhere: string, nowhere: string): Promise<void> {
  const before = on.config();
  expect(await on.add(['no-such-model'])).toBe('endpoint_no_model');
  if (on.hasKey) expect(await on.add(['small-1'], { key: KEYS.bad })).toBe('key_rejected');
  expect(await on.add(['small-1'], { baseUrl: nowhere })).toBe('endpoint_no_answer');
  expect(await on.add(['small-1'], { baseUrl: elsewhere })).toBe('endpoint_not_api');
  expect(on.config().providers).toEqual(before.providers);
  expect(on.entries).toEqual([]);
}

/** Proved, tested, replaced by another address without a gap, and removed without a trace. */
export async function connectedPlay(on: EndpointHands, another: string): Promise<void> {
  const before = on.config();
  const { provider, path } = on.spoken;
  expect(await on.add(['small-1', 'maker/tiny:7b'])).toBe(`${on.profile} keyferry-${provider}/small-1`);
  expect(on.lastTurn).toEqual({ path, key: on.hasKey ? KEYS.good : '', model: 'small-1', status: 200 });
  expect((await on.key('test', ['--provider', provider, '--profile', on.profile])).exitCode).toBe(0);

  const first = on.config();
  const place = { baseUrl: another, replaces: on.profile };
  expect(await on.add(['no-such-model'], place)).toBe('endpoint_no_model');
  expect(on.config()).toEqual(first);

  const second = `keyferry-${provider}-2`;
  expect(await on.add(['large-1'], { ...place, key: KEYS.second })).toBe(
    `${second}:keyferry ${second}/large-1`,
  );
  expect(on.entries).toEqual([second]);
  expect(on.config().model).toBe(`${second}/large-1`);
  const { lines } = await on.key('list', ['--provider', provider]);
  expect(lines).toMatchObject([{ profile: `${second}:keyferry`, isOurs: true, baseUrl: another }]);

  expect((await on.key('remove', ['--profile', `${second}:keyferry`])).last).toMatchObject({
    outcome: 'removed',
  });
  expect(on.config().providers).toEqual(before.providers);
  expect(on.config().model ?? '').not.toMatch(/^keyferry-/);
}
