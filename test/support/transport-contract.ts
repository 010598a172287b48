import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Holder } from '../../worker/handshake/holder.ts';
import type { BoxConnection, Command, Transport } from '../../worker/transports/transport.ts';
import {
  alive,
  limits,
  NASTY,
  pidIn,
  SIZE,
  sh,
  type TransportLab,
  TransportScreen,
  until,
} from './transport-lab.ts';

/** What every transport has to do, as tests of the file that calls this. */
export function transportContract(lab: TransportLab, kind: Transport['kind'], make: () => Transport): void {
  describe(kind, () => {
    const open: BoxConnection[] = [];
    const connect = async () => {
      const connection = await make().connect(limits());
      open.push(connection);
      return connection;
    };
    afterEach(async () => {
      await Promise.all(open.splice(0).map((connection) => connection.close()));
    });

    describe('a program without a terminal', () => {
      test('gets its words and its environment exactly as they were given', async () => {
        const connection = await connect();
        const nul = { argv: ['printf', '%s\\0', ...NASTY] } as const;
        expect((await connection.run(nul, limits())).stdout.split('\0').slice(0, -1)).toEqual(NASTY);
        const env = Object.fromEntries(NASTY.map((value, index) => [`NASTY_${index}`, value]));
        const { stdout } = await connection.run({ argv: ['env', '-0'], env }, limits());
        for (const [name, value] of Object.entries(env))
          expect(stdout.split('\0')).toContain(`${name}=${value}`);
      });

      test('gives its two outputs apart, and its exit code', async () => {
        const connection = await connect();
        const result = await connection.run(sh('echo out; echo err >&2; exit 7'), limits());
        expect(result).toEqual({
          exit: { kind: 'exited', code: 7 },
          stdout: 'out\n',
          stderr: 'err\n',
        });
      });

      test('may exit with 255', async () => {
        const connection = await connect();
        expect((await connection.run(sh('exit 255'), limits())).exit).toEqual({ kind: 'exited', code: 255 });
      });

      test('may close its outputs long before it ends', async () => {
        const connection = await connect();
        const { exit } = await connection.run(sh('exec >&- 2>&-; sleep 0.3; exit 3'), limits());
        expect(exit).toEqual({ kind: 'exited', code: 3 });
      });

      test('may have begun and ended while this process was busy', async () => {
        const connection = await connect();
        let isBusy = true;
        const work = () => {
          // Long enough for the program to begin and end in it.
          for (const until = performance.now() + 300; performance.now() < until; );
          if (isBusy) setImmediate(work);
        };
        work();
        try {
          const { exit, stdout } = await connection.run(sh('echo out; exit 3'), limits());
          expect({ exit, stdout }).toEqual({ exit: { kind: 'exited', code: 3 }, stdout: 'out\n' });
        } finally {
          isBusy = false;
        }
      });

      test('that a signal ends says so', async () => {
        const connection = await connect();
        const { exit } = await connection.run(sh('kill -TERM $$'), limits());
        expect(exit).toEqual({ kind: 'signalled', signal: kind === 'openssh' ? 'unknown' : 'SIGTERM' });
      });

      test('that is not there ends with 127', async () => {
        const connection = await connect();
        const { exit } = await connection.run({ argv: ['no-such-program'] }, limits());
        expect(exit).toEqual({ kind: 'exited', code: 127 });
      });

      test('reads its input to the end, and without input an empty one', async () => {
        const connection = await connect();
        const input = `${'ä'.repeat(200_000)}\n`;
        const hash = createHash('sha256').update(input).digest('hex');
        expect((await connection.run({ argv: ['sha256sum'] }, { ...limits(), input })).stdout).toContain(
          hash,
        );
        expect((await connection.run({ argv: ['wc', '-c'] }, limits())).stdout.trim()).toBe('0');
      });

      test('may be given its input later', async () => {
        const connection = await connect();
        const input = sleep(200, 'late\n');
        const asking = connection.run({ argv: ['cat'] }, { ...limits(), input });
        expect(await asking).toMatchObject({ stdout: 'late\n', exit: { kind: 'exited', code: 0 } });
      });

      test('gives way to others when asked to', async () => {
        const connection = await connect();
        const ask = sh('nice; cat /proc/self/autogroup 2>/dev/null');
        const [own, group] = (await connection.run(ask, limits())).stdout.split('\n');
        const lower = (await connection.run({ ...ask, givesWay: true }, limits())).stdout.split('\n');
        expect([own, Number(lower[0])]).toEqual(['0', 5]);
        if (group)
          expect([group, lower[1]]).toEqual([
            expect.stringMatching(/ nice 0$/),
            expect.stringMatching(/ nice 5$/),
          ]);
      });

      test('may have ended before its input comes', async () => {
        const connection = await connect();
        let give = (_text: string) => {};
        const input = new Promise<string>((resolve) => {
          give = resolve;
        });
        const { exit } = await connection.run({ argv: ['true'] }, { ...limits(), input });
        expect(exit).toEqual({ kind: 'exited', code: 0 });
        give('nobody reads this');
        expect((await connection.run({ argv: ['echo', 'on'] }, limits())).stdout).toBe('on\n');
      });

      test('may leave its input unread', async () => {
        const connection = await connect();
        const { exit } = await connection.run(
          { argv: ['true'] },
          { ...limits(), input: 'x'.repeat(1_000_000) },
        );
        expect(exit).toEqual({ kind: 'exited', code: 0 });
      });

      test('that prints as much as it may is read to its end', async () => {
        const connection = await connect();
        const result = await connection.run(sh('yes | head -c 1000; exit 3'), {
          ...limits(),
          maxBytes: 1_000,
        });
        expect(result).toEqual({ exit: { kind: 'exited', code: 3 }, stdout: 'y\n'.repeat(500), stderr: '' });
      });

      test.each(['', ' >&2'])('that prints on and on%s is ended, unread: box_flooded', async (to) => {
        const connection = await connect();
        const pidFile = lab.fresh('pid');
        const sentFile = lab.fresh('sent');
        // It counts what is taken from it, in pieces of 64 KiB, and does not end by being hung up on.
        const piece = `head -c 65536 /dev/zero${to} && echo >>${sentFile}`;
        const call = connection.run(
          sh(`trap '' HUP; echo $$ >${pidFile}; while :; do ${piece}; done`),
          limits(),
        );
        await expect(call).rejects.toMatchObject({ code: 'box_flooded' });
        await gone(await pidIn(pidFile));
        // The bound, the channel's window and what lies in pipes.
        const sent = (await readFile(sentFile, 'utf8')).length * 65_536;
        expect(sent).toBeLessThan(8 * 1024 * 1024);
        expect((await connection.run({ argv: ['echo', 'on'] }, limits())).stdout).toBe('on\n');
      });

      test('is ended when its deadline passes', async () => {
        const connection = await connect();
        const pidFile = lab.fresh('pid');
        const call = connection.run(sh(`echo $$ >${pidFile}; exec sleep 1000`), {
          ...limits(),
          timeoutMs: 700,
        });
        await expect(call).rejects.toMatchObject({ code: 'box_call_timeout' });
        await gone(await pidIn(pidFile));
      });

      test('is ended when it is aborted', async () => {
        const connection = await connect();
        const pidFile = lab.fresh('pid');
        const abort = new AbortController();
        const call = connection.run(sh(`echo $$ >${pidFile}; exec sleep 1000`), {
          ...limits(),
          signal: abort.signal,
        });
        call.catch(() => undefined);
        const pid = await pidIn(pidFile);
        abort.abort(new Error('enough'));
        await expect(call).rejects.toThrow('enough');
        await gone(pid);
      });

      test('is ended when the connection is closed', async () => {
        const connection = await connect();
        const pidFile = lab.fresh('pid');
        const call = connection.run(sh(`echo $$ >${pidFile}; exec sleep 1000`), limits());
        call.catch(() => undefined);
        const pid = await pidIn(pidFile);
        await connection.close();
        await expect(call).rejects.toMatchObject({ code: 'connection_lost' });
        await gone(pid);
      });
    });

    describe('a program in a terminal', () => {
      const start = async (command: Command, connection?: BoxConnection) => {
        const pty = await (connection ?? (await connect())).openPty(command, SIZE, limits());
        return { pty, screen: new TransportScreen(pty) };
      };

      test('has a terminal of the size asked for, with the usual modes', async () => {
        const { pty, screen } = await start(sh('echo "$TERM"; stty size; stty -a'));
        await pty.exit;
        expect(screen.text).toMatch(/^xterm-256color\r\n30 90\r\n/);
        for (const mode of ['icanon', 'isig', 'echo', 'icrnl', 'opost', 'onlcr']) {
          expect(screen.text).toMatch(new RegExp(`(^|\\s)${mode}\\b`));
        }
      });

      test('gets its words and its environment exactly as they were given', async () => {
        const { pty, screen } = await start({
          argv: ['sh', '-c', 'stty -opost; printf "%s|" "$E" "$@"', 'sh', ...NASTY],
          env: { E: "é '\\$x" },
        });
        await pty.exit;
        expect(screen.text).toBe(["é '\\$x", ...NASTY].map((word) => `${word}|`).join(''));
      });

      test('delivers all of its output, in order, before its exit', async () => {
        const { pty, screen } = await start(sh('seq 1 40000; printf the-end; exit 5'));
        expect(await pty.exit).toEqual({ kind: 'exited', code: 5 });
        const lines = screen.text.split('\r\n');
        expect(lines.pop()).toBe('the-end');
        expect(lines).toEqual(Array.from({ length: 40_000 }, (_, index) => String(index + 1)));
      });

      test('keeps what came before anybody listened', async () => {
        const connection = await connect();
        const done = lab.fresh('done');
        const pty = await connection.openPty(sh(`echo early; >${done}; exit 4`), SIZE, limits());
        await until(() => existsSync(done));
        const screen = new TransportScreen(pty);
        expect(await pty.exit).toEqual({ kind: 'exited', code: 4 });
        expect(screen.text).toBe('early\r\n');
      });

      test('keeps its last output for a reader that paused until after its end', async () => {
        const { pty, screen } = await start(sh('printf hello; read x; printf last-words; exit 6'));
        await screen.shows('hello');
        pty.pause();
        pty.write('\r');
        // Longer than node-pty itself would wait.
        await new Promise((resolve) => setTimeout(resolve, 500));
        expect(screen.text).not.toContain('last-words');
        pty.resume();
        expect(await pty.exit).toEqual({ kind: 'exited', code: 6 });
        expect(screen.text).toContain('last-words');
      });

      test('that a signal ends says so', async () => {
        const { pty } = await start(sh('kill -KILL $$'));
        expect(await pty.exit).toEqual({
          kind: 'signalled',
          signal: kind === 'openssh' ? 'unknown' : 'SIGKILL',
        });
      });

      test('may exit with 255', async () => {
        const { pty } = await start(sh('exit 255'));
        expect(await pty.exit).toEqual({ kind: 'exited', code: 255 });
      });

      test('sees a resize', async () => {
        const { pty, screen } = await start(
          sh('trap "stty size" WINCH; echo ready; while :; do sleep 0.05; done'),
        );
        await screen.shows('ready');
        pty.resize(123, 45);
        await screen.shows('45 123');
        await pty.close();
      });

      test('gets pasted bytes unchanged', async () => {
        const paste = `\x1b[200~${'sk-ant-äß字-"$`\\'.repeat(400)}\t\x03\x04\x1a\x11\x13~.\x1b[201~`;
        const bytes = Buffer.byteLength(paste);
        const { pty, screen } = await start(sh(`stty raw -echo; echo ready; head -c ${bytes} | sha256sum`));
        await screen.shows('ready');
        pty.write(paste);
        await screen.shows(createHash('sha256').update(paste).digest('hex'));
        expect(await pty.exit).toEqual({ kind: 'exited', code: 0 });
      });

      test('that was typed to at once still gets it', async () => {
        const { pty, screen } = await start(sh('read line; echo "got <$line>"'));
        pty.write('~hello\r');
        await pty.exit;
        expect(screen.text).toContain('got <~hello>\r\n');
      });

      test('is written to after its end in vain', async () => {
        const { pty } = await start({ argv: ['true'] });
        await pty.exit;
        pty.write('x');
        pty.resize(80, 24);
        await pty.close();
        await pty.close();
      });

      test('runs beside others on one connection', async () => {
        const connection = await connect();
        const started = await Promise.all(
          [1, 2, 3].map((n) => start(sh(`read x; echo "${n}:$x"`), connection)),
        );
        const run = await connection.run({ argv: ['echo', 'run'] }, limits());
        expect(run.stdout).toBe('run\n');
        for (const [index, { pty }] of started.entries()) pty.write(`for-${index + 1}\r`);
        for (const [index, { pty, screen }] of started.entries()) {
          await pty.exit;
          expect(screen.text).toContain(`${index + 1}:for-${index + 1}\r\n`);
        }
      });

      test('blocks while its reader is paused, and this process does not grow', async () => {
        const { pty, screen } = await start(
          sh('stty raw; echo ready; head -c 1000000000 /dev/zero; printf the-end'),
        );
        await screen.shows('ready');
        pty.pause();
        const before = screen.bytes;
        const memory = process.memoryUsage().rss;
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        expect(screen.bytes - before).toBeLessThan(1024 * 1024);
        expect(process.memoryUsage().rss - memory).toBeLessThan(50 * 1024 * 1024);
        pty.resume();
        await until(() => screen.bytes > before + 5_000_000);
        pty.pause();
        await pty.close();
        await pty.exit;
      });

      test.each([
        ['sleeps', 'exec sleep 1000'],
        ['ignores hang-ups', 'trap "" HUP; while :; do sleep 0.1; done'],
        ['has children that ignore hang-ups', '(trap "" HUP; echo $$ >/dev/null; exec sleep 1000) & wait'],
      ])('is gone after close when it %s', async (_what, script) => {
        const pidFile = lab.fresh('pid');
        const { pty } = await start(sh(`echo $$ >${pidFile}; ${script}`));
        const pid = await pidIn(pidFile);
        await pty.close();
        await pty.exit;
        await groupGone(pid);
      });

      test('leaves a holder that it has started alone', async () => {
        const pidFile = lab.fresh('pid');
        const { pty } = await start(
          sh(`setsid sh -c 'echo $$ >${pidFile}; exec sleep 1000' & exec sleep 1000`),
        );
        const holder = await pidIn(pidFile);
        await pty.close();
        expect(alive(holder)).toBe(true);
        process.kill(holder, 'SIGKILL');
      });

      test('goes on in a holder, for the next who comes, until the holder is ended', async () => {
        const pidFile = lab.fresh('pid');
        const options = { tmux: 'tmux', name: `contract-${process.pid}-${kind}`, seconds: 60 };
        const program = sh(
          `echo $$ >${pidFile}; echo began; while read -r line; do echo "heard $line"; done`,
        );
        const screen = async () => {
          const holder = new Holder(await connect(), options);
          const pty = await holder.open(program, SIZE, limits());
          const shown = new TransportScreen(pty);
          await shown.shows('began');
          return { holder, pty, shown };
        };
        const first = await screen();
        const pid = await pidIn(pidFile);
        await first.pty.close();
        const next = await screen();
        next.pty.write('you\r');
        await next.shown.shows('heard you');
        expect(await pidIn(pidFile)).toBe(pid);
        expect(await next.holder.end()).toBe(true);
        await groupGone(pid);
      });

      test('is gone after its connection was closed', async () => {
        const connection = await connect();
        const files = [lab.fresh('pid'), lab.fresh('pid')];
        for (const file of files)
          await start(sh(`echo $$ >${file}; trap "" HUP; while :; do sleep 0.1; done`), connection);
        const pids = await Promise.all(files.map(pidIn));
        await connection.close();
        for (const pid of pids) await groupGone(pid);
        await expect(connection.run({ argv: ['true'] }, limits())).rejects.toMatchObject({
          code: 'connection_lost',
        });
      });

      test('is not opened once the call was aborted', async () => {
        const connection = await connect();
        const abort = AbortSignal.abort(new Error('enough'));
        const call = connection.openPty({ argv: ['true'] }, SIZE, { ...limits(), signal: abort });
        await expect(call).rejects.toThrow('enough');
      });
    });

    test('a connect that was aborted rejects with the reason', async () => {
      const abort = new AbortController();
      const call = make().connect({ ...limits(), signal: abort.signal });
      abort.abort(new Error('enough'));
      await expect(call).rejects.toThrow('enough');
    });
  });
}

const gone = (pid: number) => until(() => !alive(pid));
const groupGone = (pid: number) => until(() => !alive(-pid));
