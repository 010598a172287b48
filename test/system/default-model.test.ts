import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { Box } from '../../lab/box.ts';
import { signalAll } from '../../lab/signal-all.ts';
import type { Ran } from '../../scripts/bench/trace.ts';
import { duringTests } from '../support/during-tests.ts';
import { leftOn, startPracticeLab } from '../support/practice-lab.ts';
import { connectSlowly, processesWith } from '../support/slow-customer.ts';

const MINUTE = 60_000;
const CHANGE = 'openclaw config patch';
const SET = 'openclaw config set';

const { lab } = duringTests({ lab: startPracticeLab });

const signIn = (link: string) => lab.anthropic.signIn(link);
const times = (ran: readonly Ran[], name: string) => ran.filter((one) => one.name.startsWith(name)).length;
const changes = (ran: readonly Ran[]) => times(ran, CHANGE) === 1;
/** The change has been started, and OpenClaw after it has answered: by then it waits. */
const changeWaits = (ran: readonly Ran[]) =>
  changes(ran) && ran.some(({ name, ended }) => name.startsWith('openclaw sessions') && ended !== undefined);
const configOf = (box: Box) => JSON.parse(readFileSync(join(box.home, '.openclaw/openclaw.json'), 'utf8'));

test(
  'the change of the default model waits while the customer signs in, and takes back nothing written meanwhile',
  async () => {
    const box = await lab.box();
    const priority = { change: 0, prompt: 0 };
    const { connected, ran } = await connectSlowly(box, signIn, {
      until: changeWaits,
      before: () => {
        for (const pid of processesWith(box, 'config', 'patch', '--stdin'))
          priority.change = getPriority(pid);
        for (const pid of processesWith(box, 'paste-token')) priority.prompt = getPriority(pid);
        const path = join(box.home, '.openclaw/openclaw.json');
        const theirs = existsSync(path) ? configOf(box) : {};
        writeFileSync(path, JSON.stringify({ ...theirs, ui: { seamColor: '#123456' } }));
      },
    });
    expect(times(ran, SET)).toBe(0);
    expect(configOf(box)).toMatchObject({
      agents: { defaults: { model: { primary: connected.model } } },
      auth: { profiles: { 'anthropic:manual': {} } },
      ui: { seamColor: '#123456' },
    });
    // The change gives way to what else runs there; the prompt, for which the customer waits, does not.
    expect(priority).toEqual({ change: 5, prompt: 0 });
    expect(await leftOn(box)).toEqual([]);
  },
  MINUTE,
);

test(
  'an OpenClaw that knows no such change sets the model when the token is in',
  async () => {
    const box = await lab.box({ openclaw: '2026.4.15' });
    const { connected, ran } = await connectSlowly(box, signIn, {
      until: (now) => now.some(({ name, ended }) => name.startsWith(CHANGE) && ended !== undefined),
    });
    expect([times(ran, CHANGE), times(ran, SET)]).toEqual([1, 1]);
    expect(configOf(box).agents.defaults.model.primary).toBe(connected.model);
  },
  MINUTE,
);

test(
  'a change that ended while it waited is made again',
  async () => {
    const box = await lab.box();
    const { connected, ran } = await connectSlowly(box, signIn, {
      until: changeWaits,
      before: () => {
        const waiting = processesWith(box, 'config', 'patch', '--stdin');
        expect(waiting.length).toBeGreaterThan(0);
        signalAll(waiting, 'SIGKILL');
      },
    });
    expect([times(ran, CHANGE), times(ran, SET)]).toEqual([1, 1]);
    expect(configOf(box).agents.defaults.model.primary).toBe(connected.model);
  },
  MINUTE,
);

test(
  'nothing waits where the model is the default already, or only listed models are allowed',
  async () => {
    const box = await lab.box();
    const asked = (now: readonly Ran[]) =>
      now.some(({ name, ended }) => name.startsWith('openclaw sessions') && ended !== undefined);
    await connectSlowly(box, signIn, { until: asked, model: 'claude-sonnet-5' });
    const again = await connectSlowly(box, signIn, { until: asked });
    expect(again.connected.model).toBe('anthropic/claude-sonnet-5');
    expect([times(again.ran, CHANGE), times(again.ran, SET)]).toEqual([0, 0]);

    const config = configOf(box);
    config.agents.defaults.modelPolicy = { allow: ['anthropic/claude-sonnet-5'] };
    writeFileSync(join(box.home, '.openclaw/openclaw.json'), JSON.stringify(config));
    const listed = await connectSlowly(box, signIn, { until: asked, model: 'claude-opus-4-6' });
    expect([times(listed.ran, CHANGE), times(listed.ran, 'openclaw models set')]).toEqual([0, 1]);
  },
  MINUTE,
);

test(
  'a handshake that is cancelled meanwhile changes nothing and leaves nothing behind',
  async () => {
    const box = await lab.box();
    const stop = new AbortController();
    const connecting = connectSlowly(box, signIn, {
      signal: stop.signal,
      until: changeWaits,
      before: () => {
        stop.abort(new KeyferryError('cancelled'));
        return new Promise(() => {});
      },
    });
    await expect(connecting).rejects.toMatchObject({ phase: 'waiting', error: { code: 'cancelled' } });
    expect(await leftOn(box)).toEqual([]);
    const path = join(box.home, '.openclaw/openclaw.json');
    expect(existsSync(path) ? configOf(box).agents?.defaults?.model : undefined).toBeUndefined();
  },
  MINUTE,
);
