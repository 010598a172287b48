import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROVIDERS } from '../../core/contract/providers.ts';
import type { Box } from '../../lab/box.ts';
import { type Lab, startLab } from '../../lab/lab.ts';
import { leaks } from '../../lab/leaks.ts';
import { disconnect } from '../../worker/disconnect/disconnect.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { heapWhileProving } from '../support/heap.ts';
import { connect } from '../support/keyferry.ts';

const MINUTE = 60_000;
const PROGRAMS = { claude: '2.1.332', openclaw: '2026.9.6' };

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
}, 10 * MINUTE);

afterAll(async () => {
  await lab?.stop();
}, MINUTE);

const transportOf = ({ host, port, user, identityFile, knownHostsFile }: Box) =>
  new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
const loggedIn = async (box: Box) =>
  JSON.parse((await box.run(['claude', 'auth', 'status', '--json'])).stdout).loggedIn;

describe('claude-login on the real programs', () => {
  test(
    'a wrong code, then a right one; OpenClaw answers through Claude Code with the login’s own token; disconnected, it is revoked',
    async () => {
      const box = await lab.freshBox(PROGRAMS);
      try {
        const ran = await connect(
          box,
          (link, time) =>
            time > 0
              ? lab.anthropic.signIn(link)
              : `${'a'.repeat(43)}#${new URL(link).searchParams.get('state')}`,
          ['--method', 'claude-login'],
        );
        const last = ran.lines.at(-1);
        if (last?.type !== 'connected') throw new Error(ran.printed);
        expect(last).toMatchObject({ profile: 'anthropic:claude-cli', model: 'anthropic/claude-opus-5' });
        expect(ran.lines.find(({ rejected }) => rejected)?.rejected?.code).toBe('code_rejected');
        const token = lab.anthropic.minted.at(-1) ?? '';
        expect(lab.anthropic.bearers.at(-1)).toBe(token);
        expect(leaks(lab.anthropic.secrets, { output: ran.printed, argv: ran.commandLines })).toEqual([]);

        const target = {
          provider: PROVIDERS.anthropic,
          profile: 'anthropic:claude-cli',
          hint: undefined,
          account: last.tokenFingerprint,
        };
        const options = { signal: new AbortController().signal };
        const { outcome, notes } = await disconnect(transportOf(box), target, options);
        expect(outcome).toBe('removed');
        expect(notes[0]).toBe('Anthropic has confirmed to Claude Code that the login is no longer valid.');
        expect([await loggedIn(box), lab.anthropic.isValid(token)]).toEqual([false, false]);
      } finally {
        await box.stop();
      }
    },
    10 * MINUTE,
  );

  test(
    'no token is in the memory of the process that did it: in no heap snapshot, because none ever came',
    async () => {
      const box = await lab.freshBox(PROGRAMS);
      try {
        const heap = await heapWhileProving(box, lab.anthropic, 'claude-login');
        const tokens = lab.anthropic.secrets.filter((secret) => secret.startsWith('sk-ant-'));
        expect(tokens.length).toBeGreaterThan(1);
        expect(tokens.filter((token) => heap.includes(token))).toEqual([]);
      } finally {
        await box.stop();
      }
    },
    10 * MINUTE,
  );
});
