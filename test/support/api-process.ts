import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../api/main.ts', import.meta.url));

/** A line of its log, as far as tests look at it. */
interface Line {
  msg: string;
  port: number;
  healthPort: number;
}

/** The api as a process of its own. */
export interface ApiProcess {
  child: ChildProcess;
  /** What it printed, on both streams. */
  printed: () => string;
  /** Resolves with the first line of its log that says this; rejects when it ends before. */
  says(message: string): Promise<Line>;
  /** Resolves with its exit code. */
  ended: Promise<number | null>;
}

/** Starts api/main.ts with this environment alone. `page` is where the built page is. */
export function spawnApi(environment: Record<string, string>, page: string): ApiProcess {
  const child = spawn(process.execPath, [MAIN, page], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const lines = createInterface({ input: child.stdout });
  const said: Line[] = [];
  lines.on('line', (line) => {
    printed += `${line}\n`;
    said.push(JSON.parse(line));
  });
  const says = (message: string) =>
    new Promise<Line>((resolve, reject) => {
      const look = () => {
        const found = said.find(({ msg }) => msg === message);
        if (found) resolve(found);
      };
      look();
      lines.on('line', look);
      void ended.then((code) => reject(new Error(`the api ended with ${code}: ${printed}`)));
    });
  return { child, printed: () => printed, says, ended };
}
