import { describe, expect, test } from '@jest/globals';
import { KeyferryError, toKeyferryError } from '../../../core/contract/errors.ts';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { Progress } from '../../../worker/handshake/progress.ts';
import { Readiness } from '../../../worker/handshake/readiness.ts';
import { deliverToken } from '../../../worker/handshake/token-delivery.ts';
import { OpenClaw } from '../../../worker/programs/openclaw/openclaw.ts';
import type { Known } from '../../../worker/programs/openclaw/replacement-plan.ts';
import { OpenClawInMemory } from '../../support/openclaw-in-memory.ts';

const ROW = PROVIDERS.anthropic;
const MODEL = 'anthropic/claude-opus-5';

/** Tokens and keys say by their names what the provider answers. */
const tokenOf = (kind: string, tail: string) => `sk-ant-oat01-${kind}-${'t'.repeat(60)}${tail}`;
const answers = (key: string) => Number(/-(\d{3})-/.exec(key)?.[1] ?? 200);
const OLD = tokenOf('good', '-old-old');
const NEW = tokenOf('good', '-new-new');
const OTHER = tokenOf('good', '-another');
const BAD = tokenOf('401', '-bad-bad');
const THEIRS = `sk-ant-api03-good-${'k'.repeat(60)}-theirs-`;

/** A box that has nothing of the provider's. */
const empty = () => new OpenClawInMemory(answers, 'openai/gpt-5.4');

/** One that was connected before, as the quick way leaves it. */
function connected(): OpenClawInMemory {
  const on = new OpenClawInMemory(answers, MODEL);
  on.profiles.set('anthropic:manual', OLD);
  return on;
}

/** One on which the customer has a key of their own under OpenClaw's name, and the connection is beside it. */
function beside(): OpenClawInMemory {
  const on = new OpenClawInMemory(answers, MODEL);
  on.profiles.set('anthropic:manual', THEIRS);
  on.profiles.set('anthropic:keyferry', OLD);
  on.order = ['anthropic:keyferry', 'anthropic:manual'];
  return on;
}

const record = (profile: string): Known => ({ replaces: { profile, hint: OLD.slice(-4) }, keep: [] });

interface Attempt {
  known?: Known | undefined;
  signal?: AbortSignal;
  liveProof?: boolean;
}

/** `installing` and `proving` of one attempt, as a worker makes them. */
async function deliver(on: OpenClawInMemory, token: string, { known, signal, liveProof }: Attempt = {}) {
  const whole = signal ?? new AbortController().signal;
  const progress = new Progress(() => {}, whole);
  const phases = ['reaching', 'preparing', 'opening', 'waiting', 'exchanging'] as const;
  for (const phase of phases) progress.enter(phase);
  const limits = { signal: whole, timeoutMs: 60_000 };
  const openclaw = new OpenClaw(on.connection, on.survey, { provider: ROW, redactor: new Redactor() });
  const openPrompt = async () => on.prompt(openclaw);
  const readiness = new Readiness({
    openclaw,
    model: undefined,
    openPrompt,
    limits,
    limitsOfWaiting: limits,
  });
  const options = { known, ...(liveProof === undefined ? {} : { liveProof }) };
  const parts = { openclaw, readiness, progress, options, onStored: () => {} };
  return deliverToken(new Secret(token), parts);
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'connected',
    (thrown: unknown) => toKeyferryError(thrown).code,
  );

const stateOf = (on: OpenClawInMemory) => structuredClone([[...on.profiles], on.order, on.defaultModel]);

