import { describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { Box } from '../../lab/box.ts';
import { leaks } from '../../lab/leaks.ts';
import { duringTests } from '../support/during-tests.ts';
import { failure } from '../support/failure.ts';
import { connect, type Ran } from '../support/keyferry.ts';
import { leftOn, startPracticeLab } from '../support/practice-lab.ts';

const MINUTE = 60_000;
/** What the stand-in gave, with other characters in front: refused by the token endpoint. */
const wrong = (code: string) => code.replace(/^[^#]{8}/, 'AAAAAAAA');

const { lab } = duringTests({ lab: startPracticeLab });

const signIn = (link: string) => lab.anthropic.signIn(link);
const rejections = ({ lines }: Ran) => lines.flatMap(({ rejected }) => rejected?.code ?? []);

function expectConnected(ran: Ran): void {
  if (ran.lines.at(-1)?.type !== 'connected') throw new Error(ran.printed);
  expect(ran.exitCode).toBe(0);
  expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
  expect(leaks(lab.anthropic.secrets, { output: ran.printed, argv: ran.commandLines })).toEqual([]);
}

async function expectFailed(ran: Ran, box: Box, code: string, phase: string): Promise<void> {
  expect(ran.lines.at(-1)).toMatchObject({ type: 'failed', code, phase });
  expect(ran.exitCode).toBe(1);
  expect(leaks(lab.anthropic.secrets, { output: ran.printed, argv: ran.commandLines })).toEqual([]);
  expect(await leftOn(box)).toEqual([]);
}

describe('a code that Anthropic refuses', () => {
  test.each([
    ['1.0.64', 40],
    ['2.0.42', 80],
    ['2.1.36', 100],
    ['2.1.197', 40],
    ['2.1.330', 1000],
  ] as const)(
    'is told, and one of the fresh link is taken: claude %s, %d columns',
    async (claude, columns) => {
      const box = await lab.box({ claude });
      const links: string[] = [];
      const customer = (link: string, time: number) => {
        links.push(link);
        return time === 0 ? wrong(signIn(link)) : signIn(link);
      };
      const ran = await connect(box, customer, ['--cols', String(columns), '--no-live-proof']);
      expect(rejections(ran)).toEqual(['code_rejected']);
      expect(new Set(links).size).toBe(2);
      expect(ran.lines.at(-1)?.type).toBe('connected');
      expect(await leftOn(box)).toEqual([]);
    },
    MINUTE,
  );

  test(
    'again and again ends in too_many_rejected_codes',
    async () => {
      const box = await lab.box();
      const ran = await connect(box, (link) => wrong(signIn(link)));
      expect(rejections(ran)).toEqual(Array.from({ length: 4 }, () => 'code_rejected'));
      await expectFailed(ran, box, 'too_many_rejected_codes', 'exchanging');
    },
    MINUTE,
  );

  test(
    'with an error of its own is told as that, and the next code is taken',
    async () => {
      const box = await lab.box({ claude: '2.1.197' });
      lab.anthropic.tokenEndpoint.next(500, 429);
      const ran = await connect(box, signIn);
      expect(rejections(ran)).toEqual(['anthropic_error', 'anthropic_error']);
      expectConnected(ran);
    },
    MINUTE,
  );

  test(
    'because of the box’s address ends in anthropic_forbidden',
    async () => {
      const box = await lab.box();
      lab.anthropic.tokenEndpoint.next(403);
      await expectFailed(await connect(box, signIn), box, 'anthropic_forbidden', 'exchanging');
    },
    MINUTE,
  );
});

test(
  'codes that cannot be right are told and never typed; then a callback URL is taken',
  async () => {
    const box = await lab.box();
    const ran = await connect(box, (link, time) => {
      const pasted = [
        () => signIn(link).replace(/#.*/, ''),
        () => signIn(link).slice(0, -5),
        () => `${'B'.repeat(43)}#${'C'.repeat(43)}`,
        () => 'how do I sign in?',
        () => `\u001b[201~${signIn(link)}`,
        () => lab.anthropic.signInForCallbackUrl(link),
      ];
      return pasted[time]?.();
    });
    expect(rejections(ran)).toEqual([
      'code_incomplete',
      'code_incomplete',
      'code_from_other_link',
      'code_malformed',
      'code_malformed',
    ]);
    expect(ran.lines.filter(({ phase }) => phase === 'exchanging')).toHaveLength(1);
    expectConnected(ran);
  },
  MINUTE,
);

describe('a customer who', () => {
  test(
    'gives no code: code_input_ended',
    async () => {
      const box = await lab.box();
      const ran = await connect(box, (_link, _time, hands) => {
        hands.endInput();
        return undefined;
      });
      await expectFailed(ran, box, 'code_input_ended', 'waiting');
    },
    MINUTE,
  );

  test.each(['ssh2', 'openssh'])(
    'presses Ctrl-C (%s): cancelled, and nothing stays on the box',
    async (transport) => {
      const box = await lab.box();
      const customer = (_link: string, _time: number, { interrupt }: { interrupt(): void }) => {
        interrupt();
        return undefined;
      };
      const ran = await connect(box, customer, ['--transport', transport]);
      await expectFailed(ran, box, 'cancelled', 'waiting');
    },
    MINUTE,
  );
});

const never = () => new Promise<string>(() => {});

describe('a deadline that passes', () => {
  test('in waiting is sign_in_expired', async () => {
    const box = await lab.box();
    const { failed, changes } = await failure(box, { waiting: 300 }, never);
    expect(failed).toMatchObject({ phase: 'waiting', error: { code: 'sign_in_expired' } });
    expect(changes.at(-1)?.url).toMatch(/^https:\/\/claude\.com\//);
    expect(await leftOn(box)).toEqual([]);
  });

  test('in opening is link_not_shown', async () => {
    const script = '#!/bin/sh\nexec sleep 300\n';
    const box = await lab.box({}, { claude: { script } });
    const { failed } = await failure(box, { opening: 300 }, never);
    expect(failed).toMatchObject({ phase: 'opening', error: { code: 'link_not_shown' } });
    expect(await leftOn(box)).toEqual([]);
  });

  test.each(['2.1.36', '2.1.330'])('in exchanging is anthropic_unreachable, claude %s', async (claude) => {
    const box = await lab.box({ claude });
    lab.anthropic.tokenEndpoint.next('hang');
    const { failed } = await failure(box, { exchanging: 1_500 }, async (link) => signIn(link));
    expect(failed).toMatchObject({ phase: 'exchanging', error: { code: 'anthropic_unreachable' } });
    expect(
      leaks(lab.anthropic.secrets, { message: failed.message, screen: failed.error.screen ?? '' }),
    ).toEqual([]);
    expect(await leftOn(box)).toEqual([]);
  });

  test('while the box is looked over is a row of the catalogue', async () => {
    const box = await lab.box();
    const { failed } = await failure(box, { preparing: 1 }, never);
    expect(failed.phase).toBe('preparing');
    expect(failed.error).toBeInstanceOf(KeyferryError);
    expect(failed.error.code).not.toBe('internal_error');
    expect(await leftOn(box)).toEqual([]);
  });
});

test('a claude that ends while the customer signs in: program_ended', async () => {
  const link = `https://claude.ai/oauth/authorize?I${'x'.repeat(43)}`;
  const script = `#!/bin/sh\nprintf '%s\\r\\n\\r\\n Paste code here if prompted > ' '${link}'\nsleep 0.5\nexit 3\n`;
  const box = await lab.box({}, { claude: { script } });
  const { failed } = await failure(box, {}, never);
  expect(failed).toMatchObject({ phase: 'waiting', error: { code: 'program_ended' } });
  expect(await leftOn(box)).toEqual([]);
});
