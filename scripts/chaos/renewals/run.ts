/**
 * Renewals whose worker is killed: customers who are connected sign in again, and a real worker process gets SIGKILL at a
 * command of OpenClaw's in each, while turns are taken all the time. The boxes are those of a crowd, in this process.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { asked } from '../../../lab/postgres.ts';
import type { SystemProcess } from '../../../lab/system-process.ts';
import { SimulatedBox } from '../crowd/box.ts';
import type { CrowdCustomer } from '../crowd/customers.ts';
import { fingerprintOf } from '../crowd/secrets.ts';
import { serveBoxes } from '../crowd/ssh-server.ts';
import { type CrowdSystem, startCrowdSystem } from '../crowd/system.ts';
import { Deck, Draw } from '../draw.ts';
import { type Cut, type Kind, OWN_KEY_PROFILE, type Renewal, Renewing, Turns } from './renewal.ts';

export interface RenewalsOptions {
  /** How many in all; the last round may have fewer than the others. */
  renewals: number;
  /** Customers, who renew side by side; a kill meets all of them. */
  concurrency: number;
  seed: number;
  /** A worker whose locks last seconds. */
  workerMain: string;
  /** Milliseconds in which nobody gets on before the run is given up. */
  quietMs: number;
  signal?: AbortSignal | undefined;
}

export interface RenewalsEvidence {
  renewals: readonly Renewal[];
  /** Steps at which something is changed on a box, and those of them at which no worker was killed. */
  steps: readonly string[];
  unmet: readonly string[];
  /** Workers that got SIGKILL. */
  kills: number;
  turns: number;
  failedTurns: readonly string[];
  /** Customers whose connection on record is not the one of their box, a line each. */
  record: readonly string[];
  logs: Readonly<Record<string, string>>;
}

/** Milliseconds that programs seem to work, and between two turns of every customer's. */
const DELAY_MS = 20;
const TURN_MS = 20;
/** Of the renewals that were killed, those whose second worker is killed, too. */
const TWICE = 1 / 3;
/** Every other customer has a key of their own. */
const OWN_KEY = `sk-ant-api03-${'k'.repeat(95)}`;
const WHEN = ['before', 'in', 'after'] as const;
/** A token that is good, and one that is refused, each with and without a key of the customer's own. */
const KINDS = 4;
/** What changes something on a box; what only reads is all the same before and after it. */
const CHANGES = /paste-token|order (set|clear)|logout|config/;

/** Plays renewals on a system of their own. Throws when nobody gets on any more. */
export async function runRenewals(
  options: RenewalsOptions,
  say: (line: string) => void,
): Promise<RenewalsEvidence> {
  const turns = new Turns();
  const boxes = new Map<string, Renewing>();
  const [known, early] = [(name: string) => boxes.get(name), new Map<string, SimulatedBox>()];
  const boxOf = (name: string) => known(name)?.box ?? early.get(name) ?? boxFor(name, early, known);
  let stopServing = () => {};
  const system = await startCrowdSystem({
    count: Math.min(options.concurrency, options.renewals),
    holding: 100,
    onPage: 100,
    delayMs: DELAY_MS,
    workerMain: options.workerMain,
    env: { WATCH_HOURS: '0' },
    serve: async (directory) => {
      const served = await serveBoxes(directory, ['127.0.0.1'], boxOf);
      stopServing = served.stop;
      return served;
    },
  });
  for (const customer of system.customers.all)
    boxes.set(customer.name, new Renewing(customer, boxOf(customer.name), turns));
  const chats = setInterval(() => {
    for (const { customer, box, isConnected } of boxes.values())
      if (isConnected) turns.take(customer.name, box.openclaw, customer.snapshot?.phase ?? 'nothing');
  }, TURN_MS);
  try {
    return await new Run(system, [...boxes.values()], turns, options, say).play();
  } finally {
    clearInterval(chats);
    await system.stop();
    stopServing();
  }
}