describe('a box that has nothing of the provider’s', () => {
  test('gets the token the quick way, under OpenClaw’s own name, with no more commands than that needs', async () => {
    const on = empty();
    expect(await deliver(on, NEW)).toEqual({ profile: 'anthropic:manual', model: MODEL, warnings: [] });
    expect([...on.profiles]).toEqual([['anthropic:manual', NEW]]);
    expect(on.order).toBeUndefined();
    expect(on.ran.toSorted()).toEqual(
      [
        'models status --json',
        'models list --all',
        'models auth paste-token',
        'infer model run',
        'config set agents.defaults.model.primary',
        'models status --json',
        'sessions --json',
      ].toSorted(),
    );
  });

  test.each<[number, string]>([
    [401, 'key_rejected'],
    [402, 'key_no_credit'],
    [403, 'key_no_access'],
    [429, 'provider_rate_limited'],
    [500, 'provider_down'],
    [529, 'provider_down'],
  ])('has nothing again after the provider said %d, and that is told as %s', async (status, code) => {
    const on = empty();
    const before = stateOf(on);
    expect(await codeOf(deliver(on, tokenOf(String(status), '-bad-bad')))).toBe(code);
    expect(stateOf(on)).toEqual(before);
  });

  test('starts OpenClaw’s command for what it has, the prompt and pinned chats where a gateway runs, and for nothing else', async () => {
    const on = empty();
    on.survey.hasGateway = true;
    expect(await deliver(on, NEW)).toEqual({ profile: 'anthropic:manual', model: MODEL, warnings: [] });
    expect(on.defaultModel).toBe(MODEL);
    const started = on.ran.filter((name) => !name.startsWith('gateway '));
    expect(started.toSorted()).toEqual([
      'models auth paste-token',
      'models status --json',
      'sessions --json',
    ]);
    const asked = ['call models.list', 'model set', 'model look', 'call agent'];
    expect(on.ran.filter((name) => name.startsWith('gateway ')).toSorted()).toEqual(
      asked.map((name) => `gateway ${name}`).toSorted(),
    );
  });

  test.each<[string, (on: OpenClawInMemory) => void, string[]]>([
    [
      'of a version that does not say which configuration it goes by',
      (on) => {
        on.survey.openclaw.version = '2026.7.1';
      },
      ['config set agents.defaults.model.primary'],
    ],
    [
      'that names another credential of the provider’s',
      (on) => {
        on.entry = {};
      },
      [],
    ],
  ])('is changed and looked at by OpenClaw’s command beside a gateway %s', async (_, change, more) => {
    const on = empty();
    on.survey.hasGateway = true;
    change(on);
    expect((await deliver(on, NEW)).model).toBe(MODEL);
    expect(on.defaultModel).toBe(MODEL);
    expect(on.ran.filter((name) => name === 'models status --json')).toHaveLength(2);
    expect(on.ran.filter((name) => name.startsWith('config '))).toEqual(more);
    expect(on.ran).not.toContain('infer model run');
  });

  test('is proved by a turn of OpenClaw’s command where the gateway does not answer, and that is said', async () => {
    const on = empty();
    on.survey.hasGateway = true;
    on.onCommand = (name) => {
      if (name === 'gateway call agent') throw new Error('It is down.');
    };
    const { warnings } = await deliver(on, NEW);
    expect(warnings).toEqual([expect.stringContaining('was not seen. The gateway did not answer in time.')]);
    expect(on.ran).toContain('infer model run');
  });

  test('has nothing again, and the provider’s own word is told, where the turn through the gateway fails', async () => {
    const on = empty();
    on.survey.hasGateway = true;
    const before = stateOf(on);
    expect(await codeOf(deliver(on, BAD))).toBe('key_rejected');
    expect(stateOf(on)).toEqual(before);
    // Two turns of the gateway, which says no, and one of the command, which says why.
    const turns = on.ran.filter((name) => /^(?:gateway call agent|infer model run)$/.test(name));
    expect(turns).toEqual(['gateway call agent', 'gateway call agent', 'infer model run']);
  });

  test('has nothing again after a cancel', async () => {
    const on = empty();
    const before = stateOf(on);
    const cancelled = new AbortController();
    on.onCommand = (name) => {
      if (name === 'infer model run') cancelled.abort(new KeyferryError('cancelled'));
    };
    expect(await codeOf(deliver(on, NEW, { signal: cancelled.signal }))).toBe('cancelled');
    expect(stateOf(on)).toEqual(before);
  });
});

