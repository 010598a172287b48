import { describe, expect, test } from '@jest/globals';
import { KeyferryError, toKeyferryError } from '../../../core/contract/errors.ts';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { Sessions } from '../../../worker/handshake/sessions.ts';
import { StatusSchema } from '../../../worker/programs/openclaw/models-status.ts';
import { OpenClaw } from '../../../worker/programs/openclaw/openclaw.ts';
import {
  type NewCredential,
  type OwnKeyMemory,
  Replacement,
  type Step,
} from '../../../worker/programs/openclaw/replacement.ts';
import type { BoxConnection } from '../../../worker/transports/transport.ts';
import { OpenClawInMemory } from '../../support/openclaw-in-memory.ts';

const ROW = PROVIDERS.openai;
const MODEL = 'openai/gpt-5.4';

/** Keys say by their names what the provider answers. */
const keyOf = (kind: string, tail: string) => `sk-${kind}-${'k'.repeat(40)}${tail}`;
const answers = (key: string) => Number(/^sk-(\d{3})-/.exec(key)?.[1] ?? 200);
const THEIRS = keyOf('good', '-theirs-');
const OLD = keyOf('good', '-old-old');
const NEW = keyOf('good', '-new-new');
const BAD = keyOf('401', '-bad-bad');
/** A variable, as an entry of the configuration names it. */
const NAMED = ['$', '{OPENAI_API_KEY}'].join('');

/** A box on which the customer has a key of their own, and one of Keyferry's is first. */
function box(): OpenClawInMemory {
  const openclaw = new OpenClawInMemory(answers);
  openclaw.profiles.set('openai:work', THEIRS);
  openclaw.profiles.set('openai:keyferry', OLD);
  openclaw.order = ['openai:keyferry', 'openai:work'];
  return openclaw;
}

const REPLACES = { replaces: { profile: 'openai:keyferry', hint: OLD.slice(-4) }, keep: [] };

interface Run extends Partial<NewCredential> {
  ownKey?: OwnKeyMemory;
  onStep?: (step: Step) => void;
  signal?: AbortSignal;
  link?: BoxConnection;
}

/** One attempt, as a worker makes it. */
async function place(on: OpenClawInMemory, key: string, { onStep, signal, link, ownKey, ...more }: Run = {}) {
  const redactor = new Redactor();
  const openclaw = new OpenClaw(link ?? on.connection, on.survey, { provider: ROW, redactor });
  const before = StatusSchema.parse(JSON.parse(JSON.stringify(on.status)));
  const credential = { secret: new Secret(key), method: 'api-key', model: MODEL, before, ...more };
  const openPrompt = () => Promise.reject(new Error('No prompt is needed.'));
  const replacement = new Replacement(openclaw, credential, { openPrompt, onStep, ownKey, againAfterMs: 1 });
  return replacement.run({ signal: signal ?? new AbortController().signal, timeoutMs: 60_000 });
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'connected',
    (thrown: unknown) => toKeyferryError(thrown).code,
  );

describe('a credential that is refused leaves everything as it was', () => {
  test.each<[number, string]>([
    [401, 'key_rejected'],
    [402, 'key_no_credit'],
    [403, 'key_no_access'],
    [429, 'provider_rate_limited'],
    [500, 'provider_down'],
    [529, 'provider_down'],
  ])('%d: %s', async (status, code) => {
    const on = box();
    const before = structuredClone([on.profiles, on.order, on.defaultModel]);
    expect(await codeOf(place(on, keyOf(String(status), '-bad-bad'), REPLACES))).toBe(code);
    expect([on.profiles, on.order, on.defaultModel]).toEqual(before);
  });

  test('also where no order had been set', async () => {
    const on = box();
    on.order = undefined;
    expect(await codeOf(place(on, BAD))).toBe('key_rejected');
    expect([...on.profiles.values()]).toEqual([THEIRS, OLD]);
    expect(on.order).toBeUndefined();
  });

  test('and the configuration’s own key answers on', async () => {
    const on = box();
    on.entry = { auth: 'api-key', apiKey: THEIRS };
    expect(await codeOf(place(on, BAD, { isOverridden: true }))).toBe('key_rejected');
    expect([on.answering, on.entry.auth]).toEqual([THEIRS, 'api-key']);
    on.onCommand = (name, when) => {
      // What goes wrong after the word is out: a status that lists no such profile.
      if (name === 'models status --json' && when === 'before') on.profiles.delete('openai:keyferry-2');
    };
    expect(await codeOf(place(on, NEW, { isOverridden: true }))).toBe('credential_not_effective');
    expect([on.answering, on.entry.auth]).toEqual([THEIRS, 'api-key']);
  });

  test('and on a box that had none of the provider', async () => {
    const on = new OpenClawInMemory(answers, 'anthropic/claude-opus-5');
    expect(await codeOf(place(on, BAD))).toBe('key_rejected');
    expect(on.profiles.size).toBe(0);
    expect([on.order, on.defaultModel]).toEqual([undefined, 'anthropic/claude-opus-5']);
  });
});

