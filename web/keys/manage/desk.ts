import { type ConnectionRun, connectionRunSchema } from '../../../core/contract/connection-run.ts';
import {
  type AskedDisconnect,
  type Disconnect,
  disconnectSchema,
} from '../../../core/contract/disconnect.ts';
import type { ErrorCode } from '../../../core/contract/error-rows.ts';
import type { ModelChoices } from '../../../core/contract/model-choices.ts';
import { type OwnConnection, ownConnectionsSchema } from '../../../core/contract/own-connections.ts';
import type { Api } from '../../client/api.ts';
import { type Answer, json, nothing } from '../../client/ask.ts';
import type { Refusal } from '../../model/state.ts';
import { type Following, follow, followEnd } from './runs.ts';

/** How what was asked for is going. `isHeard`: false while the browser gets no answer about it. */
export type Going = { is: 'running'; isHeard: boolean } | { is: 'done' } | { is: 'refused'; why: Refusal };

/** A test's end: when, and what the provider said instead of an answer. */
export type Tested = Exclude<Going, { is: 'done' }> | { is: 'said'; at: number; verdict?: ErrorCode };

/** The models of a connection: being looked up, to choose from, or chosen. */
export type Models = {
  is: 'looking' | 'shown';
  isHeard: boolean;
  why?: Refusal;
  choices?: ModelChoices;
  /** What became of the choice. */
  chosen?: { model: string; going: Going; verdict?: ErrorCode };
};

/** The connections of one provider on one box. */
export interface Group {
  key: string;
  box: string;
  provider: string;
  /** As OpenClaw uses them, or as it shall. */
  connections: readonly OwnConnection[];
  order: Going | undefined;
}

/** What is shown. */
export interface Shown {
  /** Undefined: it is still being looked up. */
  groups: readonly Group[] | undefined;
  refused: Refusal | undefined;
  tests: Readonly<Record<string, Tested>>;
  names: Readonly<Record<string, Going>>;
  models: Readonly<Record<string, Models>>;
  ends: Readonly<Record<string, Going>>;
  /** What was disconnected while the page was open. */
  gone: readonly Gone[];
}

/** Something that was disconnected. */
export interface Gone {
  connection: OwnConnection;
  end: Disconnect;
}

export interface DeskParts {
  ask: Following['ask'];
  /** Milliseconds since the epoch, by the api's clock. */
  now: () => number;
  /** Called whenever something else is to be shown. */
  onChange: () => void;
  /** Something has changed that other pages show as well. */
  onSaved: () => void;
  lookMs?: number;
}

const groupOf = ({ box, provider }: Pick<OwnConnection, 'box' | 'provider'>) => `${box} ${provider}`;

/** What a customer does with what they have connected. Nothing is called done before the api or the worker has said so. */
export class Desk {
  readonly #parts: DeskParts;
  readonly #over = new AbortController();
  #list: readonly OwnConnection[] | undefined;
  #refused: Refusal | undefined;
  /** By group: the order that the customer wants, while OpenClaw is being told. */
  #wanted: Readonly<Record<string, readonly string[]>> = {};
  #orders: Readonly<Record<string, Going>> = {};
  #tests: Readonly<Record<string, Tested>> = {};
  #names: Readonly<Record<string, Going>> = {};
  #models: Readonly<Record<string, Models>> = {};
  #ends: Readonly<Record<string, Going>> = {};
  #gone: readonly Gone[] = [];

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  get shown(): Shown {
    const groups = this.#list && this.#groups(this.#list);
    return {
      groups,
      refused: this.#refused,
      tests: this.#tests,
      names: this.#names,
      models: this.#models,
      ends: this.#ends,
      gone: this.#gone,
    };
  }

  /** From now on nothing happens; what was asked for goes on without this page. */
  end(): void {
    this.#over.abort();
  }

  async load(): Promise<void> {
    this.#refused = undefined;
    this.#changed();
    const answer = await this.#ask((api) => api.get('connection-list', json(ownConnectionsSchema)));
    if (answer.ok) this.#list = answer.body.connections;
    else this.#refused = answer.why;
    this.#changed();
  }