describe('a box that is connected already', () => {
  test('gets the new token into a profile of its own; the old one goes after the proof', async () => {
    const on = connected();
    const delivered = await deliver(on, NEW, { known: record('anthropic:manual') });
    expect(delivered).toEqual({ profile: 'anthropic:keyferry', model: MODEL, warnings: [] });
    expect([...on.profiles]).toEqual([['anthropic:keyferry', NEW]]);
    expect(on.order).toBeUndefined();
  });

  test('keeps the one that works where the new one is refused', async () => {
    for (const [start, known] of [
      [connected, record('anthropic:manual')],
      [beside, record('anthropic:keyferry')],
    ] as const) {
      const on = start();
      const before = stateOf(on);
      const met = new Set<string>();
      on.onCommand = () => {
        for (const key of on.met) met.add(key);
      };
      expect(await codeOf(deliver(on, BAD, { known }))).toBe('key_rejected');
      expect(stateOf(on)).toEqual(before);
      expect(met).not.toContain(BAD);
      expect(on.answering).toBe(OLD);
    }
  });

  test('keeps the customer’s own, behind the new one', async () => {
    const on = beside();
    await deliver(on, NEW, { known: record('anthropic:keyferry') });
    expect([...on.profiles]).toEqual([
      ['anthropic:manual', THEIRS],
      ['anthropic:keyferry-2', NEW],
    ]);
    expect(on.order).toEqual(['anthropic:keyferry-2', 'anthropic:manual']);
  });

  test('ten times over has one token in the end', async () => {
    const on = connected();
    let known = record('anthropic:manual');
    for (let round = 0; round < 10; round += 1) {
      const token = tokenOf('good', `-round-${round}`);
      if (round % 3 === 2) expect(await codeOf(deliver(on, BAD, { known }))).toBe('key_rejected');
      const { profile } = await deliver(on, token, { known });
      known = { replaces: { profile, hint: token.slice(-4) }, keep: [] };
      expect([...on.profiles]).toEqual([[profile, token]]);
    }
  });

  test('by a command line, which has no record: nothing is removed, and what stays is said', async () => {
    const on = connected();
    const { profile, warnings } = await deliver(on, NEW);
    expect(warnings).toEqual([
      'Behind the new one OpenClaw still has anthropic:manual; none of them was removed.',
    ]);
    expect(on.order).toEqual([profile, 'anthropic:manual']);
    expect(on.answering).toBe(NEW);
  });

  test('without a real turn it relies on what OpenClaw reports', async () => {
    const on = connected();
    await deliver(on, NEW, { known: record('anthropic:manual'), liveProof: false });
    expect([...on.profiles.values()]).toEqual([NEW]);
    expect(on.ran).not.toContain('infer model run');
  });
});

type Cut = readonly [name: string, at: number];

/** Every moment of a whole attempt at which it can be cut: before a command has done anything, and after it has. */
async function cuts(start: () => OpenClawInMemory, token: string, known: Known | undefined): Promise<Cut[]> {
  const whole = start();
  const moments: Cut[] = [];
  whole.onCommand = (name, when) => {
    moments.push([`${moments.length} ${when} ${name}`, moments.length]);
  };
  await codeOf(deliver(whole, token, { known }));
  return moments;
}

/** Runs until the worker dies at a moment; `check`: at each. */
async function killedAt(
  on: OpenClawInMemory,
  token: string,
  [name, at]: Cut,
  known: Known | undefined,
  check: () => void,
) {
  const killed = new AbortController();
  let moment = 0;
  on.onCommand = () => {
    check();
    if (moment++ === at) killed.abort(new KeyferryError('worker_lost'));
  };
  const code = await codeOf(deliver(on, token, { known, signal: killed.signal }));
  // Where only the look for pinned chats was cut, all was done.
  expect(['worker_lost', 'key_rejected', 'connected']).toContain(code);
  expect([name, killed.signal.aborted]).toEqual([name, true]);
  on.onCommand = check;
}

