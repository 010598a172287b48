import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  alive,
  limits,
  NASTY,
  pidIn,
  SIZE,
  SSH_CLIENTS,
  sh,
  TransportLab,
  TransportScreen,
  targetOf,
} from '../support/transport-lab.ts';

const lab = new TransportLab();
beforeAll(() => lab.start());
afterAll(() => lab.stop());

describe.each(['/bin/bash', '/bin/dash', '/usr/bin/zsh', '/usr/bin/fish', '/bin/tcsh'].filter(existsSync))(
  'a box whose user has %s for a login shell',
  (shell) => {
    test.each(SSH_CLIENTS)('gets every word as it was, by %s', async (_kind, make) => {
      const box = await lab.another({ shell });
      const connection = await make(targetOf(box)).connect(limits());
      const result = await connection.run({ argv: ['printf', '%s\\0', ...NASTY] }, limits());
      expect(result.stdout.split('\0').slice(0, -1)).toEqual(NASTY);
      const lower = await connection.run({ argv: ['nice'], givesWay: true }, limits());
      expect(Number(lower.stdout)).toBeGreaterThanOrEqual(5);
      const pty = await connection.openPty(
        { argv: ['sh', '-c', 'echo "$A"'], env: { A: "it's" } },
        SIZE,
        limits(),
      );
      const screen = new TransportScreen(pty);
      await pty.exit;
      expect(screen.text).toBe("it's\r\n");
      await connection.close();
      await box.stop();
    });
  },
);

describe('login files that print', () => {
  const NOISE = 'Docs: https://help.ubuntu.com';
  const loudBox = async (shell: string, file: string, text: string) => {
    const home = lab.fresh('home');
    mkdirSync(join(home, '.config/fish'), { recursive: true });
    writeFileSync(join(home, file), text);
    return lab.another({ home, shell });
  };
  const loud = [
    ['/usr/bin/fish', '.config/fish/config.fish'],
    ['/usr/bin/zsh', '.zshenv'],
  ].filter(([shell = '']) => existsSync(shell)) as [string, string][];
  const cases = SSH_CLIENTS.flatMap(([kind, make]) =>
    loud.map(([shell, file]) => [kind, shell, file, make] as const),
  );

  test.each(cases)('reach neither a terminal nor a run: %s, %s', async (_kind, shell, file, make) => {
    const box = await loudBox(shell, file, `echo '${NOISE}'; echo '${NOISE}' >&2\n`);
    const connection = await make(targetOf(box)).connect(limits());
    const pty = await connection.openPty(sh('echo in; exit 3'), SIZE, limits());
    const screen = new TransportScreen(pty);
    expect(await pty.exit).toEqual({ kind: 'exited', code: 3 });
    expect(screen.text).toBe('in\r\n');
    const result = await connection.run(sh('echo out; echo err >&2'), limits());
    expect(result).toMatchObject({ stdout: 'out\n', stderr: 'err\n' });
    await connection.close();
    await box.stop();
  });

  test.each(SSH_CLIENTS)(
    'a line, and work before they finish it, ask nothing, by %s',
    async (_kind, make) => {
      const box = await loudBox(
        '/bin/bash',
        '.bashrc',
        "printf '\\033]0;x@box: ~\\007Starting agent: '; sleep 5; echo up\n",
      );
      const connection = await make(targetOf(box)).connect(limits());
      const pty = await connection.openPty(sh('echo in; exit 3'), SIZE, { ...limits(), timeoutMs: 60_000 });
      const screen = new TransportScreen(pty);
      expect(await pty.exit).toEqual({ kind: 'exited', code: 3 });
      expect(screen.text).toBe('in\r\n');
      await connection.close();
      await box.stop();
    },
  );

  test.each(SSH_CLIENTS)('and end the session say why, by %s', async (_kind, make) => {
    const shell = lab.fresh('nologin');
    writeFileSync(shell, '#!/bin/sh\necho This account is not available.\nexit 1\n', { mode: 0o755 });
    const box = await lab.another({ shell });
    const connection = await make(targetOf(box)).connect(limits());
    const pty = await connection.openPty({ argv: ['true'] }, SIZE, limits());
    const screen = new TransportScreen(pty);
    expect(await pty.exit).toEqual({ kind: 'exited', code: 1 });
    expect(screen.text.trim()).toBe('This account is not available.');
    const { exit, stdout } = await connection.run({ argv: ['true'] }, limits());
    expect({ exit, stdout }).toEqual({
      exit: { kind: 'exited', code: 1 },
      stdout: 'This account is not available.\n',
    });
    await connection.close();
    await box.stop();
  });

  test.each(SSH_CLIENTS)('and never end are left at the deadline, by %s', async (_kind, make) => {
    const shell = lab.fresh('hanging');
    writeFileSync(shell, '#!/bin/sh\nexec sleep 2\n', { mode: 0o755 });
    const box = await lab.another({ shell });
    const connection = await make(targetOf(box)).connect(limits());
    const call = connection.openPty({ argv: ['true'] }, SIZE, { ...limits(), timeoutMs: 500 });
    await expect(call).rejects.toMatchObject({ code: 'box_call_timeout' });
    await connection.close();
    await box.stop();
  });

  test.each(SSH_CLIENTS)(
    'slowly: what was being opened at close does not outlive it, by %s',
    async (_kind, make) => {
      // The clean-up itself is fast, so that it would come before what it is to end.
      const shell = lab.fresh('slow');
      writeFileSync(shell, '#!/bin/sh\ncase $2 in *environ*) ;; *) sleep 0.6 ;; esac\nexec /bin/sh "$@"\n', {
        mode: 0o755,
      });
      const box = await lab.another({ shell });
      const closedAfter = async (asked: number) => {
        const connection = await make(targetOf(box)).connect(limits());
        const pidFiles = [lab.fresh('pid'), lab.fresh('pid')];
        const [one = '', two = ''] = pidFiles;
        const script = (file: string) => sh(`trap "" HUP; echo $$ >${file}; exec sleep 1000`);
        const calls = [
          connection.run(script(one), limits()),
          connection.openPty(script(two), SIZE, limits()),
        ].map((call) => expect(call).rejects.toMatchObject({ code: 'connection_lost' }));
        await new Promise((resolve) => setTimeout(resolve, asked));
        await connection.close();
        await Promise.all(calls);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        for (const file of pidFiles) if (existsSync(file)) expect(alive(await pidIn(file))).toBe(false);
      };
      await Promise.all([0, 300].map(closedAfter));
      await box.stop();
    },
  );
});