  /** Puts a group's connections in order; while OpenClaw is being told, a further one follows. */
  async order(key: string, ids: readonly string[]): Promise<void> {
    const isRunning = this.#wanted[key] !== undefined;
    this.#wanted = { ...this.#wanted, [key]: ids };
    this.#orders = { ...this.#orders, [key]: { is: 'running', isHeard: true } };
    this.#changed();
    if (isRunning) return;
    let going: Going = { is: 'done' };
    for (let told: readonly string[] | undefined; going.is === 'done'; ) {
      const next: readonly string[] = this.#wanted[key] ?? ids;
      if (told === next) break;
      told = next;
      const end = await this.#tell(key, next);
      if (!end) return;
      going = end;
      if (going.is === 'done') this.#keep(next);
    }
    const { [key]: _, ...others } = this.#wanted;
    this.#wanted = others;
    this.#orders = { ...this.#orders, [key]: going };
    // Its connections may have changed meanwhile.
    if (going.is === 'refused') await this.#lookAgain();
    this.#changed();
  }

  async test(id: string): Promise<void> {
    if (this.#tests[id]?.is === 'running') return;
    const set = (tested: Tested) => {
      this.#tests = { ...this.#tests, [id]: tested };
      this.#changed();
    };
    set({ is: 'running', isHeard: true });
    const end = await this.#run(`connections/${id}/test`, {}, (isHeard) => set({ is: 'running', isHeard }));
    if (!end) return;
    if (!end.ok) return set({ is: 'refused', why: end.why });
    const { verdict } = end.run;
    set({ is: 'said', at: this.#parts.now(), ...(verdict && { verdict }) });
  }

  /** Looks up which model OpenClaw uses, and which ones this connection could answer. */
  async lookUpModels(id: string): Promise<void> {
    if (this.#models[id]?.is === 'looking') return;
    this.#show(id, { is: 'looking', isHeard: true });
    const end = await this.#run(`connections/${id}/models`, {}, (isHeard) =>
      this.#show(id, { is: 'looking', isHeard }),
    );
    if (!end) return;
    if (!end.ok) return this.#show(id, { is: 'shown', isHeard: true, why: end.why });
    const choices = end.run.models;
    this.#show(id, { is: 'shown', isHeard: true, ...(choices ? { choices } : { why: 'outdated' as const }) });
  }

  /** Has OpenClaw use a model, once this connection has answered with it. */
  async useModel(id: string, model: string): Promise<void> {
    const before = this.#models[id];
    if (!before?.choices || before.chosen?.going.is === 'running') return;
    const set = (going: Going, verdict?: ErrorCode) =>
      this.#show(id, { ...before, chosen: { model, going, ...(verdict && { verdict }) } });
    set({ is: 'running', isHeard: true });
    const end = await this.#run(`connections/${id}/model`, { model }, (isHeard) =>
      set({ is: 'running', isHeard }),
    );
    if (!end) return;
    if (!end.ok) return set({ is: 'refused', why: end.why });
    const { verdict } = end.run;
    if (verdict) return set({ is: 'done' }, verdict);
    // What others were said to answer is no longer so.
    this.#models = {};
    const choices = { ...before.choices, now: model, isAnsweredHere: true };
    this.#show(id, { ...before, choices, chosen: { model, going: { is: 'done' } } });
    await this.#lookAgain();
    this.#changed();
    this.#parts.onSaved();
  }

  /** Has it removed from the machine. It stays in the list until that is proved, or the machine is gone (`isGone`). */
  async disconnect(connection: OwnConnection, isGone = false): Promise<void> {
    const { id } = connection;
    if (this.#ends[id]?.is === 'running') return;
    const set = (going: Going) => {
      this.#ends = { ...this.#ends, [id]: going };
      this.#changed();
    };
    set({ is: 'running', isHeard: true });
    const { ask, lookMs } = this.#parts;
    const route = `connections/${id}/disconnect`;
    const asked: AskedDisconnect = isGone ? { box: 'gone' } : {};
    const begun = await this.#ask((api) => api.change(route, asked, json(disconnectSchema)));
    if (!begun.ok) return set({ is: 'refused', why: begun.why });
    const end = await followEnd(begun.body, {
      ask,
      signal: this.#over.signal,
      onHeard: (isHeard) => set({ is: 'running', isHeard }),
      ...(lookMs !== undefined && { lookMs }),
    });
    if (!end) return;
    if (!end.ok) return set({ is: 'refused', why: end.why });
    this.#gone = [...this.#gone, { connection, end: end.run }];
    this.#list = this.#list?.filter((one) => one.id !== id);
    set({ is: 'done' });
    await this.#lookAgain();
    this.#changed();
    this.#parts.onSaved();
  }

  closeModels(id: string): void {
    const { [id]: _, ...others } = this.#models;
    this.#models = others;
    this.#changed();
  }

  #show(id: string, models: Models): void {
    this.#models = { ...this.#models, [id]: models };
    this.#changed();
  }

  /** Shown at once, and taken back where it is refused. Undefined: no name. */
  async rename(id: string, label: string | undefined): Promise<void> {
    const before = this.#list?.find((one) => one.id === id)?.label ?? null;
    const called = (name: string | null) => {
      this.#list = this.#list?.map((one) => (one.id === id ? { ...one, label: name } : one));
    };
    const set = (going: Going) => {
      this.#names = { ...this.#names, [id]: going };
      this.#changed();
    };
    called(label ?? null);
    set({ is: 'running', isHeard: true });
    const body = { label: label ?? null };
    const answer = await this.#ask((api) => api.change(`connections/${id}/label`, body, nothing));
    if (!answer.ok) called(before);
    set(answer.ok ? { is: 'done' } : { is: 'refused', why: answer.why });
    if (answer.ok) this.#parts.onSaved();
  }

  async #tell(key: string, ids: readonly string[]): Promise<Going | undefined> {
    const end = await this.#run('connections/order', { connections: ids }, (isHeard) => {
      this.#orders = { ...this.#orders, [key]: { is: 'running', isHeard } };
      this.#changed();
    });
    return end && (end.ok ? { is: 'done' } : { is: 'refused', why: end.why });
  }

  async #run(route: string, body: object, onHeard: (heard: boolean) => void) {
    const begun: Answer<ConnectionRun> = await this.#ask((api) =>
      api.change(route, body, json(connectionRunSchema)),
    );
    if (!begun.ok) return begun;
    const { ask, lookMs } = this.#parts;
    const { signal } = this.#over;
    return follow(begun.body, { ask, signal, onHeard, ...(lookMs !== undefined && { lookMs }) });
  }

  /** The order that OpenClaw has been told. */
  #keep(ids: readonly string[]): void {
    const place = new Map(ids.map((id, at) => [id, at]));
    this.#list = this.#list?.map((one) => ({ ...one, position: place.get(one.id) ?? one.position }));
  }

  async #lookAgain(): Promise<void> {
    const answer = await this.#ask((api) => api.get('connection-list', json(ownConnectionsSchema)));
    if (answer.ok) this.#list = answer.body.connections;
  }

  #groups(list: readonly OwnConnection[]): Group[] {
    return [...new Set(list.map(groupOf))].map((key) => {
      const all = list.filter((one) => groupOf(one) === key);
      const wanted = this.#wanted[key];
      const placeOf = (one: OwnConnection) => wanted?.indexOf(one.id) ?? one.position;
      const connections = all
        .map((one) => ({ one, place: placeOf(one) }))
        .sort((one, other) => one.place - other.place)
        .map(({ one }) => one);
      const [{ box, provider } = { box: '', provider: '' }] = all;
      return { key, box, provider, connections, order: this.#orders[key] };
    });
  }

  #ask<Body>(request: (api: Api) => Promise<Answer<Body>>): Promise<Answer<Body>> {
    return this.#parts.ask(request);
  }

  #changed(): void {
    if (!this.#over.signal.aborted) this.#parts.onChange();
  }
}