describe('a credential that works', () => {
  test('takes the first place; the one that it replaces goes, the customer’s own stay behind it', async () => {
    const on = box();
    const steps: Step[] = [];
    const placed = await place(on, NEW, { ...REPLACES, onStep: (step) => steps.push(step) });
    expect(placed).toMatchObject({ profile: 'openai:keyferry-2', defaultModel: MODEL, warnings: [] });
    expect([...on.profiles.keys()]).toEqual(['openai:work', 'openai:keyferry-2']);
    expect(on.order).toEqual(['openai:keyferry-2', 'openai:work']);
    expect(steps).toEqual([
      'looking',
      'clearing',
      'storing',
      'proving',
      'preferring',
      'pointing',
      'removing',
    ]);
  });

  test('beside a gateway that runs, the name of the one that it replaces goes before that one', async () => {
    for (const hasGateway of [false, true]) {
      const on = box();
      on.survey.hasGateway = hasGateway;
      await place(on, NEW, REPLACES);
      const unset = on.ran.indexOf('config unset auth.profiles.openai:keyferry');
      expect(unset > -1).toBe(hasGateway);
      if (hasGateway) expect(on.ran[unset + 1]).toBe('models auth logout');
      expect([...on.profiles.keys()]).toEqual(['openai:work', 'openai:keyferry-2']);
    }
  });

  test('is asked of through the gateway, if one runs; where that uses something else, it does not take the place', async () => {
    for (const hasGateway of [false, true]) {
      const on = box();
      on.survey.hasGateway = hasGateway;
      const { warnings } = await place(on, NEW, REPLACES);
      expect([on.ran.includes('gateway call agent'), warnings]).toEqual([hasGateway, []]);
    }
    const on = box();
    on.survey.hasGateway = true;
    on.entry = { apiKey: NAMED };
    expect(await codeOf(place(on, NEW, REPLACES))).toBe('credential_overridden');
    expect(on.ran.filter((name) => name === 'gateway call agent')).toHaveLength(3);
    expect([on.entry, [...on.profiles.values()], on.order]).toEqual([
      { apiKey: NAMED },
      [THEIRS, OLD],
      ['openai:keyferry', 'openai:work'],
    ]);
    // It is seen beforehand, and that is what takes it out.
    const { warnings } = await place(on, NEW, { ...REPLACES, isOverridden: true });
    expect([on.entry, warnings]).toEqual([
      {},
      [expect.stringContaining(`answered for OpenAI: apiKey (${NAMED}) of`)],
    ]);
  });

  test('is connected where the gateway does not say with what it answers, and that is said', async () => {
    const on = box();
    on.survey.hasGateway = true;
    on.onCommand = (name) => {
      if (name === 'gateway call agent') throw new Error('It is down.');
    };
    const { warnings } = await place(on, NEW, REPLACES);
    expect(warnings).toEqual([expect.stringContaining('was not seen. The gateway did not answer in time.')]);
  });

  test('answers where the configuration had a key of its own do so: the word goes, the key stays', async () => {
    const on = box();
    on.entry = { auth: 'api-key', apiKey: THEIRS };
    const placed = await place(on, NEW, { ...REPLACES, isOverridden: true });
    expect([on.answering, on.entry]).toEqual([NEW, { apiKey: THEIRS }]);
    expect(placed.warnings).toEqual([expect.stringMatching(/models\.providers\.openai, and the key left/)]);
  });

  test('a variable that the entry names goes out of it with the word, and comes back with it', async () => {
    const named = { auth: 'api-key', apiKey: NAMED };
    const on = box();
    on.variables[named.apiKey] = THEIRS;
    on.entry = { ...named };
    expect(on.answering).toBe(THEIRS);
    const { warnings } = await place(on, NEW, { ...REPLACES, isOverridden: true });
    expect([on.answering, on.entry]).toEqual([NEW, {}]);
    expect(warnings).toEqual([
      expect.stringContaining(
        `auth: "api-key" and apiKey (${named.apiKey}) of models.providers.openai taken out`,
      ),
    ]);

    const failing = box();
    failing.entry = { ...named };
    let isOut = false;
    failing.onCommand = (name, when) => {
      isOut ||= name === 'config unset models.providers.openai.apiKey' && when === 'after';
      // What goes wrong once it is out.
      if (isOut && name === 'config unset models.providers.openai.auth') throw new Error('The box is full.');
    };
    await expect(place(failing, NEW, { ...REPLACES, isOverridden: true })).rejects.toThrow();
    expect([isOut, failing.entry]).toEqual([true, named]);
  });

  test('and stays, once the configuration’s own key has made room, though an attempt after it is refused', async () => {
    const on = new OpenClawInMemory(answers);
    on.entry = { auth: 'api-key', apiKey: THEIRS };
    const worker = new AbortController();
    on.onCommand = (name, when) => {
      if (name === 'config unset models.providers.openai.auth' && when === 'after')
        worker.abort(new KeyferryError('worker_lost'));
    };
    expect(await codeOf(place(on, NEW, { isOverridden: true, signal: worker.signal }))).toBe('worker_lost');
    on.onCommand = () => {};
    const turns = on.ran.length;
    on.isDown = true;
    expect(await codeOf(place(on, NEW))).toBe('provider_down');
    on.isDown = false;
    expect(on.ran.slice(turns)).not.toContain('models auth logout');
    expect(on.answering).toBe(NEW);
    await place(on, NEW);
    expect([on.answering, on.entry]).toEqual([NEW, { apiKey: THEIRS }]);
  });

  test.each([
    ['before the word went', 'apiKey', 'before'],
    ['between the two', 'apiKey', 'after'],
    ['after both', 'auth', 'after'],
  ])(
    'what an attempt took out that died %s is said by the next, and put back if it fails',
    async (_, path, moment) => {
      const named = { auth: 'api-key', apiKey: NAMED };
      const on = box();
      on.variables[NAMED] = THEIRS;
      on.entry = { ...named };
      const memory: OwnKeyMemory = {
        left: undefined,
        keep: async (state) => {
          memory.left = state;
        },
      };
      const attempt = async (more: Run) => {
        const isOverridden = on.answering === THEIRS;
        return place(on, NEW, { ...REPLACES, ownKey: memory, isOverridden, ...more });
      };
      const worker = new AbortController();
      on.onCommand = (name, when) => {
        if (name === `config unset models.providers.openai.${path}` && when === moment)
          worker.abort(new KeyferryError('worker_lost'));
      };
      expect(await codeOf(attempt({ signal: worker.signal }))).toBe('worker_lost');
      expect(memory.left).toEqual(named);

      on.onCommand = () => {};
      on.isDown = true;
      expect(await codeOf(attempt({}))).toBe('provider_down');
      expect(on.entry).toEqual(named);
      on.isDown = false;
      const { warnings } = await attempt({});
      expect([on.answering, on.entry]).toEqual([NEW, {}]);
      expect(warnings).toEqual([expect.stringContaining(`auth: "api-key" and apiKey (${NAMED}) of`)]);
    },
  );

  test('where the configuration had a key of its own and nothing is stored, no order is left behind', async () => {
    const on = new OpenClawInMemory(answers);
    on.entry = { auth: 'api-key', apiKey: THEIRS };
    await place(on, NEW, { isOverridden: true });
    expect([on.answering, on.order, on.entry]).toEqual([NEW, undefined, { apiKey: THEIRS }]);
  });

  test('is never pasted over one that is there', async () => {
    const on = box();
    on.profiles.set('openai:keyferry-2', keyOf('good', '-second-'));
    on.order = ['openai:keyferry', 'openai:keyferry-2'];
    const { profile } = await place(on, NEW, { keep: ['openai:keyferry', 'openai:keyferry-2'] });
    expect(profile).toBe('openai:keyferry-3');
    expect(on.order).toEqual(['openai:keyferry-3', 'openai:keyferry', 'openai:keyferry-2']);
    expect(on.profiles.size).toBe(4);
  });

  test('becomes the default where nothing answers the present one, and only there', async () => {
    const fresh = new OpenClawInMemory(answers, 'anthropic/claude-opus-5');
    expect(await place(fresh, NEW)).toMatchObject({ profile: 'openai:keyferry', defaultModel: MODEL });
    expect([fresh.defaultModel, fresh.order]).toEqual([MODEL, undefined]);
    const other = new OpenClawInMemory(answers, 'anthropic/claude-opus-5');
    other.profiles.set('anthropic:manual', 'sk-ant-oat01-theirs');
    expect(await place(other, NEW)).toMatchObject({ defaultModel: 'anthropic/claude-opus-5' });
    expect(await place(other, NEW, { becomesDefault: true })).toMatchObject({ defaultModel: MODEL });
  });

  test('that is entered a second time is proved where it is', async () => {
    const on = box();
    const before = structuredClone(on.profiles);
    const placed = await place(on, OLD, REPLACES);
    expect(placed.profile).toBe('openai:keyferry');
    expect(on.profiles).toEqual(before);
    expect(on.order).toEqual(['openai:keyferry', 'openai:work']);
    expect(on.ran).not.toContain('models auth paste-api-key');
  });

  test('that takes the place of the only one leaves no order behind', async () => {
    const on = new OpenClawInMemory(answers);
    on.profiles.set('openai:keyferry', OLD);
    await place(on, NEW, REPLACES);
    expect([...on.profiles.values()]).toEqual([NEW]);
    expect(on.order).toBeUndefined();
  });

  test('is used alone also where what an earlier attempt left cannot be removed', async () => {
    const on = new OpenClawInMemory(answers);
    on.profiles.set('openai:keyferry', OLD);
    on.profiles.set('openai:keyferry-2', BAD);
    on.profiles.set('openai:keyferry-3', BAD);
    on.order = ['openai:keyferry'];
    let fails = 2;
    on.onCommand = (name, when) => {
      if (name === 'models auth logout' && when === 'before' && fails-- > 0) throw new Error('It is locked.');
    };
    const { profile, warnings } = await place(on, NEW, REPLACES);
    expect([on.answering, on.met, on.order]).toEqual([NEW, [NEW], [profile]]);
    expect([...on.profiles.values()].toSorted()).toEqual([BAD, NEW].toSorted());
    expect(warnings).toEqual([expect.stringContaining('is still stored; the order leaves it out')]);
  });

  test.each([
    ['where the configuration had a key of its own', true],
    ['where no order was needed before', false],
  ])('is used alone beside a leftover that stays, %s', async (_, isOverridden) => {
    const on = new OpenClawInMemory(answers);
    on.profiles.set('openai:keyferry', BAD);
    on.profiles.set('openai:keyferry-2', BAD);
    if (isOverridden) on.entry = { auth: 'api-key', apiKey: THEIRS };
    let fails = 2;
    on.onCommand = (name, when) => {
      if (name === 'models auth logout' && when === 'before' && fails-- > 0) throw new Error('It is locked.');
    };
    const { profile, warnings } = await place(on, NEW, { keep: [], isOverridden });
    expect([on.answering, on.met, on.order]).toEqual([NEW, [NEW], [profile]]);
    expect([...on.profiles.values()].toSorted()).toEqual([BAD, NEW].toSorted());
    expect(warnings).toContainEqual(expect.stringContaining('is still stored; the order leaves it out'));
  });

  test('leaves alone what stands under the replaced name, if it is no longer ours', async () => {
    const on = box();
    on.profiles.set('openai:keyferry', keyOf('good', '-changed'));
    const { warnings } = await place(on, NEW, REPLACES);
    expect(on.profiles.has('openai:keyferry')).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('holds another credential')]);
  });
});

