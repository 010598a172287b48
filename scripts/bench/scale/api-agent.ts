import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';

/** Leads everything that somebody asks to one api process, by whatever name it is asked, as a balancer does. */
export class ApiAgent extends Agent {
  readonly #port: () => number;

  constructor(port: () => number) {
    super({ keepAlive: true });
    this.#port = port;
  }

  override createConnection(): Socket {
    return connect({ host: '127.0.0.1', port: this.#port(), noDelay: true });
  }
}
