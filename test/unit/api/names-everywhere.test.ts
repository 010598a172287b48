import { describe, expect, test } from '@jest/globals';
import MailComposer from 'nodemailer/lib/mail-composer';
import { csvLines } from '../../../api/console/csv.ts';
import { mailOf } from '../../../api/notices/mail.ts';
import { htmlOf, textOf } from '../../../api/notices/mail-parts.ts';
import { Mailer, type MailerServices } from '../../../api/notices/mailer.ts';
import type { Letter } from '../../../api/notices/smtp.ts';
import { mailTo } from '../../../api/notices/support-mail.ts';
import { casesMessage, messageOf, summaryOf } from '../../../api/notices/support-words.ts';
import type { RunBoxRecord } from '../../../core/contract/fleet-runs.ts';
import type { DueNotice } from '../../../core/store/notices.ts';
import { csvLines as boxLines } from '../../../scripts/cli/fleet-report.ts';

/** What platforms call their customers, and worse. A row is tried wherever such a name comes to be shown outside of the console. */
const NAMES: readonly [what: string, name: string, kept: string][] = [
  ['63 letters', 'a'.repeat(63), 'a'.repeat(63)],
  ['200 letters without a blank', 'ß'.repeat(200), 'ß'.repeat(200)],
  ['from right to left', 'شركة الأمل للتجارة', 'شركة الأمل للتجارة'],
  ['both ways, with an override', '\u202egnp.exe שלום\u202c', 'gnp.exe שלום'],
  ['a picture', '🦊 Füchse & Söhne', '🦊 Füchse &'],
  ['a picture of many parts', '👩‍👩‍👧‍👦 und 🏳️‍🌈', ' und '],
  ['a formula', '=cmd|calc!A1', 'cmd|calc!A1'],
  ['a formula after a tab', '\t=1+1', '=1+1'],
  ['other formulas', '@SUM(1,1);+1;-1', 'SUM(1,1)'],
  ['a formula in wide letters', '＝1+1', '＝1+1'],
  ['marks of a chat', '<!channel> @channel <@U012> *b* `c` <https://evil.example|here>', 'channel'],
  ['HTML', '<img src=x onerror="alert(1)">', 'alert(1)'],
  ['more headers', 'Eve\r\nBcc: all@example.com\r\n\r\nHello', 'Eve'],
  ['bytes of a terminal', '\u001b[31mred\u0007\u0000', 'red'],
];
const NOW = new Date('2026-11-29T12:00:00Z');
const CONSOLE = 'https://admin.keyferry.example';
const LINKS = { button: 'https://alice.keyferry.example/', unsubscribe: 'https://alice.keyferry.example/n' };
const FROM = { name: 'Keyferry', address: 'no-reply@keyferry.example' };

/** A box of a run over the fleet that has failed. */
const RAN: RunBoxRecord = {
  ...{ customer: 'alice', box: 'default', inventory: 'file', isCanary: false, state: 'failed' },
  ...{ code: null, why: null, outcome: {}, startedAt: null, endedAt: null },
};

const noticeFor = (displayName: string, locale: string) =>
  ({
    ...{ id: '00000000-0000-4000-8000-000000000001', kind: 'attention', customer: 'alice', tries: 1 },
    event: { at: NOW, data: { provider: 'openai', method: 'api-key', error: 'key_no_credit' } },
    connection: {
      ...{ provider: 'openai', box: 'default', label: displayName, endpoint: null, health: 'attention' },
      ...{ reason: 'key_no_credit', connectedAt: NOW, expiresAt: null, endedAt: null },
    },
    ...{ hasSaid: false, isToldOfBox: false, saidToday: 0, caseState: null, message: null },
    recipient: { email: 'alice@example.com', displayName, locale, off: [] },
  }) satisfies DueNotice;

/** A letter as it goes over the wire. */
const wireOf = (letter: Letter) =>
  new Promise<string>((resolve, reject) =>
    new MailComposer({ ...letter }).compile().build((error, bytes) => {
      if (error) reject(error);
      else resolve(bytes.toString('utf8'));
    }),
  );

