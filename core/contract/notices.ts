/** What customers are mailed and support is told. Pure: the record keeps it, the api sends it. */
import { z } from 'zod';
import type { EVENT_TYPES } from './jobs.ts';

/** Where support is told: in its chat, and by e-mail. */
export const SUPPORT_CHANNELS = ['support', 'support-mail'] as const;
export type SupportChannel = (typeof SUPPORT_CHANNELS)[number];

/** Where a notice goes: to the customer by e-mail, or to support. */
export const NOTICE_CHANNELS = ['email', ...SUPPORT_CHANNELS] as const;
export type NoticeChannel = (typeof NOTICE_CHANNELS)[number];

/** What a customer is mailed. */
export const MAIL_KINDS = [
  'expiring',
  'expired',
  'attention',
  'paused',
  'recovered',
  'disconnected',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** What support can be told. */
export const SUPPORT_KINDS = [
  'attention',
  'expired',
  'recovered',
  'disconnected',
  'repairable',
  'repaired',
  'failed',
  'usage',
  'case',
] as const;
export type SupportKind = (typeof SUPPORT_KINDS)[number];
export type NoticeKind = MailKind | SupportKind;

/** What support is not told by itself where it is told of cases: each of these is one. */
export const IN_CASES: ReadonlySet<NoticeKind> = new Set<NoticeKind>([
  'failed',
  'attention',
  'expired',
  'usage',
]);

type EventType = (typeof EVENT_TYPES)[number];

/** What each event is a notice of; undefined: none. */
const KINDS: Readonly<Record<EventType, NoticeKind | undefined>> = {
  'handshake.connected': undefined,
  'handshake.failed': 'failed',
  'handshake.expired': undefined,
  'connection.expiring': 'expiring',
  'connection.expired': 'expired',
  'connection.attention': 'attention',
  'connection.recovered': 'recovered',
  'connection.repairable': 'repairable',
  'connection.repaired': 'repaired',
  'connection.disconnected': 'disconnected',
  'case.opened': 'case',
  'case.resolved': undefined,
  // That it is near: the platform is told, and support once it is there.
  'usage.warning': undefined,
  'usage.reached': 'usage',
  'usage.capped': 'paused',
  'usage.released': undefined,
  'usage.unusual': 'usage',
  'usage.fallback': 'usage',
  'release.tried': undefined,
};

/** The kind of notice that an event is; undefined if it is none, or of a newer version. */
export function kindOf(type: string): NoticeKind | undefined {
  return Object.hasOwn(KINDS, type) ? KINDS[type as EventType] : undefined;
}

export function isMailKind(kind: NoticeKind): kind is MailKind {
  return (MAIL_KINDS as readonly NoticeKind[]).includes(kind);
}

/** What a customer switches off and on by itself: each is a link in the mails that belong to it. */
export const NOTICE_GROUPS = ['reminders', 'problems', 'disconnected'] as const;
export const noticeGroupSchema = z.enum(NOTICE_GROUPS);
export type NoticeGroup = z.infer<typeof noticeGroupSchema>;

const GROUPS: Readonly<Record<MailKind, NoticeGroup>> = {
  expiring: 'reminders',
  expired: 'problems',
  attention: 'problems',
  paused: 'problems',
  recovered: 'problems',
  disconnected: 'disconnected',
};

export function groupOf(kind: MailKind): NoticeGroup {
  return GROUPS[kind];
}
