import { CATALOGUE, type ErrorCode } from '../../core/contract/errors.ts';
import type { NoticeKind } from '../../core/contract/notices.ts';
import { plainText } from '../../core/contract/plain-text.ts';
import { rowOf } from '../../core/contract/providers.ts';
import { REPAIR_WORDS, type RepairName } from '../../core/contract/repairs.ts';

/** What support's message is made of. */
export interface SupportNotice {
  kind: NoticeKind;
  customer: string;
  data: Record<string, unknown>;
}

/** What has happened, at the head of a message. */
const HEADS: Readonly<Record<NoticeKind, string>> = {
  attention: ':warning: A connection needs attention',
  expired: ':hourglass: A connection has expired',
  paused: ':double_vertical_bar: A connection is paused',
  recovered: ':white_check_mark: A connection works again',
  disconnected: ':electric_plug: A connection was removed',
  repairable: ':wrench: Keyferry could put this right',
  repaired: ':white_check_mark: Keyferry has put this right',
  failed: ':x: A handshake has failed',
  usage: ':bar_chart: Use is at its limit, or not as usual',
  case: ':rotating_light: New case',
  expiring: ':hourglass: A connection ends soon',
};
const PLURALS: Readonly<Record<NoticeKind, string>> = {
  attention: 'need attention',
  expired: 'have expired',
  paused: 'are paused',
  recovered: 'work again',
  disconnected: 'were removed',
  repairable: 'could be put right',
  repaired: 'were put right',
  failed: 'handshakes have failed',
  usage: 'are at a limit of use, or not as usual',
  case: 'new cases',
  expiring: 'end soon',
};

/** The most characters of a message: Discord takes no more than 2,000. */
const LONGEST = 1_900;
/** The lines of a summary, and the customers that it names. */
const MOST_LINES = 12;
const MOST_NAMED = 5;

/** One message about one notice. `console`: the address of the support console. */
export function messageOf({ kind, customer, data }: SupportNotice, console: string): string {
  const code = typeof data.error === 'string' ? data.error : undefined;
  const repair = typeof data.repair === 'string' ? data.repair : undefined;
  const lines = [
    `${HEADS[kind]}: ${linkTo(customer, console)}${data.provider === undefined ? '' : ` (${escaped(providerOf(data.provider))})`}`,
    code && `\`${escaped(code)}\`: ${escaped(wordsOf(code))}`,
    repair && `\`${escaped(repair)}\`: ${escaped(repairWords(repair))}`,
  ];
  return cut(lines.filter(Boolean).join('\n'));
}

/** One message about cases with the same cause. */
export function casesMessage(notices: readonly SupportNotice[], console: string): string {
  const customers = [...new Set(notices.map(({ customer }) => customer))];
  const data = notices[0]?.data ?? {};
  const code = String(data.error);
  const named = customers.slice(0, MOST_NAMED).map((customer) => linkTo(customer, console));
  const more = customers.length > MOST_NAMED ? `, and ${customers.length - MOST_NAMED} more` : '';
  // One that was over and came back meanwhile has two notices.
  const cases = casesIn(notices);
  const ofWhom = cases === customers.length ? '' : `, of ${customersWords(customers.length)}`;
  const count = cases === 1 ? HEADS.case : `${HEADS.case}s: ${cases} of one cause${ofWhom}`;
  return cut(
    [
      `${count}: ${named.join(', ')}${more}`,
      `\`${escaped(code)}\`: ${escaped(wordsOf(code))}`,
      `<${console}/#/cases?cause=${encodeURIComponent(String(data.cause))}|See to ${cases === 1 ? 'it' : 'them'}>`,
    ].join('\n'),
  );
}

/** One message about many: how many of each kind and code, the most first, and a few of whom they are about. */
export function summaryOf(notices: readonly SupportNotice[], console: string): string {
  const groups = new Map<string, SupportNotice[]>();
  for (const notice of notices) {
    const { error, repair } = notice.data;
    const key = `${notice.kind} ${error ?? repair ?? ''}`;
    const group = groups.get(key);
    if (group) group.push(notice);
    else groups.set(key, [notice]);
  }
  const sorted = [...groups.values()].sort((a, b) => b.length - a.length);
  const lines = sorted.slice(0, MOST_LINES).map((group) => {
    const [{ kind, data }] = group as [SupportNotice];
    const code = data.error ?? data.repair;
    const what = typeof code === 'string' ? ` (\`${escaped(code)}\`)` : '';
    const customers = [...new Set(group.map(({ customer }) => customer))];
    const named = customers.slice(0, MOST_NAMED).map((customer) => linkTo(customer, console));
    const more = customers.length > MOST_NAMED ? ', …' : '';
    const count = kind === 'case' ? casesIn(group) : group.length;
    return `• *${count}* ${PLURALS[kind]}${what}: ${named.join(', ')}${more}`;
  });
  const rest = sorted.slice(MOST_LINES).reduce((sum, group) => sum + group.length, 0);
  const isCases = notices.every(({ kind }) => kind === 'case');
  const where = isCases ? `<${console}/#/cases|the cases>` : `<${console}/#/fleet|the fleet>`;
  const head = `:bell: ${notices.length} notices at once: ${where}`;
  return joined([head, ...lines, ...(rest > 0 ? [`• ${rest} more of other kinds`] : [])]);
}

/** As many whole lines as fit. */
function joined(lines: readonly string[]): string {
  let text = '';
  for (const line of lines) {
    if (text.length + line.length + 1 > LONGEST) return `${text}\n…`;
    text += text === '' ? line : `\n${line}`;
  }
  return text;
}

/** How many cases these tell of. */
function casesIn(notices: readonly SupportNotice[]): number {
  return new Set(notices.map(({ customer, data: { caseId } }) => caseId ?? customer)).size;
}

const customersWords = (count: number) => (count === 1 ? '1 customer' : `${count} customers`);

function wordsOf(code: string): string {
  return Object.hasOwn(CATALOGUE, code) ? CATALOGUE[code as ErrorCode].support : '';
}

function repairWords(name: string): string {
  return Object.hasOwn(REPAIR_WORDS, name) ? REPAIR_WORDS[name as RepairName] : '';
}

function providerOf(provider: unknown): string {
  return rowOf(String(provider))?.name ?? plainText(String(provider)).slice(0, 60);
}

function linkTo(customer: string, console: string): string {
  return `<${console}/#/customers/${encodeURIComponent(customer)}|${escaped(customer)}>`;
}

/**
 * As Slack's mrkdwn wants it: these three, and nothing else, decide there what is a link or calls somebody. In Mattermost and
 * Discord the name behind an @ does.
 */
function escaped(text: string): string {
  return plainText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=\w)/g, '@\u200b');
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