test.each([200, 529])('a box that allows one session at a time is no obstacle (%d first)', async (first) => {
  let status = first;
  const on = new OpenClawInMemory(() => {
    const now = status;
    status = 200;
    return now;
  }, 'anthropic/claude-opus-5');
  const sessions = new Sessions(oneSession(on.connection));
  sessions.oneByOne();
  expect(await place(on, NEW, { link: sessions })).toMatchObject({ defaultModel: MODEL });
  expect(on.defaultModel).toBe(MODEL);
});

/** As sshd with MaxSessions 1. */
function oneSession(connection: BoxConnection): BoxConnection {
  let isOpen = false;
  const run: BoxConnection['run'] = async (command, options) => {
    if (isOpen) throw new KeyferryError('channel_refused');
    isOpen = true;
    try {
      return await connection.run(command, options);
    } finally {
      isOpen = false;
    }
  };
  return { ...connection, run };
}

test('a chat never meets a credential that is not proved', async () => {
  for (const order of [undefined, ['openai:keyferry', 'openai:work']]) {
    const on = box();
    on.order = order;
    const met = new Set<string>();
    on.onCommand = () => {
      for (const key of on.met) met.add(key);
    };
    await codeOf(place(on, BAD, REPLACES));
    expect(met).not.toContain(BAD);
  }
});

