import { type Row, type WatchMessage, watchMessageSchema } from '../../../core/contract/console-api.ts';
import { isFinal } from '../../../core/contract/phases.ts';
import { tolerant } from '../../../core/contract/tolerant.ts';
import { type Hear, Line, type Wire } from '../../client/line.ts';
import { Observable } from './observable.ts';

export type Frame = Extract<WatchMessage, { type: 'frame' }>;

/** How a live view stands. */
export type LiveTerminalState = 'connecting' | 'quiet' | 'live' | 'lost' | 'parked' | 'ended';

export interface LiveTerminalParts {
  openWire: (hear: Hear) => Wire;
  /** Draws it; whole frames need no earlier ones. */
  onFrame: (frame: Frame) => void;
  /** The connection was refused, or the api closed it: the session may have ended. */
  onNoEntry: () => void;
}

/** One customer's terminal, live. */
export class LiveTerminal extends Observable {
  readonly #line: Line<WatchMessage>;
  #stands = false;
  #hasStood = false;
  #hasFrame = false;
  #isServiceAway = false;
  #row: Row | undefined;

  constructor({ openWire, onFrame, onNoEntry }: LiveTerminalParts) {
    super();
    this.#line = new Line(openWire, tolerant(watchMessageSchema), {
      onMessage: (message) => this.#message(message, onFrame),
      onStands: (stands) => {
        this.#stands = stands;
        this.#hasStood ||= stands;
        if (stands) this.#isServiceAway = false;
        this.tell();
      },
      onNoEntry,
      onSignedOut: onNoEntry,
      onUnknown: () => undefined,
    });
  }

  get row(): Row | undefined {
    return this.#row;
  }

  get state(): LiveTerminalState {
    if (this.#row && isFinal(this.#row.phase)) return 'ended';
    if (!this.#stands) return this.#hasStood ? 'lost' : 'connecting';
    if (this.#isServiceAway) return 'lost';
    if (this.#row?.parked) return 'parked';
    return this.#hasFrame ? 'live' : 'quiet';
  }

  begin(): void {
    this.#line.join();
  }

  end(): void {
    this.#line.end();
  }

  #message(message: WatchMessage, onFrame: (frame: Frame) => void): void {
    if (message.type === 'frame') {
      onFrame(message);
      if (this.#hasFrame) return;
      this.#hasFrame = true;
    } else if (message.type === 'row') this.#row = message.row;
    else if (message.type === 'service') this.#isServiceAway = !message.available;
    this.tell();
  }
}
