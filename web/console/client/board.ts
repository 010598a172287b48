import {
  type ConsoleMessage,
  consoleMessageSchema,
  type Row,
  type Usual,
} from '../../../core/contract/console-api.ts';
import { tolerant } from '../../../core/contract/tolerant.ts';
import { type Hear, Line, type Wire } from '../../client/line.ts';
import { type Rows, taken } from '../model/rows.ts';
import { Observable } from './observable.ts';

export interface BoardParts {
  openWire: (hear: Hear) => Wire;
  /** Calls `act` when the page is next drawn. */
  soon: (act: () => void) => void;
  /** The connection was refused, or the api closed it: the session may have ended. */
  onNoEntry: () => void;
  /** Handshakes that have just come to need attention. */
  onStuck: (rows: readonly Row[]) => void;
}

/** The handshakes, live. A burst of changes is taken in at once, so that the page is drawn only once. */
export class Board extends Observable {
  /** Tells of every change of cases, and of every line that stands again. */
  readonly cases = new CaseNews();
  readonly #parts: BoardParts;
  readonly #line: Line<ConsoleMessage>;
  #rows: Rows = new Map();
  #waiting: { rows: readonly Row[]; first: boolean }[] = [];
  #state = { isLoaded: false, isLineLost: false, isServiceLost: false, isRecordLost: false };
  #usual: Usual | undefined;

  constructor(parts: BoardParts) {
    super();
    this.#parts = parts;
    this.#line = new Line(parts.openWire, tolerant(consoleMessageSchema), {
      onMessage: (message) => this.#message(message),
      onStands: (stands) => {
        this.#is({ isLineLost: !stands, ...(stands && { isServiceLost: false, isRecordLost: false }) });
        if (stands) this.cases.changed();
      },
      onNoEntry: () => {
        this.#is({ isLineLost: true });
        parts.onNoEntry();
      },
      onSignedOut: parts.onNoEntry,
      // A newer api: its next message may be readable again.
      onUnknown: () => undefined,
    });
  }

  get rows(): Rows {
    return this.#rows;
  }

  get state() {
    return this.#state;
  }

  /** True once everything that rows show is known, so that they do not grow under somebody's finger. */
  get isReady(): boolean {
    return this.#state.isLoaded && this.#usual !== undefined;
  }

  /** How long phases usually take. */
  get usual(): Usual {
    return this.#usual ?? {};
  }

  /** `undefined`: it could not be determined; what was known stays. */
  learn(usual: Usual | undefined): void {
    this.#usual = usual ?? this.usual;
    this.tell();
  }

  begin(): void {
    this.#line.join();
  }

  wake(): void {
    this.#line.wake();
  }

  end(): void {
    this.#line.end();
  }

  /** Older rows that were requested. */
  add(rows: readonly Row[]): void {
    this.#take(rows, false);
  }

  #message(message: ConsoleMessage): void {
    if (message.type === 'rows') this.#take(message.rows, message.first);
    else if (message.type === 'service') this.#is({ isServiceLost: !message.available });
    else if (message.type === 'record') this.#is({ isRecordLost: !message.available });
    else if (message.type === 'cases') this.cases.changed();
  }

  #take(rows: readonly Row[], first: boolean): void {
    this.#waiting.push({ rows, first });
    if (this.#waiting.length === 1) this.#parts.soon(() => this.#takeAll());
  }

  #takeAll(): void {
    const before = this.#rows;
    for (const { rows, first } of this.#waiting) {
      this.#rows = taken(this.#rows, rows, first);
      if (first) this.#state = { ...this.#state, isLoaded: true };
    }
    this.#waiting = [];
    const stuck = [...this.#rows.values()].filter(
      (row) => row.stuck && !before.get(row.handshake)?.stuck && before.size > 0,
    );
    if (stuck.length > 0) this.#parts.onStuck(stuck);
    this.tell();
  }

  #is(change: Partial<Board['state']>): void {
    this.#state = { ...this.#state, ...change };
    this.tell();
  }
}

/** Counts changes of cases: whoever shows some asks again. */
export class CaseNews extends Observable {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  changed(): void {
    this.#count += 1;
    this.tell();
  }
}
