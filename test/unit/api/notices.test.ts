import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { pauseIn } from '../../../api/notices/chat.ts';
import { isEach, roomAt, WINDOW_MS } from '../../../api/notices/crowd.ts';
import { type Mail, mailOf } from '../../../api/notices/mail.ts';
import { htmlOf, textOf } from '../../../api/notices/mail-parts.ts';
import { failureOf } from '../../../api/notices/smtp.ts';
import { plainOf } from '../../../api/notices/support-mail.ts';
import { casesMessage, messageOf, summaryOf } from '../../../api/notices/support-words.ts';
import { MOST_TRIES, nextTryIn, Rest, restFor } from '../../../api/notices/tries.ts';
import { UnsubscribeLinks } from '../../../api/notices/unsubscribe-links.ts';
import { skippedAt } from '../../../api/notices/verdict.ts';
import { ERROR_CODES } from '../../../core/contract/error-rows.ts';
import { MAIL_KINDS, NOTICE_GROUPS, SUPPORT_KINDS } from '../../../core/contract/notices.ts';
import type { DueNotice, NoticedConnection } from '../../../core/store/notices.ts';

const DAY_MS = 24 * 60 * 60_000;
const NOW = new Date('2026-11-29T12:00:00Z');
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS);

const CONNECTION: NoticedConnection = {
  provider: 'openai',
  box: 'default',
  label: null,
  endpoint: null,
  health: 'working',
  reason: null,
  connectedAt: inDays(-358.5),
  expiresAt: inDays(6.5),
  endedAt: null,
};

function notice<Kind extends DueNotice['kind']>(
  kind: Kind,
  { data = {}, at = NOW, ...more }: Partial<DueNotice> & { data?: Record<string, unknown>; at?: Date } = {},
): DueNotice & { kind: Kind } {
  return {
    id: '00000000-0000-4000-8000-000000000001',
    customer: 'alice',
    tries: 1,
    event: { at, data: { provider: 'openai', method: 'api-key', ...data } },
    connection: CONNECTION,
    hasSaid: true,
    isToldOfBox: false,
    saidToday: 0,
    caseState: null,
    message: null,
    recipient: { email: 'alice@example.com', displayName: 'Alice', locale: 'en', off: [] },
    ...more,
    kind,
  };
}
const paused = (data: Record<string, unknown>) =>
  notice('paused', { connection: undefined, data: { until: '2100-01-01T00:00:00.000Z', ...data } });
const broken = (reason: string): NoticedConnection => ({ ...CONNECTION, health: 'attention', reason });

describe('a notice whose turn has come', () => {
  test.each<[string, DueNotice, string | undefined]>([
    ['reminds of an end in seven days', notice('expiring', { data: { days: 7 } }), undefined],
    [
      'says what is wrong with a box, of a second connection there',
      notice('attention', {
        data: { error: 'gateway_down' },
        connection: broken('gateway_down'),
        isToldOfBox: true,
      }),
      'with_another',
    ],
    [
      'says what is wrong with a second credential',
      notice('attention', {
        data: { error: 'key_rejected' },
        connection: broken('key_rejected'),
        isToldOfBox: true,
      }),
      undefined,
    ],
    ['reminds of an end that is nearer by now', notice('expiring', { data: { days: 30 } }), 'outdated'],
    [
      'reminds of an end that has come',
      notice('expiring', { data: { days: 7 }, connection: { ...CONNECTION, expiresAt: inDays(-1) } }),
      'outdated',
    ],
    [
      'reminds of what has been renewed, or removed',
      notice('expiring', { data: { days: 7 }, connection: { ...CONNECTION, endedAt: inDays(-0.1) } }),
      'outdated',
    ],
    [
      'reminds of what is no longer on record',
      notice('expiring', { data: { days: 7 }, connection: undefined }),
      'outdated',
    ],
    [
      'says what is wrong',
      notice('attention', { data: { error: 'model_moved' }, connection: broken('model_moved') }),
      undefined,
    ],
    ['says what is wrong no more', notice('attention', { data: { error: 'model_moved' } }), 'outdated'],
    [
      'says what is wrong in another way by now',
      notice('attention', { data: { error: 'model_moved' }, connection: broken('gateway_down') }),
      undefined,
    ],
    [
      'would say that it is well again of what has ended meanwhile',
      notice('recovered', { connection: { ...CONNECTION, expiresAt: inDays(-0.1) } }),
      'outdated',
    ],
    [
      'says after a long outage what is still wrong',
      notice('attention', {
        data: { error: 'model_moved' },
        connection: broken('model_moved'),
        at: inDays(-6),
      }),
      undefined,
    ],
    [
      'would say it a week later',
      notice('attention', {
        data: { error: 'model_moved' },
        connection: broken('model_moved'),
        at: inDays(-8),
      }),
      'late',
    ],
    ['says that it is well again', notice('recovered'), undefined],
    ['would say so of what was never said to be wrong', notice('recovered', { hasSaid: false }), 'unsaid'],
    ['would say so of what is wrong again', notice('recovered', { connection: broken('x') }), 'outdated'],
    ['says that it was removed', notice('disconnected', { connection: undefined }), undefined],
    ['would say so days later', notice('disconnected', { at: inDays(-4) }), 'late'],
    ['says that a handshake failed', notice('failed', { connection: undefined }), undefined],
    ['says that something is paused', paused({}), undefined],
    ['would say so after that is over', paused({ until: '2020-01-01T00:00:00.000Z' }), 'outdated'],
    ['would say so of the platform’s own models', paused({ provider: undefined }), 'outdated'],
    ['would say so of what could not be paused', paused({ error: 'box_unreachable' }), 'outdated'],
    ['says what could be put right', notice('repairable', { connection: broken('x') }), undefined],
    ['would say so of what is right', notice('repairable'), 'outdated'],
  ])('%s', (_, given, why) => {
    expect(skippedAt(given, NOW)).toBe(why);
  });
});

