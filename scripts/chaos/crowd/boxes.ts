/** A process with all the simulated boxes of a crowd: one SSH server, on which every customer is a user. */
import type { Connection } from 'ssh2';
import { type Fault, type Running, SimulatedBox } from './box.ts';
import { machineNow } from './machine-now.ts';
import { codeFor } from './secrets.ts';
import { serveBoxes } from './ssh-server.ts';

/** What the run asks for; `look` is answered with a `Seen`, `times` with `Times`. */
export type Ask =
  | { ask: 'start'; directory: string; delayMs: number; holding: number; networks: number; faults?: Faults }
  | { ask: 'look' }
  | { ask: 'times' }
  | { ask: 'cut' };

/** Of the boxes that are connected from the start, by the last two digits of their number, what is wrong with them. */
export type Faults = Readonly<Record<number, Fault>>;

/** What there is on the boxes. */
export interface Seen {
  connections: number;
  programs: number;
  holders: number;
  /** Codes that came to Anthropic, and those of them that came more than once. */
  codes: number;
  twice: number;
}

/** When links were on a screen of a box first, and codes typed, each by the code; `machineNow`, of all so far. */
export interface Times {
  shown: [code: string, at: number][];
  typed: [code: string, at: number][];
}

const boxes = new Map<string, SimulatedBox>();
const connections = new Map<Connection, Running>();
const codes = new Map<string, number>();
const [shownAt, typedAt] = [new Map<string, number>(), new Map<string, number>()];

process.on('message', (ask: Ask) => {
  if (ask.ask === 'start') void start(ask);
  else if (ask.ask === 'look') process.send?.(seen());
  else if (ask.ask === 'times') process.send?.({ shown: [...shownAt], typed: [...typedAt] } satisfies Times);
  else for (const connection of connections.keys()) connection.end();
});
process.on('disconnect', () => process.exit());

/** What `start` is answered with: where the boxes are, in as many networks as were asked for. */
export interface Places {
  places: { host: string; port: number }[];
}

/** Those whose boxes are connected from the start. */
const WATCHED = 'watched-';

async function start({
  directory,
  delayMs,
  holding,
  networks,
  faults = {},
}: Extract<Ask, { ask: 'start' }>): Promise<void> {
  const hears = {
    typed: (code: string) => {
      codes.set(code, (codes.get(code) ?? 0) + 1);
      typedAt.set(code, typedAt.get(code) ?? machineNow());
    },
    shown: (link: string) => void shownAt.set(codeFor(link), machineNow()),
  };
  const boxOf = (user: string) => {
    const number = Number(user.split('-').at(-1));
    const isConnected = user.startsWith(WATCHED);
    const holds = number % 100 < holding;
    const fault = isConnected ? faults[number % 100] : undefined;
    const box = boxes.get(user) ?? new SimulatedBox({ delayMs, holds, isConnected, fault, hears });
    boxes.set(user, box);
    return box;
  };
  const addresses = Array.from({ length: networks }, (_, at) => `127.0.${at}.1`);
  const { places } = await serveBoxes(directory, addresses, boxOf, connections);
  process.send?.({ places } satisfies Places);
}

function seen(): Seen {
  const running = [...connections.values()].reduce((sum, { size }) => sum + size, 0);
  const holders = [...boxes.values()].reduce((sum, box) => sum + box.holders.size, 0);
  const twice = [...codes.values()].filter((times) => times > 1).length;
  return { connections: connections.size, programs: running, holders, codes: codes.size, twice };
}