describe('a worker that dies at any command', () => {
  const starts: [string, () => OpenClawInMemory, string, string[]][] = [
    ['on a box that was connected', connected, 'anthropic:manual', []],
    ['with a key of the customer’s own', beside, 'anthropic:keyferry', [THEIRS]],
  ];

  test.each(starts)(
    '%s: something that works answers throughout, and the next attempt leaves exactly one of ours',
    async (_, start, profile, theirs) => {
      const known = record(profile);
      for (const cut of await cuts(start, NEW, known)) {
        const on = start();
        const check = () => expect([cut[0], on.answering === undefined]).toEqual([cut[0], false]);
        await killedAt(on, NEW, cut, known, check);
        await deliver(on, NEW, { known });
        expect([cut[0], [...on.profiles.values()].sort()]).toEqual([cut[0], [...theirs, NEW].sort()]);
        expect([cut[0], on.answering]).toEqual([cut[0], NEW]);
      }
    },
  );

  test.each(starts)(
    '%s: a customer who signs in again has that one, and nothing of the first is left',
    async (_, start, profile, theirs) => {
      const known = record(profile);
      for (const cut of await cuts(start, BAD, known)) {
        const on = start();
        await killedAt(on, BAD, cut, known, () => expect(on.answering).toBe(OLD));
        on.onCommand = () => {};
        await deliver(on, OTHER, { known });
        expect([cut[0], [...on.profiles.values()].sort()]).toEqual([cut[0], [...theirs, OTHER].sort()]);
        expect([cut[0], on.answering]).toEqual([cut[0], OTHER]);
      }
    },
  );

  test('on a box that had nothing: the next attempt finds the very token, and does not store it twice', async () => {
    for (const known of [undefined, { keep: [] }, record('anthropic:manual')])
      for (const cut of await cuts(empty, NEW, known)) {
        const on = empty();
        await killedAt(on, NEW, cut, known, () => {});
        await deliver(on, NEW, { known });
        expect([cut[0], [...on.profiles]]).toEqual([cut[0], [['anthropic:manual', NEW]]]);
        expect([cut[0], on.order, on.defaultModel]).toEqual([cut[0], undefined, MODEL]);
      }
  });

  test('on a box that had nothing: a token that is refused after all is taken out again', async () => {
    for (const cut of await cuts(empty, BAD, { keep: [] })) {
      const on = empty();
      await killedAt(on, BAD, cut, { keep: [] }, () => {});
      expect([cut[0], await codeOf(deliver(on, BAD, { known: { keep: [] } }))]).toEqual([
        cut[0],
        'key_rejected',
      ]);
      expect([cut[0], [...on.profiles]]).toEqual([cut[0], []]);
    }
  });

  test('no token is ever pasted over another', async () => {
    for (const [, start, profile] of starts)
      for (const cut of await cuts(start, NEW, record(profile))) {
        const on = start();
        await killedAt(on, NEW, cut, record(profile), () => {});
        await deliver(on, NEW, { known: record(profile) });
        expect(on.pasted).not.toContain('anthropic:manual');
        expect(on.pasted).not.toContain(profile);
      }
  });
});

test('where the record does not say whose the old one is, that stays, and the new one alone is used', async () => {
  const on = connected();
  await deliver(on, NEW, { known: { replaces: { profile: 'anthropic:manual' } } });
  expect([on.answering, on.met]).toEqual([NEW, [NEW]]);
  expect([...on.profiles.values()].toSorted()).toEqual([OLD, NEW].toSorted());
});

/** Numbers from 0 up to 1, the same at every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

test('a thousand renewals under a steady stream of turns, most of them killed once: no turn fails, and one token is left', async () => {
  const random = numbers(19);
  const on = connected();
  let known = record('anthropic:manual');
  let turns = 0;
  for (let round = 0; round < 1_000; round += 1) {
    const isRefused = random.next().value < 0.2;
    const token = isRefused ? BAD : tokenOf('good', `-the${round}th`.padStart(9, '-'));
    const before = on.answering;
    // Later than its last command now and then, so that it is not killed at all.
    const at = Math.floor(random.next().value * 30);
    const killed = new AbortController();
    let moment = 0;
    on.onCommand = () => {
      turns += 1;
      expect([round, on.answering === undefined]).toEqual([round, false]);
      expect([round, on.met.includes(BAD)]).toEqual([round, false]);
      if (moment++ === at) killed.abort(new KeyferryError('worker_lost'));
    };
    const first = await deliver(on, token, { known, signal: killed.signal }).catch(toKeyferryError);
    // Another worker takes the handshake from one that was killed, whatever that one was about to say.
    const last =
      'code' in first && killed.signal.aborted
        ? await deliver(on, token, { known }).catch(toKeyferryError)
        : first;
    if ('code' in last) {
      expect([round, last.code, isRefused]).toEqual([round, 'key_rejected', true]);
      expect([round, on.answering]).toEqual([round, before]);
    } else {
      expect([round, [...on.profiles]]).toEqual([round, [[last.profile, token]]]);
      known = { replaces: { profile: last.profile, hint: token.slice(-4) }, keep: [] };
    }
    expect([round, on.profiles.size]).toEqual([round, 1]);
  }
  expect(turns).toBeGreaterThan(10_000);
});