describe('a crowd', () => {
  const MINUTE_MS = 60_000;

  test.each([
    [1, 20, true],
    [3, 20, true],
    [4, 20, false],
    [2, 1, false],
    [10_000, 20, false],
  ])('of %d with room for %d messages: one each: %p', (due, room, each) => {
    expect(isEach(due, room)).toBe(each);
  });

  test('gets twenty messages at once, and one more each ten minutes', () => {
    expect(roomAt([], 0)).toBe(20);
    const burst = Array.from({ length: 20 }, () => 0);
    expect(roomAt(burst, 0)).toBe(0);
    expect(roomAt(burst, 9 * MINUTE_MS)).toBe(0);
    expect(roomAt(burst, 10 * MINUTE_MS)).toBe(1);
    expect(roomAt([...burst, 10 * MINUTE_MS], 19 * MINUTE_MS)).toBe(0);
    expect(roomAt(burst, 500 * MINUTE_MS)).toBe(20);
  });

  test('of seven a minute for a day is at most 164 messages', () => {
    const sent: number[] = [];
    let due = 0;
    for (let at = 0; at < 24 * 60 * MINUTE_MS; at += 5_000) {
      if (at % 8_640 < 5_000) due += 1;
      const room = roomAt(
        sent.filter((time) => time > at - WINDOW_MS),
        at,
      );
      if (due === 0 || room === 0) continue;
      for (let count = isEach(due, room) ? due : 1; count > 0; count -= 1) sent.push(at);
      due = 0;
    }
    expect(sent.length).toBeGreaterThan(100);
    expect(sent.length).toBeLessThanOrEqual(20 + 24 * 6);
  });
});

test('tries are a minute apart, then ever more, four hours at most, and there is a last one', () => {
  const waits = Array.from({ length: MOST_TRIES - 1 }, (_, index) => nextTryIn(index + 1, 0));
  expect(waits[0]).toBe(60_000);
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect(Math.max(...waits)).toBe(4 * 3_600_000);
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(16 * 3_600_000);
  expect([restFor(1), restFor(2), restFor(30)]).toEqual([30_000, 60_000, 600_000]);
});

test('a channel that takes nothing rests ever longer, however many find that out at once', () => {
  const rest = new Rest();
  const at = NOW.getTime();
  const ms = (after: number, asked?: number) => rest.begin(at + after, asked).getTime() - at;
  expect([ms(0), ms(10), ms(20)]).toEqual([30_000, 30_000, 30_000]);
  expect(ms(30_000)).toBe(90_000);
  // A pause that is no pause does not shorten it.
  expect(ms(90_000, 0)).toBe(210_000);
  expect(ms(210_000, 3_600_000)).toBe(3_810_000);
  rest.end();
  expect(ms(3_810_000)).toBe(3_840_000);
});