/** Every command of a whole run, and that it can be cut before it has done anything and after it has. */
async function cuts(key: string, start: () => OpenClawInMemory, more: Run) {
  const whole = start();
  await codeOf(place(whole, key, more));
  return whole.ran.flatMap((name, at) => [
    [`${at} before ${name}`, at, 'before'] as const,
    [`${at} after ${name}`, at, 'after'] as const,
  ]);
}

/** Runs until the worker dies at a command. */
async function killedAt(on: OpenClawInMemory, key: string, at: number, when: 'before' | 'after', more: Run) {
  const killed = new AbortController();
  let seen = -1;
  on.onCommand = (_, now) => {
    expect(on.answering).toBeDefined();
    if (now === 'before') seen += 1;
    if (seen === at && now === when) killed.abort(new KeyferryError('worker_lost'));
  };
  // Where it was about to take back what was refused, that is what it reports.
  const code = await codeOf(place(on, key, { ...more, signal: killed.signal }));
  expect(['worker_lost', 'key_rejected']).toContain(code);
  expect(killed.signal.aborted).toBe(true);
  on.onCommand = () => expect(on.answering).toBeDefined();
}

describe('a worker that dies at any command of a replacement', () => {
  const unordered = () => {
    const on = box();
    on.order = undefined;
    return on;
  };
  const starts = [
    ['with an order', box],
    ['without', unordered],
  ] as const;

  test.each(starts)(
    '%s: the next attempt finishes it; a credential that works answers throughout',
    async (_, start) => {
      for (const [name, at, when] of await cuts(NEW, start, REPLACES)) {
        const on = start();
        await killedAt(on, NEW, at, when, REPLACES);
        const placed = await place(on, NEW, REPLACES);
        expect([name, [...on.profiles.values()].sort()]).toEqual([name, [THEIRS, NEW].sort()]);
        expect([name, on.order]).toEqual([name, [placed.profile, 'openai:work']]);
      }
    },
  );

  test.each(starts)(
    '%s: the next attempt with a refused credential leaves nothing of it',
    async (_, start) => {
      for (const [name, at, when] of await cuts(BAD, start, REPLACES)) {
        const on = start();
        await killedAt(on, BAD, at, when, REPLACES);
        expect(on.met).not.toContain(BAD);
        expect(await codeOf(place(on, BAD, REPLACES))).toBe('key_rejected');
        expect([name, [...on.profiles.values()].sort()]).toEqual([name, [THEIRS, OLD].sort()]);
        expect(on.answering).toBe(start().answering);
      }
    },
  );

  test.each(starts)(
    '%s: the next credential takes the place, and what was left of the first goes',
    async (_, start) => {
      for (const [name, at, when] of await cuts(BAD, start, REPLACES)) {
        const on = start();
        await killedAt(on, BAD, at, when, REPLACES);
        await place(on, NEW, REPLACES);
        expect([name, [...on.profiles.values()].sort()]).toEqual([name, [THEIRS, NEW].sort()]);
        expect(on.answering).toBe(NEW);
      }
    },
  );

  test('nothing of the customer’s is ever removed where no record is known', async () => {
    for (const [, at, when] of await cuts(NEW, box, {})) {
      const on = box();
      await killedAt(on, NEW, at, when, {});
      await place(on, keyOf('good', '-third--'));
      expect([...on.profiles.values()]).toEqual(expect.arrayContaining([THEIRS, OLD]));
    }
  });
});