function boxFor(
  name: string,
  all: Map<string, SimulatedBox>,
  known: (name: string) => Renewing | undefined,
): SimulatedBox {
  const box = new SimulatedBox({
    delayMs: DELAY_MS,
    holds: true,
    isConnected: false,
    hears: { typed: (code) => known(name)?.typed(code) },
    meets: async (command, when, lost) => (await known(name)?.meets(command, when, lost)) ?? true,
  });
  if (hasOwnKey(name)) box.openclaw.tokens.set(OWN_KEY_PROFILE, OWN_KEY);
  all.set(name, box);
  return box;
}

const hasOwnKey = (name: string) => Number(name.split('-').at(-1)) % 2 === 1;

class Run {
  readonly #system: CrowdSystem;
  readonly #all: readonly Renewing[];
  readonly #turns: Turns;
  readonly #options: RenewalsOptions;
  readonly #say: (line: string) => void;
  readonly #draw: Draw;
  readonly #worker: SystemProcess;
  readonly #renewals: Renewal[] = [];
  readonly #met = new Set<string>();
  /** All steps, by whether the customer has a key of their own. */
  readonly #cuts = new Map<boolean, (Cut & Kind)[]>([
    [false, []],
    [true, []],
  ]);
  readonly #decks = new Map<boolean, Deck<Cut & Kind>>();
  #kills = 0;

  constructor(
    system: CrowdSystem,
    all: readonly Renewing[],
    turns: Turns,
    options: RenewalsOptions,
    say: (line: string) => void,
  ) {
    this.#system = system;
    this.#all = all;
    this.#turns = turns;
    this.#options = options;
    this.#say = say;
    this.#draw = new Draw(options.seed);
    this.#worker = system.worker();
  }

  async play(): Promise<RenewalsEvidence> {
    await this.#worker.start();
    await this.#worker.ready();
    await this.#connect();
    await this.#learn();
    while (this.#renewals.length < this.#options.renewals) {
      this.#options.signal?.throwIfAborted();
      await this.#round(this.#all.slice(0, this.#options.renewals - this.#renewals.length));
    }
    const changing = [...this.#cuts.values()].flat().filter(({ command }) => CHANGES.test(command));
    const steps = changing.map((cut) => stepOf(cut, cut));
    return {
      renewals: this.#renewals,
      steps,
      unmet: steps.filter((step) => !this.#met.has(step)),
      kills: this.#kills,
      turns: this.#turns.count,
      failedTurns: this.#turns.failed,
      record: await this.#record(),
      logs: this.#system.logs(),
    };
  }

  /** Everybody connects for the first time. */
  async #connect(): Promise<void> {
    await this.#system.customers.begin();
    await this.#settled(this.#all);
    const failed = this.#all.find(({ customer }) => !customer.isConnected);
    if (failed)
      throw new Error(`${failed.customer.name} does not connect: ${failed.customer.snapshot?.error?.code}`);
    for (const each of this.#all) each.isConnected = true;
  }

  /** One renewal of each kind to which nothing happens says which steps there are. */
  async #learn(): Promise<void> {
    const some = this.#all.slice(0, KINDS);
    await this.#begin(some, (_, at) => ({ cut: undefined, isRefused: at >= KINDS / 2 }));
    await this.#settled(some);
    for (const each of some) {
      const { wrong } = each.end();
      if (wrong.length > 0) throw new Error(`Nothing was killed, and ${wrong.join('; ')}`);
      const { kind, commands } = each;
      const cuts = commands.flatMap((command) => {
        const whens = CHANGES.test(command) ? WHEN : (['before'] as const);
        return whens.map((when) => ({ ...kind, command, when }));
      });
      this.#cuts.get(kind.hasOwnKey)?.push(...cuts);
    }
    for (const [hasKey, [first, ...others]] of this.#cuts)
      if (first) this.#decks.set(hasKey, new Deck([first, ...others], this.#draw));
  }

  async #round(some: readonly Renewing[]): Promise<void> {
    const begun = performance.now();
    await this.#begin(some, ({ customer }) => {
      const cut = this.#decks.get(hasOwnKey(customer.name))?.next();
      return { cut, isRefused: cut?.isRefused ?? false };
    });
    await this.#until(some, (each) => each.isThere);
    const again = some.filter(({ isHeld }) => isHeld && this.#draw.chance(TWICE));
    await this.#kill(() => {
      for (const each of again) each.next(this.#anyOf(each.kind));
    });
    // Some of them do not come to that again.
    await this.#until(some, (each) => each.isThere);
    if (some.some(({ isHeld }) => isHeld)) await this.#kill(() => {});
    await this.#settled(some);
    const ended = some.map((each) => each.end());
    for (const one of ended) for (const cut of one.killed) this.#met.add(stepOf(one, cut));
    this.#renewals.push(...ended);
    const wrong = ended.filter((one) => one.wrong.length > 0).length;
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    this.#say(
      `${this.#renewals.length} of ${this.#options.renewals}  ${seconds} s  ${this.#turns.count} turns, ${this.#turns.failed.length} failed; ${wrong} not as they have to be`,
    );
  }

  #anyOf(kind: Kind): Cut | undefined {
    const [first, ...others] = (this.#cuts.get(kind.hasOwnKey) ?? []).filter(
      ({ isRefused }) => isRefused === kind.isRefused,
    );
    return first && this.#draw.pick([first, ...others]);
  }

  async #kill(meanwhile: () => void): Promise<void> {
    await this.#worker.stop('SIGKILL');
    this.#kills += 1;
    // What was held has noticed by then that nobody is there any more.
    await this.#until(this.#all, ({ isHeld }) => !isHeld);
    meanwhile();
    await this.#worker.start();
  }

  /** They ask, and sign in as soon as there is a link. */
  async #begin(
    some: readonly Renewing[],
    of: (each: Renewing, at: number) => { cut: Cut | undefined; isRefused: boolean },
  ): Promise<void> {
    for (const [at, each] of some.entries()) {
      const { cut, isRefused } = of(each, at);
      each.begin({ hasOwnKey: hasOwnKey(each.customer.name), isRefused }, cut);
    }
    const customers = some.map(({ customer }) => customer);
    await this.#system.customers.ask(customers);
    this.#system.customers.signIn(customers);
  }

  /** They are over, and no worker has anything to do for them. */
  async #settled(some: readonly Renewing[]): Promise<void> {
    this.#system.customers.signIn(some.map(({ customer }) => customer));
    await this.#until(some, ({ customer }) => customer.isOver);
    const { queue } = this.#system.customers;
    for (const late = performance.now() + this.#options.quietMs; performance.now() < late; await sleep(50)) {
      const counts = await queue.getJobCounts('wait', 'active', 'delayed');
      if (Object.values(counts).every((count) => count === 0)) return;
    }
    throw new Error('Handshakes are over, and their jobs are not.');
  }

  async #until(some: readonly Renewing[], isSo: (each: Renewing) => boolean): Promise<void> {
    const byName = new Map<CrowdCustomer, Renewing>(some.map((each) => [each.customer, each]));
    const customers = some.map(({ customer }) => customer);
    const isIt = (customer: CrowdCustomer) => isSo(byName.get(customer) as Renewing);
    const { quietMs } = this.#options;
    if (await this.#system.customers.until(customers, isIt, { quietMs, say: () => {} })) return;
    const left = customers.filter((customer) => !isIt(customer));
    const told = left
      .slice(0, 5)
      .map(({ name, snapshot }) => `${name} is in ${snapshot?.phase ?? 'nothing'}`);
    throw new Error(`${left.length} do not get on: ${told.join(', ')}`);
  }

  /** Each customer has one connection on record, and it is of the token that their box has. */
  async #record(): Promise<string[]> {
    const rows = await asked<{ customer: string; fingerprint: string; profile: string }>(
      this.#system.databaseUrl,
      'select customer, fingerprint, profile from connections where ended_at is null',
    );
    return this.#all.flatMap(({ customer: { name }, box }) => {
      const theirs = rows.filter((row) => row.customer === name);
      const [one] = theirs;
      const token = one && box.openclaw.tokens.get(one.profile);
      const isRight = theirs.length === 1 && token !== undefined && fingerprintOf(token) === one?.fingerprint;
      return isRight
        ? []
        : [`${name} has ${theirs.map(({ profile }) => profile).join(', ') || 'nothing'} on record`];
    });
  }
}

const stepOf = ({ hasOwnKey, isRefused }: Kind, { command, when }: Cut) =>
  `a token that is ${isRefused ? 'refused' : 'good'}${hasOwnKey ? ', beside a key' : ''}: ${when} ${command}`;
