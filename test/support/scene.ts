import type { Browser } from 'playwright-core';
import type { Role } from '../../core/contract/operators.ts';
import { type Gate, type Gated, Gates } from '../../lab/gates.ts';
import type { System } from '../../lab/system.ts';
import { Operator, type OperatorOptions } from './operator.ts';
import { Person } from './person.ts';

/** Phases in which a handshake can be held so that a test meets it there. */
export type Held = Gated | 'exchanging' | 'proving';

export interface Stage {
  system: System;
  browser: Browser;
  /** Real programs: no gates of ours are in them, and they take seconds for what the simulated ones do at once. */
  real: boolean;
}

/** How long a person waits for something to show. */
const PATIENCE_MS = { real: 120_000, simulated: 20_000 };

/** One test on the whole system: its people, and what it has held up. */
export class Scene {
  readonly system: System;
  /** How long a network that is lost stays away at least: a minute where the programs take their time as well. */
  readonly cutMs: number;
  readonly #stage: Stage;
  readonly #gates = new Gates();
  readonly #people: (Person | Operator)[] = [];
  readonly #release: (() => void)[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
    this.cutMs = stage.real ? 60_000 : 0;
    this.system = stage.system;
  }

  async person(customer: string): Promise<Person> {
    const person = await Person.with(this.#stage.browser, this.system, customer, this.#patienceMs);
    this.#people.push(person);
    return person;
  }

  /** An operator of this role, with a browser of their own; they have yet to sign in. */
  async operator(role: Role, device?: OperatorOptions['device']): Promise<Operator> {
    const options = { role, patienceMs: this.#patienceMs, ...(device && { device }) };
    const operator = await Operator.with(this.#stage.browser, this.system, options);
    this.#people.push(operator);
    return operator;
  }

  /** Holds the person's next handshake when it gets to a phase. Real programs are slow enough by themselves. */
  hold(person: Person, phase: Held): Gate {
    const { tokenEndpoint, messages } = this.system.anthropic;
    if (phase === 'exchanging' || phase === 'proving') {
      const open = (phase === 'exchanging' ? tokenEndpoint : messages).hold();
      this.#release.push(open);
      return { open };
    }
    const hasGate = !this.#stage.real || phase === 'reaching' || phase === 'preparing';
    return hasGate ? this.#gates.close(person.box, phase) : { open: () => {} };
  }

  /** Goes a path; when that fails, the error has what the browsers showed and what the processes said last. */
  async play(path: (scene: Scene) => Promise<void>): Promise<void> {
    try {
      await path(this);
    } catch (thrown) {
      const shown = await Promise.all(this.#people.map((person) => person.shown()));
      const said = Object.entries(this.system.logs()).map(([name, log]) => `${name}:\n${log.slice(-2_000)}`);
      const why = thrown instanceof Error ? thrown.stack : String(thrown);
      throw new Error([why, 'The browsers show:', ...shown, ...said].join('\n\n'));
    }
  }

  /** Lets go of everything and closes the browsers; returns what they have received from the api. */
  async end(): Promise<string> {
    for (const release of this.#release) release();
    this.system.front.mend();
    this.#gates.remove();
    const received = await Promise.all(this.#people.map((person) => person.received()));
    await Promise.all(this.#people.map((person) => person.leave()));
    return received.join('\n');
  }

  get #patienceMs(): number {
    return this.#stage.real ? PATIENCE_MS.real : PATIENCE_MS.simulated;
  }
}