describe('what a mail server says means', () => {
  const RCPT = { code: 'EENVELOPE', command: 'RCPT TO' };
  const DATA = { code: 'EMESSAGE', command: 'DATA' };
  const refused = (code: number, isOfAddress = true) => ({
    result: 'refused',
    why: `${isOfAddress ? 'EENVELOPE' : 'EMESSAGE'} ${code}`,
    ...(isOfAddress && { isOfAddress }),
  });
  const put = (result: 'later' | 'away', why: string) => ({ result, why });
  test.each<[Parameters<typeof failureOf>[0], object]>([
    [{ ...RCPT, responseCode: 550 }, refused(550)],
    [{ ...RCPT, responseCode: 550, response: '550 5.1.1 no such user' }, refused(550)],
    [{ ...RCPT, responseCode: 552, response: '552 #5.2.2 full' }, refused(552)],
    [
      { code: 'EENVELOPE', command: 'API' },
      { result: 'refused', why: 'EENVELOPE', isOfAddress: true },
    ],
    [{ ...RCPT, responseCode: 450 }, put('later', 'EENVELOPE 450')],
    [{ ...RCPT, responseCode: 554, response: '554 5.7.1 relay denied' }, put('later', 'EENVELOPE 554')],
    [{ ...RCPT, responseCode: 550, response: '550 5.7.1 not for you' }, put('later', 'EENVELOPE 550')],
    [{ ...RCPT, responseCode: 550, response: '550 5.4.5 daily limit' }, put('later', 'EENVELOPE 550')],
    [{ ...RCPT, responseCode: 554, response: '554 192.5.1.2 is listed' }, put('later', 'EENVELOPE 554')],
    [{ ...RCPT, responseCode: 550, response: '550 5.1.8 bad sender' }, put('away', 'EENVELOPE 550')],
    [{ ...RCPT, responseCode: 530, response: '530 5.7.0 sign in' }, put('away', 'EENVELOPE 530')],
    [{ code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553 }, put('away', 'EENVELOPE 553')],
    [{ ...DATA, responseCode: 554, response: '554 5.7.1 spam' }, refused(554, false)],
    [{ ...DATA, responseCode: 421 }, put('later', 'EMESSAGE 421')],
    [{ code: 'ETIMEDOUT', command: 'CONN' }, put('later', 'ETIMEDOUT')],
  ])('of a mail that was begun, %j: %j', (given, delivery) => {
    expect(failureOf(given, true)).toEqual(delivery);
  });
  test.each<[Parameters<typeof failureOf>[0], string]>([
    [{ code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }, 'EAUTH 535'],
    [{ code: 'ECONNECTION', command: 'CONN' }, 'ECONNECTION'],
    [{ code: 'secret@example.com' }, 'unknown'],
  ])('before one was begun, %j: it is away (%s)', (given, why) => {
    expect(failureOf(given, false)).toEqual({ result: 'away', why });
  });
});

test.each([
  [null, undefined],
  ['30', 30_000],
  ['0.5', 500],
  ['Sun, 29 Nov 2026 12:00:10 GMT', 10_000],
  ['Sun, 29 Nov 2026 11:00:00 GMT', 0],
  ['999999', 3_600_000],
  ['soon', undefined],
])('Retry-After %p is a pause of %p ms', (header, ms) => {
  expect(pauseIn(header, NOW.getTime())).toBe(ms);
});

describe('a link that switches mails off', () => {
  const key = (id: string) => ({ id, key: new Uint8Array(randomBytes(32)) });
  const domain = { BASE_DOMAIN: 'keyferry.example', BASE_SCHEME: 'https' } as const;
  const one = key('one');
  const EMAIL = 'alice@example.com';
  const ALICE = { customer: 'alice', email: EMAIL };
  const links = new UnsubscribeLinks({ SEALING_KEYS: [one], ...domain });
  const partsOf = (url: string) => {
    const [, , group, proof] = new URL(url).pathname.split('/');
    return { group, proof };
  };

  test('is good for its customer and group, and no other', () => {
    for (const group of NOTICE_GROUPS) {
      const url = links.of('alice', EMAIL, group);
      expect(url).toMatch(new RegExp(`^https://alice\\.keyferry\\.example/notices/${group}/[\\w-]{43}$`));
      expect(links.groupIn(ALICE, partsOf(url))).toBe(group);
      expect(links.groupIn({ ...ALICE, customer: 'bob' }, partsOf(url))).toBeUndefined();
      // The box is another person's by now.
      for (const email of ['bob@example.com', null])
        expect(links.groupIn({ customer: 'alice', email }, partsOf(url))).toBeUndefined();
      for (const other of NOTICE_GROUPS)
        if (other !== group) expect(links.groupIn(ALICE, { ...partsOf(url), group: other })).toBeUndefined();
    }
    for (const bad of [undefined, '', 'x', ['a'], `${partsOf(links.of('alice', EMAIL, 'reminders')).proof}x`])
      expect(links.groupIn(ALICE, { group: 'reminders', proof: bad })).toBeUndefined();
  });

  test('stays good while the key that made it is among the sealing keys', () => {
    const old = partsOf(links.of('alice', EMAIL, 'problems'));
    const both = new UnsubscribeLinks({ SEALING_KEYS: [key('two'), one], ...domain });
    expect(both.groupIn(ALICE, old)).toBe('problems');
    expect(partsOf(both.of('alice', EMAIL, 'problems'))).not.toEqual(old);
    const next = new UnsubscribeLinks({ SEALING_KEYS: [key('three')], ...domain });
    expect(next.groupIn(ALICE, old)).toBeUndefined();
  });
});

