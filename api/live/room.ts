import type { CustomerState } from '../../core/contract/http-api.ts';
import { HERE_EVERY_MS } from '../../core/contract/live-messages.ts';
import { compareSnapshots, type Snapshot } from '../../core/contract/snapshot.ts';
import type { LiveSocket } from './live-socket.ts';
import { withoutLink } from './shown-state.ts';

/** One customer's open pages, and the newest state that they have received. */
export class Room {
  /** Each with whether it is the customer's, or an operator's who views their page. */
  readonly #sockets = new Map<LiveSocket, { isCustomer: boolean }>();
  #state: CustomerState = { snapshot: null, connection: null };
  /** The snapshot that brought the connection, if it was heard. */
  #connectedBy: Snapshot | undefined;
  /** Pages that are being let in. */
  #expected = 0;
  #heededAt = Number.NEGATIVE_INFINITY;

  get size(): number {
    return this.#sockets.size + this.#expected;
  }

  /** Reserves a place; call the returned function once the page is in, or will not come. */
  expect(): () => void {
    this.#expected += 1;
    return () => {
      this.#expected -= 1;
    };
  }

  /** Whether a page's word that somebody is there is heeded: of all of a customer's, one in `HERE_EVERY_MS`. */
  heeds(): boolean {
    const isHeeded = performance.now() - this.#heededAt >= HERE_EVERY_MS;
    if (isHeeded) this.#heededAt = performance.now();
    return isHeeded;
  }

  /** Lets a page in: it gets the state at once, and from then on every newer one. */
  enter(socket: LiveSocket, who = { isCustomer: true }): void {
    this.#sockets.set(socket, who);
    socket.send({ type: 'state', ...(who.isCustomer ? this.#state : withoutLink(this.#state)) });
  }

  leave(socket: LiveSocket): void {
    this.#sockets.delete(socket);
  }

  /** A snapshot was published. */
  hear(snapshot: Snapshot): void {
    if (!this.#isNewer(snapshot)) return;
    if (snapshot.connection) this.#connectedBy = snapshot;
    this.#tell(stateAfter(snapshot, this.#state));
  }

  /** The state was read. Something newer may have been heard meanwhile. */
  catchUp(read: CustomerState): void {
    const { snapshot, connection, connections } = this.#state;
    const isOvertakenBy = (heard: Snapshot | null | undefined) =>
      heard && (!read.snapshot || compareSnapshots(read.snapshot, heard) < 0);
    // By what was heard since, never by the worker's time of connecting: its clock may be wrong.
    const connected = isOvertakenBy(this.#connectedBy) ? connection : read.connection;
    const state =
      snapshot && isOvertakenBy(snapshot)
        ? stateAfter(snapshot, { connection: connected ?? connection, connections })
        : read;
    if (JSON.stringify(state) !== JSON.stringify(this.#state)) this.#tell(state);
  }

  #isNewer(snapshot: Snapshot): boolean {
    return this.#state.snapshot === null || compareSnapshots(snapshot, this.#state.snapshot) > 0;
  }

  #tell(state: CustomerState): void {
    this.#state = state;
    for (const [socket, { isCustomer }] of this.#sockets)
      socket.send({ type: 'state', ...(isCustomer ? state : withoutLink(state)) });
  }
}

/** The state once a snapshot has been heard. What it does not say about all connections, the next reading does. */
function stateAfter(
  snapshot: Snapshot,
  { connection, connections }: Pick<CustomerState, 'connection' | 'connections'>,
): CustomerState {
  if (snapshot.connection) return { snapshot, connection: snapshot.connection };
  if (snapshot.disconnectedAt !== undefined) return { snapshot, connection: null };
  return { snapshot, connection, ...(connections && { connections }) };
}
