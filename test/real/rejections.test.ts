import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Lab, startLab } from '../../lab/lab.ts';
import { leaks } from '../../lab/leaks.ts';
import { practicePrograms } from '../../lab/practice/programs.ts';
import { connect, type Ran } from '../support/keyferry.ts';

const MINUTE = 60_000;
/** The simulated openclaw, for speed: what follows the token is proven in connect.test.ts and proof.test.ts. */
const practice = practicePrograms();
const { openclaw } = practice;

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
}, 10 * MINUTE);

afterAll(async () => {
  await lab?.stop();
  practice.remove();
}, MINUTE);

/** Codes of what was told when a code was not taken, in order. */
const rejections = ({ lines }: Ran) => lines.flatMap(({ rejected }) => rejected?.code ?? []);

function expectConnected(ran: Ran): void {
  if (ran.lines.at(-1)?.type !== 'connected') throw new Error(ran.printed);
  expect(ran.exitCode).toBe(0);
  expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
  expect(leaks(lab.anthropic.secrets, { output: ran.printed, argv: ran.commandLines })).toEqual([]);
}

/** A code that the stand-in gave for this link, with other characters: refused by the token endpoint. */
const wrong = (code: string) => code.replace(/^[^#]{8}/, 'AAAAAAAA');

describe.each(['1.0.64', '2.1.197', '2.1.330'])('a code that is not taken, claude %s', (claude) => {
  test(
    'is followed by a fresh link and a good code: connected',
    async () => {
      const box = await lab.freshBox({ claude, openclaw, node: '24' });
      try {
        const ran = await connect(box, (link, time) => {
          const code = lab.anthropic.signIn(link);
          return time === 0 ? wrong(code) : code;
        });
        expect(rejections(ran)).toEqual(['code_rejected']);
        expectConnected(ran);
      } finally {
        await box.stop();
      }
    },
    5 * MINUTE,
  );

  test(
    'an error of the token endpoint (500) is told, and the next code is taken',
    async () => {
      const box = await lab.freshBox({ claude, openclaw, node: '24' });
      try {
        lab.anthropic.tokenEndpoint.next(500);
        const ran = await connect(box, (link) => lab.anthropic.signIn(link), ['--no-live-proof']);
        expect(rejections(ran)).toEqual(['anthropic_error']);
        if (ran.lines.at(-1)?.type !== 'connected') throw new Error(ran.printed);
      } finally {
        await box.stop();
      }
    },
    5 * MINUTE,
  );
});

describe('codes that are never typed, claude 2.1.330', () => {
  test(
    'a truncated code, a code of another link and text that is no code are told; then a callback URL is taken',
    async () => {
      const box = await lab.freshBox({ claude: '2.1.330', openclaw, node: '24' });
      try {
        const other = `${'B'.repeat(43)}#${'C'.repeat(43)}`;
        const ran = await connect(box, (link, time) => {
          const code = () => lab.anthropic.signIn(link);
          const pasted = [
            () => code().replace(/#.*/, ''),
            () => code().slice(0, -5),
            () => other,
            () => 'how do I sign in?',
            () => lab.anthropic.signInForCallbackUrl(link),
          ];
          return pasted[time]?.();
        });
        expect(rejections(ran)).toEqual([
          'code_incomplete',
          'code_incomplete',
          'code_from_other_link',
          'code_malformed',
        ]);
        expect(ran.lines.filter(({ phase }) => phase === 'exchanging')).toHaveLength(1);
        expectConnected(ran);
      } finally {
        await box.stop();
      }
    },
    5 * MINUTE,
  );
});

describe.each(['2.1.197', '2.1.330'])('a token endpoint that never answers, claude %s', (claude) => {
  test(
    'ends as anthropic_unreachable',
    async () => {
      const box = await lab.freshBox({ claude, openclaw, node: '24' });
      try {
        lab.anthropic.tokenEndpoint.next('hang', 'hang', 'hang');
        const ran = await connect(box, (link) => lab.anthropic.signIn(link));
        expect(ran.lines.at(-1)).toMatchObject({
          type: 'failed',
          code: 'anthropic_unreachable',
          phase: 'exchanging',
        });
        expect(ran.exitCode).toBe(1);
        expect(leaks(lab.anthropic.secrets, { output: ran.printed })).toEqual([]);
        expect(box.processes()).toEqual([]);
      } finally {
        await box.stop();
        lab.anthropic.tokenEndpoint.take();
      }
    },
    5 * MINUTE,
  );
});

describe('boxes that are not ready', () => {
  const crash =
    '#!/bin/sh\necho "file:///usr/lib/cli.js:12"; echo "TypeError: x.y is not a function"; echo "    at Object.<anonymous> (/usr/lib/cli.js:12:3)"; echo "Node.js v24.21.0"; exit 1\n';
  test.each([
    {
      name: 'no claude',
      programs: { claude: 'none', openclaw, node: '24' },
      code: 'claude_missing',
      phase: 'preparing',
    },
    {
      name: 'no openclaw',
      programs: { claude: '2.1.330', openclaw: 'none' },
      code: 'openclaw_missing',
      phase: 'preparing',
    },
    {
      name: 'a claude that dies with a stack trace',
      programs: { claude: { script: crash }, openclaw, node: '24' },
      code: 'claude_crashed',
      phase: 'opening',
    },
    {
      name: 'a claude that shows a screen of another kind and waits',
      programs: {
        claude: { script: '#!/bin/sh\necho "Please choose your favourite colour:"; exec sleep 300\n' },
        openclaw,
        node: '24',
      },
      code: 'screen_unknown',
      phase: 'opening',
    },
  ])(
    '$name: $code',
    async ({ programs, code, phase }) => {
      const box = await lab.freshBox(programs);
      try {
        const ran = await connect(box, () => undefined);
        expect(ran.lines.at(-1)).toMatchObject({ type: 'failed', code, phase });
        expect(ran.lines.at(-1)?.hint).toMatch(/\w/);
        expect(ran.exitCode).toBe(1);
        expect(box.processes()).toEqual([]);
      } finally {
        await box.stop();
      }
    },
    3 * MINUTE,
  );
});