describe('a mail', () => {
  const LINKS = {
    button: 'https://alice.keyferry.example/?a=1&b=2',
    unsubscribe: 'https://alice.keyferry.example/notices/x/y',
  };
  const written = (given: Parameters<typeof mailOf>[0]): Mail => mailOf(given, LINKS, NOW);

  test.each(MAIL_KINDS)('of the kind %s has all its parts', (kind) => {
    const mail = written(notice(kind, { data: { days: 7, error: 'key_no_credit' } }));
    for (const part of [textOf(mail), htmlOf(mail)]) {
      expect(part).toContain('OpenAI');
      expect(part.replace(/<style>.*<\/style>/, '')).not.toMatch(/undefined|null|\{/);
    }
    expect(textOf(mail)).toContain(LINKS.button);
    expect(htmlOf(mail)).toContain(LINKS.button.replaceAll('&', '&amp;'));
    expect(textOf(mail)).toContain(LINKS.unsubscribe);
  });

  test('counts the days that are left, whichever reminder it is', () => {
    expect(written(notice('expiring', { data: { days: 7 } })).subject).toBe(
      'Your connection to OpenAI ends in 7 days',
    );
    const last = { ...CONNECTION, expiresAt: inDays(0.4) };
    expect(written(notice('expiring', { data: { days: 1 }, connection: last })).subject).toBe(
      'Your connection to OpenAI ends in 1 day',
    );
  });

  test('says that what ends works until the new one does, a login too, and of what was forgotten that nobody has seen it', () => {
    const paragraphs = (...of: Parameters<typeof notice>) =>
      written(notice(...of) as Parameters<typeof mailOf>[0]).paragraphs.join(' ');
    expect(paragraphs('expiring', { data: { days: 7 } })).toContain('works until the new one does');
    const login = { days: 7, method: 'claude-login' };
    expect(paragraphs('expiring', { data: login })).toContain('works until the new one does');
    expect(paragraphs('disconnected')).toContain('was removed from your machine');
    const forgotten = paragraphs('disconnected', { data: { outcome: 'forgotten' } });
    expect(forgotten).toContain('may still be there');
    expect(forgotten).not.toContain('removed from your machine');
  });

  test('says since when something has expired, by its end or by the look that saw it', () => {
    const ended = { ...CONNECTION, expiresAt: inDays(-2) };
    const told = written(notice('expired', { connection: ended }));
    expect(told.paragraphs[0]).toContain('November 27, 2026');
    const seen = written(notice('expired', { connection: { ...CONNECTION, expiresAt: null } }));
    expect(seen.paragraphs[0]).toMatch(
      /^On November 29, 2026 .* we saw that your connection to OpenAI has expired/,
    );
  });

  test('says what is wrong by now, and promises nothing of what is broken', () => {
    const moved = { data: { error: 'model_moved' }, connection: broken('gateway_down') };
    expect(written(notice('attention', moved)).paragraphs[1]).toBe(
      'OpenClaw on your machine is not running.',
    );
    const ends = { data: { days: 7 }, connection: broken('gateway_down') };
    expect(written(notice('expiring', ends)).paragraphs[1]).toBe(
      'Renew it before then: it takes a few minutes.',
    );
  });

  test('calls an address of the customer’s own by its host', () => {
    const endpoint = { baseUrl: 'https://llm.example.com/v1', api: 'openai-completions', models: ['m'] };
    const given = notice('recovered', {
      data: { provider: 'custom' },
      connection: { ...CONNECTION, endpoint },
    });
    expect(written(given).subject).toBe('Your connection to llm.example.com works again');
  });

  test('shows what people call themselves and their connections as text', () => {
    const nasty = `<img src=x onerror="alert(1)">&'\u202e\r\nBcc: all@example.com`;
    const given = notice('expiring', {
      data: { days: 7 },
      connection: { ...CONNECTION, label: nasty },
      recipient: { email: 'a@example.com', displayName: nasty, locale: 'ar', off: [] },
    });
    const mail = written(given);
    expect(htmlOf(mail)).not.toContain('<img');
    expect(htmlOf(mail)).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;');
    expect(htmlOf(mail)).toContain('<html lang="ar" dir="rtl">');
    for (const line of [mail.subject, mail.greeting, ...mail.facts.flat()])
      expect(line).not.toMatch(/[\r\n\u202e]/);
  });

  test('has nothing from elsewhere, and no script', () => {
    const html = htmlOf(written(notice('attention', { data: { error: 'key_no_credit' } })));
    expect(html).not.toMatch(/<script|<img|<link|url\(|@import|src=/);
    expect(new Set(html.match(/https?:\/\/[^"<]+/g))).toEqual(
      new Set([LINKS.button.replaceAll('&', '&amp;'), LINKS.unsubscribe]),
    );
  });
});

describe('support’s chat', () => {
  const CONSOLE = 'https://admin.keyferry.example';

  test('reads of one what it is, whose, and what to make of it', () => {
    const text = messageOf(
      { kind: 'attention', customer: 'alice', data: { provider: 'openai', error: 'key_no_credit' } },
      CONSOLE,
    );
    expect(text).toMatch(
      /^:warning: A connection needs attention: <https:\/\/admin\.keyferry\.example\/#\/customers\/alice\|alice> \(OpenAI\)\n`key_no_credit`: ./,
    );
  });

  test.each(SUPPORT_KINDS)('can be told of the kind %s with every code, within what a chat takes', (kind) => {
    for (const error of ERROR_CODES) {
      const text = messageOf(
        { kind, customer: 'a'.repeat(63), data: { provider: 'openai', error } },
        CONSOLE,
      );
      expect(text.length).toBeLessThanOrEqual(1_900);
    }
  });

  test('is told of fifty cases that are alike in one message, in words that nobody else has written', () => {
    const named = ['a'.repeat(63), ...Array.from({ length: 49 }, (_, index) => `c${index}`)];
    const text = casesMessage(
      named.map((customer) => ({
        kind: 'case' as const,
        customer,
        data: { provider: 'openai', error: 'box_unreachable', cause: 'handshake:box_unreachable' },
      })),
      CONSOLE,
    );
    expect(text).toContain('New cases: 50 of one cause');
    expect(text).toContain('and 45 more');
    expect(text).toContain(`${CONSOLE}/#/cases?cause=handshake%3Abox_unreachable`);
    expect(plainOf(text).split('\n')[0]).toMatch(/^New cases: 50 of one cause: a{63} \(https:/);
    // Whoever got a mark into an error's place would call nobody.
    const [evil] = ['<!channel> <https://evil.example|here>'];
    const told = casesMessage(
      [{ kind: 'case', customer: 'alice', data: { provider: 'openai', error: evil, cause: evil } }],
      CONSOLE,
    );
    expect(told).not.toContain('<!channel>');
    expect(told).not.toContain('<https://evil');
    expect(plainOf(told)).toContain(evil);
  });

  test('is told of ten thousand in one message of that length, with counts', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      kind: 'attention' as const,
      customer: `customer-${index}-${'x'.repeat(40)}`,
      data: { provider: 'openai', error: index < 9_000 ? 'key_rejected' : ERROR_CODES[index % 50] },
    }));
    const text = summaryOf(many, CONSOLE);
    expect(text.length).toBeLessThanOrEqual(1_910);
    expect(text).toMatch(/^:bell: 10000 notices at once/);
    expect(text).toMatch(/• \*9\d{3}\* need attention \(`key_rejected`\)/);
  });

  test('cannot be made to call anybody, or to show a link that is none of ours', () => {
    const text = messageOf(
      { kind: 'attention', customer: 'alice', data: { provider: '<!channel>&<https://x|y>', error: 'a<b' } },
      CONSOLE,
    );
    expect(text).toContain('(&lt;!channel&gt;&amp;&lt;https://x|y&gt;)');
    expect(text.match(/<[^>]*>/g)).toEqual([`<${CONSOLE}/#/customers/alice|alice>`]);
  });
});
