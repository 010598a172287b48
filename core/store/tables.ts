import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { ShownCredentials } from '../contract/boxes.ts';
import type { HostKey } from '../secrets/host-keys.ts';

/** Every table of the database, as this version reads and writes it. The migrations make them. */
export interface Tables {
  customers: CustomersTable;
  connections: ConnectionsTable;
  looks: LooksTable;
  events: EventsTable;
  audit: AuditTable;
  audit_head: AuditHeadTable;
  handshakes: HandshakesTable;
  attempts: AttemptsTable;
  doctor_reports: DoctorReportsTable;
  boxes: BoxesTable;
  vault: VaultTable;
  repairs: RepairsTable;
  receipts: ReceiptsTable;
  releases: ReleasesTable;
  fleet_runs: FleetRunsTable;
  fleet_run_boxes: FleetRunBoxesTable;
  notices: NoticesTable;
  notice_channels: NoticeChannelsTable;
  cases: CasesTable;
  case_entries: CaseEntriesTable;
  re_runs: ReRunsTable;
  re_run_cases: ReRunCasesTable;
  usage_daily: UsageDailyTable;
  usage_boxes: UsageBoxesTable;
  usage_limits: UsageLimitsTable;
  usage_plans: UsagePlansTable;
  usage_caps: UsageCapsTable;
  usage_holds: UsageHoldsTable;
  usage_months: UsageMonthsTable;
}

type Jsonb<T> = ColumnType<T, string, string>;

