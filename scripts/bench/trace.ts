import type { BoxConnection, Command, Transport } from '../../worker/transports/transport.ts';

/** One program that a handshake ran on the box; milliseconds of `performance.now()`. */
export interface Ran {
  /** Its words, without environment, path and flags: `openclaw models status`. */
  name: string;
  began: number;
  /** Undefined for one that the handshake ended. */
  ended?: number;
}

/** A transport that notes what runs over it, and when. Neither input nor output is looked at. */
export function traced(transport: Transport, ran: Ran[]): Transport {
  return {
    kind: transport.kind,
    connect: async (limits) => tracedConnection(await transport.connect(limits), ran),
  };
}

function tracedConnection(connection: BoxConnection, ran: Ran[]): BoxConnection {
  return {
    lost: connection.lost,
    openPty: async (command, size, limits) => {
      const entry = note(command, ran);
      const pty = await connection.openPty(command, size, limits);
      void pty.exit.then(() => done(entry));
      return pty;
    },
    run: async (command, options) => {
      const entry = note(command, ran);
      const result = await connection.run(command, options);
      done(entry);
      return result;
    },
    close: async () => {
      const entry: Ran = { name: '(close)', began: performance.now() };
      ran.push(entry);
      await connection.close();
      done(entry);
    },
  };
}

function note({ argv: [program, ...args] }: Command, ran: Ran[]): Ran {
  // A holder's own words are not the program's.
  const isName = (word: string) => /^[a-z][\w.-]*$/.test(word) && word !== 'sh' && !word.startsWith('bench-');
  const words = args.filter(isName).slice(0, 3);
  const entry = { name: [program.replace(/^.*\//, ''), ...words].join(' '), began: performance.now() };
  ran.push(entry);
  return entry;
}

function done(entry: Ran): void {
  entry.ended = performance.now();
}