function checkWire(wire: string): void {
  const [head = ''] = wire.split('\r\n\r\n');
  const names = head.split('\r\n').flatMap((line) => (/^[\w-]+(?=:)/.exec(line)?.[0] ?? []).toString());
  expect(names).not.toContain('Bcc');
  for (const once of ['From', 'To', 'Subject', 'Message-ID'])
    expect(names.filter((name) => name === once)).toHaveLength(1);
  // Words of others are encoded, or plain: nothing in the head is a control character.
  expect(head).not.toMatch(/[^\P{Cc}\r\n\t]|\u202e/u);
}

describe.each(NAMES)('a name with %s', (_, name, kept) => {
  test.each(['en', 'ar'])('in a mail to the customer (%s)', async (locale) => {
    const notice = noticeFor(name, locale);
    const mail = mailOf({ ...notice, kind: 'attention' }, LINKS, NOW);
    expect(textOf(mail)).toContain(kept);
    const html = htmlOf(mail);
    expect(html).not.toMatch(/<img|onerror="/);
    expect(html.match(/<a /g)).toHaveLength(2);
    for (const line of [mail.subject, mail.greeting, ...mail.facts.flat()])
      expect(line).not.toMatch(/[\r\n\p{Cc}\u202e]/u);
    const letters: Letter[] = [];
    const mailer = new Mailer({
      // Nothing of what comes before and after the sending.
      ...({} as Pick<MailerServices, 'database' | 'customers' | 'metrics' | 'log'>),
      from: FROM,
      links: () => LINKS,
      now: () => NOW,
      async post(letter) {
        letters.push(letter);
        return { result: 'sent' };
      },
    });
    await mailer.write(notice, 'alice@example.com', new AbortController().signal);
    checkWire(await wireOf(letters[0] as Letter));
  });

  test('in what support is told, in its chat and by mail', async () => {
    // Such a name is in no message; whatever stands where a code or a provider should, is as harmless.
    const data = { provider: name, error: name, cause: name, displayName: name, caseId: 'one' };
    const one = { kind: 'case' as const, customer: 'a'.repeat(63), data };
    const texts = [
      casesMessage([one], CONSOLE),
      messageOf({ ...one, kind: 'attention' }, CONSOLE),
      summaryOf([one, { ...one, customer: 'bob' }], CONSOLE),
    ];
    for (const text of texts) {
      // All that a chat takes for a link or a call is ours.
      for (const mark of text.match(/<[^>]*>/g) ?? [])
        expect(mark).toMatch(
          /^<https:\/\/admin\.keyferry\.example\/#\/(customers|cases)[^|<>\s]*\|[^<>|\n]+>$/,
        );
      expect(text).not.toMatch(/@(channel|here|everyone|all|U012)/);
      expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
      const letters: Letter[] = [];
      const tell = mailTo({
        ...{ from: FROM, to: { name: '', address: 'support@keyferry.example' } },
        async post(letter) {
          letters.push(letter);
          return { result: 'sent' };
        },
      });
      await tell(text, new AbortController().signal, '00000000-0000-4000-8000-000000000002');
      const [letter] = letters;
      expect(letter?.html).not.toMatch(/<(?!\/?pre)/);
      expect(letter?.messageId).toBe('<00000000-0000-4000-8000-000000000002@keyferry.example>');
      checkWire(await wireOf(letter as Letter));
    }
  });

  test('in a file for a spreadsheet, of the console and of the command line', async () => {
    const lines: string[] = [];
    const columns = { name: (row: string) => row, next: () => 'next' };
    async function* pages() {
      yield [name];
    }
    for await (const text of csvLines(columns, pages())) lines.push(text);
    const file = lines.join('').replace(/^\ufeff/, '');
    const body = file.slice('name,next\r\n'.length, -',next\r\n'.length);
    expect(file.endsWith(',next\r\n')).toBe(true);
    const ran = boxLines([{ ...RAN, why: name }], false);
    const [before, after] = ['alice,default,file,,failed,,', ',,,,,,,,\r\n'];
    expect([ran.startsWith(before), ran.endsWith(after)]).toEqual([true, true]);
    // Whichever of these the program takes for the end of a cell.
    for (const said of [body, ran.slice(before.length, -after.length)])
      for (const cell of said.split(/[;\t]|,(?=[=+\-@])/))
        expect(cell.replace(/^["\s]*/, '')).not.toMatch(/^[=+\-@＝＋－＠]/);
  });
});
