import { DEFAULT_BOX } from '../../core/contract/connection-record.ts';
import { endpointSchema } from '../../core/contract/endpoint.ts';
import { groupOf, type MailKind } from '../../core/contract/notices.ts';
import { plainText } from '../../core/contract/plain-text.ts';
import { rowOf } from '../../core/contract/providers.ts';
import type { DueNotice, NoticedConnection } from '../../core/store/notices.ts';
import { reasonOf } from './reasons.ts';
import { apart, dateIn, type Language, languageOf, say, type WordKey } from './words.ts';

const DAY_MS = 24 * 60 * 60_000;

/** A mail before it is written as text and as HTML. Everything in it is one line of plain text. */
export interface Mail {
  language: Language;
  subject: string;
  /** The platform's name, where it is configured. */
  platform?: string | undefined;
  greeting: string;
  paragraphs: string[];
  /** What it is about: a name and a value each. */
  facts: [name: string, value: string][];
  button: { label: string; url: string };
  footer: string[];
  unsubscribe: { label: string; url: string };
}

/** Where a mail's links lead. */
export interface MailLinks {
  button: string;
  unsubscribe: string;
}

/** What a customer is told, in their language, as it stands at a time. */
export function mailOf(notice: DueNotice & { kind: MailKind }, links: MailLinks, at: Date): Mail {
  const { kind, customer, event, connection, recipient } = notice;
  const language = languageOf(recipient.locale);
  const provider = providerOf(event.data.provider, connection);
  const { expiresAt = null } = connection ?? {};
  const until = kind === 'paused' ? untilOf(event.data) : undefined;
  const ends = kind === 'expiring' && expiresAt !== null ? expiresAt : (until ?? event.at);
  // Of one that a look has found expired, nobody knows when that was.
  const ended = kind === 'expired' && expiresAt !== null && expiresAt < event.at ? expiresAt : ends;
  const values = {
    provider: apart(language, provider),
    customer: apart(language, customer),
    date: apart(language, dateIn(language, ended)),
    days: Math.max(1, Math.ceil((ends.getTime() - at.getTime()) / DAY_MS)),
  };
  const words = (key: WordKey) => say(language, key, values);
  const { error } = event.data;
  // What is wrong by now, which may be another thing than what the event says.
  const { why, todo, connects } = reasonOf(
    connection?.reason ?? (typeof error === 'string' ? error : undefined),
  );
  const isBroken = connection?.health === 'attention';
  const isForgotten = event.data.outcome === 'forgotten';
  const bodies: Record<MailKind, WordKey[]> = {
    expiring: ['expiring.lead', isBroken ? 'expiring.broken' : 'expiring.todo'],
    expired: [expiresAt === null ? 'expired.seen' : 'expired.lead', 'todo.connect'],
    attention: ['attention.lead', why, todo],
    paused: ['paused.lead'],
    recovered: ['recovered.lead'],
    disconnected: [
      isForgotten ? 'disconnected.forgotten' : 'disconnected.lead',
      'disconnected.revoke',
      'disconnected.doubt',
    ],
  };
  const button: WordKey =
    kind === 'expiring'
      ? 'button.renew'
      : kind === 'expired' || (kind === 'attention' && connects)
        ? 'button.connect'
        : 'button.open';
  const name = recipient.displayName && oneLine(recipient.displayName);
  return {
    language,
    subject: words(`${kind}.subject`),
    greeting: name ? say(language, 'greeting', { name }) : words('greeting.nobody'),
    paragraphs: bodies[kind].map(words),
    facts: factsOf(notice, provider, language),
    button: { label: words(button), url: links.button },
    footer: [words('footer.about'), words('footer.safety')],
    unsubscribe: { label: words(`footer.${groupOf(kind)}`), url: links.unsubscribe },
  };
}

function factsOf(
  { kind, event, connection }: DueNotice,
  provider: string,
  language: Language,
): [string, string][] {
  const { box, label, expiresAt } = connection ?? {};
  const revokeAt = rowOf(String(event.data.provider))?.revokeAt;
  const facts: [WordKey, string | undefined][] = [
    ['fact.provider', provider],
    ['fact.label', label ? oneLine(label) : undefined],
    ['fact.box', box === DEFAULT_BOX ? undefined : box],
    ['fact.ends', kind === 'expiring' && expiresAt ? dateIn(language, expiresAt) : undefined],
    ['fact.revoke', kind === 'disconnected' ? revokeAt : undefined],
  ];
  return facts.flatMap(([key, value]) => (value ? [[say(language, key), value]] : []));
}

/** When the window is over for which it is out of use. */
function untilOf({ until }: Record<string, unknown>): Date | undefined {
  const at = new Date(String(until));
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** The name that people know a provider by; for an address of the customer's own, its host. */
function providerOf(provider: unknown, connection: NoticedConnection | undefined): string {
  const id = String(provider);
  const endpoint = endpointSchema.safeParse(connection?.endpoint);
  if (endpoint.success && URL.canParse(endpoint.data.baseUrl)) return new URL(endpoint.data.baseUrl).host;
  return rowOf(id)?.name ?? oneLine(id);
}

const LONGEST = 200;

/** What others have written, as one line without anything that controls or reverses what is beside it. */
export function oneLine(text: string): string {
  return plainText(text).replaceAll('\n', ' ').slice(0, LONGEST);
}