export interface CustomersTable {
  customer: string;
  display_name: string | null;
  locale: string | null;
  /** By its IANA name; null: UTC. */
  time_zone: string | null;
  plan: string | null;
  metadata: Jsonb<Record<string, string>>;
  /** Where mails go; null: nowhere. */
  email: string | null;
  /** When a mail server last refused this address for good; null: since a mail was taken, or the address is another. */
  email_refused_at: Date | null;
  /** Groups of mails that they want none of. Read tolerantly: a newer version may have written others. */
  notices_off: Generated<string[]>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

/** Without `ended_at` it is current; there is one such for a customer, box, provider and profile. */
export interface ConnectionsTable {
  id: Generated<string>;
  customer: string;
  box: string;
  provider: string;
  method: string;
  profile: string;
  model: string | null;
  /** An address of the customer's own. Read tolerantly: a newer version may have written it. */
  endpoint: ColumnType<unknown, string | null, string | null>;
  /** Null where the credential never left the box. */
  fingerprint: string | null;
  hint: string | null;
  label: string | null;
  /** Its place among the provider's on this box; the first is used first. */
  position: Generated<number>;
  /** The profiles whose place it took; null: every other of the provider's. */
  replaced: string[] | null;
  /** The handshake that made it, when that was requested, and which attempt it was: the order of connections. */
  handshake: string;
  requested_at: Date;
  attempt: number;
  connected_at: Date;
  expires_at: Date | null;
  checked_at: Date | null;
  health: string;
  reason: string | null;
  /** Null: since it was connected. */
  health_since: Date | null;
  /** What one look said that a second has not confirmed. Read tolerantly: a newer version may have written it. */
  suspected: ColumnType<unknown, string | null, string | null>;
  looked_at: Date | null;
  /** What a look saw of OpenClaw when it last worked. Read tolerantly: a newer version may have written it. */
  seen_good: ColumnType<unknown, string | null | undefined, string | null>;
  next_look_at: Generated<Date>;
  /** Looks in a row that said nothing, because the box was not reached or for another reason. */
  failed_looks: Generated<number>;
  /** When a turn was last made for it, whatever came of it; null: as it was connected. */
  turn_at: Date | null;
  /** Where something is wrong: a turn has shown it. Null: not written since there is this column. */
  by_turn: boolean | null;
  /** Where something is wrong: it is so for this agent of OpenClaw's, and not for its default one. */
  wrong_agent: Generated<string | null>;
  /** When a reminder is due, or its end comes; null: neither. */
  next_change_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  ended_at: Date | null;
}

/** One look, test or restore, and what it has seen of a connection. */
export interface LooksTable {
  connection: string;
  at: Date;
  outcome: string;
  code: string | null;
  /** A turn was made for it. */
  is_turn: boolean;
  claude: string | null;
  openclaw: string | null;
  /** Milliseconds. */
  took_ms: number | null;
  /** Another agent than OpenClaw's default one of which it says so, or that it was asked about, too. */
  agent: Generated<string | null>;
}

export interface EventsTable {
  /** In the order in which they were committed. A bigint, which pg reads as text. */
  seq: GeneratedAlways<string>;
  id: Generated<string>;
  /** What there is one event of, however often it is written. */
  once: string;
  type: string;
  at: Date;
  /** Null where it is of nobody in particular. */
  customer: string | null;
  data: Jsonb<Record<string, unknown>>;
  /** What has become of its webhook, and when: `waiting`, `queued`, `delivered`, `failed`; `none`: nobody wanted it. */
  webhook: Generated<string>;
  webhook_at: Generated<Date>;
  /** `waiting`; `made`: its notices are there; `none`: nobody wanted any. */
  notices: Generated<string>;
}

/** A column that the database fills. */
type Filled<T> = ColumnType<T, never, never>;

/** Written by the function `audit_append` alone. */
export interface AuditTable {
  seq: Filled<string>;
  at: Filled<Date>;
  entry: Filled<unknown>;
  hash: Filled<Buffer>;
  id: Filled<string>;
  happened_at: Filled<string>;
  actor: Filled<string>;
  who: Filled<string | null>;
  action: Filled<string>;
  outcome: Filled<string>;
  customer: Filled<string | null>;
  handshake: Filled<string | null>;
}

/** One row: the last entry of the audit log. */
export interface AuditHeadTable {
  seq: Filled<string>;
  hash: Filled<Buffer>;
}

export interface HandshakesTable {
  handshake: string;
  customer: string;
  provider: string;
  method: string;
  requested_by: string;
  started_at: Date;
  /** The last attempt, the length of its timeline, and where that stands. */
  attempt: number;
  steps: number;
  phase: string;
  since: Date;
  ended_at: Date | null;
  error_code: string | null;
  error_phase: string | null;
  claude_version: string | null;
  openclaw_version: string | null;
  /** The platform's own, of the visit in which it was asked for. */
  reference: string | null;
  /** False where the customer's page began it by itself and they have clicked nothing there; null where nobody's page did. */
  asked: boolean | null;
}

export interface AttemptsTable {
  handshake: string;
  attempt: number;
  /** The length of its timeline, and the time of the last step: what is written later has more. */
  steps: number;
  at: Date;
  rejected: number;
  /** Without the last screen. */
  body: Jsonb<unknown>;
  /** The last screen, sealed. */
  screen: string | null;
}

export interface DoctorReportsTable {
  run: string;
  customer: string;
  box: string;
  at: Date;
  verdict: string;
  report: Jsonb<unknown>;
}

export interface BoxesTable {
  id: string;
  customer: string;
  name: string;
  /** Read tolerantly: a newer version may have written it. */
  reach: Jsonb<unknown>;
  host_keys: Jsonb<BoxHostKeys>;
  credentials: string | null;
  shown_credentials: Jsonb<ShownCredentials>;
  is_default: boolean;
  pending: Jsonb<BoxPending>;
  last_test: ColumnType<unknown, string | null, string | null>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

export interface BoxHostKeys {
  pinned: HostKey[];
  /** What the last fetch saw, which nobody has confirmed yet. */
  fetched?: HostKey[];
  /** Why the last fetch saw none. */
  error?: string;
}

/** What workers were asked to do, and have not done yet. */
export interface BoxPending {
  test?: PendingTask;
  hostKey?: PendingTask;
}
export interface PendingTask {
  run: string;
  since: string;
}

/** The api's role does not read it. A trigger removes the row when its connection ends. */
export interface VaultTable {
  /** The connection's id. */
  connection: string;
  /** The credential, sealed with a data key of its own. */
  envelope: string;
  /** That data key, wrapped, and with which key. */
  wrapped: string;
  wrapped_by: string;
  sealed_at: Date;
}

/** What was put right on a box, or would be if somebody asked. */
export interface RepairsTable {
  id: string;
  connection: string;
  customer: string;
  box: string;
  name: string;
  outcome: string;
  why: string | null;
  error: string | null;
  /** Read tolerantly: a newer version may have written them. */
  before: ColumnType<unknown, string | null | undefined, string | null>;
  after: ColumnType<unknown, string | null | undefined, string | null>;
  started_at: Date;
  ended_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  undone_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

/** What was done at the end of a connection. */
export interface ReceiptsTable {
  /** The connection's id. */
  connection: string;
  id: string;
  customer: string;
  issued_at: Date;
  /** With its signature. Read tolerantly: a newer version may have written it. */
  document: Jsonb<unknown>;
}

/** A release of a program that was tried, as it was last. */
export interface ReleasesTable {
  program: string;
  version: string;
  verdict: string;
  at: Date;
  /** Read tolerantly: a newer version may have written it. */
  detail: Jsonb<unknown>;
}

/** Something that is done on one box of the fleet after another. */
export interface FleetRunsTable {
  id: string;
  kind: string;
  /** Read tolerantly: a newer version may have written them. */
  filter: Jsonb<unknown>;
  options: Jsonb<unknown>;
  asked_by: string;
  state: string;
  reason: string | null;
  /** Nobody has asked for its pause: something went wrong. */
  paused_itself: Generated<boolean>;
  /** Boxes in a row that were not reached, tried for the first time. */
  unreached: Generated<number>;
  started_at: Date;
  /** From when on failures count: its start, or when it was last resumed. */
  counted_from: Date;
  /** Null: its boxes are not known yet. */
  listed_at: Date | null;
  /** Until then somebody finds out which they are. */
  leased_until: Date | null;
  /** How often it was taken in vain since it last had to wait for something that passes. */
  tries: Generated<number>;
  ended_at: Date | null;
}

export interface FleetRunBoxesTable {
  run: string;
  customer: string;
  /** As connections on it are recorded, unless they have its own name. */
  box: string;
  name: string;
  /** Its place among the run's, by chance. */
  place: number;
  inventory: string;
  is_canary: Generated<boolean>;
  /** Its customer has connected: what is left is the second half. */
  is_second: Generated<boolean>;
  state: Generated<string>;
  code: string | null;
  why: string | null;
  /** Read tolerantly: a newer version may have written it. */
  outcome: Jsonb<unknown>;
  /** Counts who has it: what an earlier one says is passed over. */
  attempt: Generated<number>;
  is_begun: Generated<boolean>;
  /** Times that whoever was at it was lost; times that it was not reached. */
  lost: Generated<number>;
  unreached: Generated<number>;
  /** Since when the customer's open page has put it off. */
  deferred_at: Date | null;
  not_before: Date | null;
  leased_until: Date | null;
  started_at: Date | null;
  ended_at: Date | null;
}

/** One event that somebody is told of on one channel. */
export interface NoticesTable {
  id: Generated<string>;
  /** The event's number. */
  event: string;
  channel: string;
  kind: string;
  customer: string;
  connection: string | null;
  /** `waiting`, `sent`, `skipped` (it was out of date, or not wanted), `refused` (for good), `failed` (tried for long enough). */
  state: Generated<string>;
  /** Why it was not sent, or not yet, in a word of ours. */
  why: string | null;
  tries: Generated<number>;
  /** When it is to be sent; while somebody sends it, when that has taken too long. */
  due_at: Date;
  settled_at: Date | null;
  /** The message that it went out with: several can have gone in one. */
  message: string | null;
}

/** A channel whose other end has asked for a pause, or does not answer. */
export interface NoticeChannelsTable {
  channel: string;
  paused_until: Date;
}

/** Trouble of a customer's; one of each box or connection, which may come back. */
export interface CasesTable {
  id: Generated<string>;
  customer: string;
  kind: string;
  subject: string;
  cause: string;
  code: string;
  provider: string;
  method: string;
  box: string;
  handshake: string | null;
  connection: string | null;
  state: Generated<string>;
  /** Of one that is snoozed: from then on it counts as open. */
  snoozed_until: Date | null;
  assignee: string | null;
  times: Generated<number>;
  /** How often it was opened: each of them is told once. */
  openings: Generated<number>;
  /** When it was last opened, and when it was last seen. */
  since: Date;
  last_at: Date;
  resolved_at: Date | null;
  resolved_by: string | null;
  resolution: string | null;
  /** By the database's clock: consoles ask again when there is a newer one. */
  changed_at: Generated<Date>;
}

export interface CaseEntriesTable {
  seq: GeneratedAlways<string>;
  case: string;
  at: Date;
  who: string;
  deed: string;
  text: string | null;
}

/** Something that is started again for one case after the other. */
export interface ReRunsTable {
  id: string;
  asked_by: string;
  /** What somebody chose, in words. */
  about: string;
  state: Generated<string>;
  reason: string | null;
  started_at: Date;
  ended_at: Date | null;
  /** When an api was last at it, by the database's clock. */
  led_at: Generated<Date>;
}

export interface ReRunCasesTable {
  run: string;
  case: string;
  customer: string;
  state: Generated<string>;
  code: string | null;
  handshake: string | null;
  leased_until: Date | null;
  ended_at: Date | null;
}

/** What one model was asked on a box on one day of the customer's time zone. Bigints come as text. */
export interface UsageDailyTable {
  customer: string;
  day: Date;
  box: string;
  /** As OpenClaw names them. */
  provider: string;
  model: string;
  /** With whose credential, as far as is known: `core/contract/usage-kinds.ts`. */
  kind: string;
  requests: string;
  input: string;
  output: string;
  cache_read: string;
  cache_write: string;
  /** Millionths of a US dollar, as OpenClaw reckons; and the requests of which it knows no cost. */
  cost: string;
  unpriced: string;
  /** What those are guessed to have cost. */
  estimate: Generated<string>;
}

/** How far a box's usage was read. */
export interface UsageBoxesTable {
  customer: string;
  box: string;
  tried_at: Date;
  state: string;
  /** Null: nothing was read yet. */
  read_at: Date | null;
  /** The last day that is over and was read to its end. */
  final_to: Date | null;
  /** When OpenClaw last said less than before of a day. */
  fell_back_at: Date | null;
}

/** Limits that were set for a customer, and those of plans. Read tolerantly: a newer version may have written others. */
export interface UsageLimitsTable {
  customer: string;
  limits: Jsonb<unknown>;
  set_at: Generated<Date>;
}
export interface UsagePlansTable {
  plan: string;
  limits: Jsonb<unknown>;
  set_at: Generated<Date>;
}

/** How far a limit is used up in a window of which something was said. */
export interface UsageCapsTable {
  customer: string;
  /** As OpenClaw names it; '' is all of them together. */
  provider: string;
  per: string;
  measure: string;
  /** The window's first day. */
  starts: Date;
  ends_at: Date;
  /** In the limit's own unit: US dollars, tokens or requests. */
  most: number;
  used: number;
  /** In percent: 0 (a limit that was raised since), 80 or 100. */
  level: number;
  weighed_at: Date;
  /** When its case was closed, after the window's end. */
  settled_at: Date | null;
}

/** What is out of use on a box while a cap lasts: `core/contract/usage-holds.ts`. */
export interface UsageHoldsTable {
  customer: string;
  box: string;
  what: string;
  state: string;
  /** What stood on the box before; nothing of it is secret. Null: nothing was changed. */
  before: ColumnType<unknown, string | null, string | null>;
  until: Date;
  tried_at: Date;
  /** In a row that have failed. */
  tries: Generated<number>;
  held_at: Date | null;
  ended_at: Date | null;
  error: string | null;
}

/** What a customer's boxes have used in a month, by whose credential: sums of `usage_daily`, which can be made again from it. */
export type UsageMonthsTable = {
  /** Its first day. */
  month: Date;
  customer: string;
} & Record<
  `${'own' | 'platform' | 'unknown'}_${'requests' | 'tokens' | 'cost' | 'estimate'}`,
  Generated<string>
>;
