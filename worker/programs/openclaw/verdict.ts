/**
 * What one turn says about the credential that alone could answer it. Pure and bounded; told apart by recorded answers of
 * 2026.4.15, 2026.5.22, 2026.7.1 and 2026.9.6, which pass on the provider's status and its own words.
 */
import type { ErrorCode } from '../../../core/contract/errors.ts';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import { answeredTurn } from './models-status.ts';

/** One real turn: certainly answered or not, and what was printed instead. */
export type Turn = { answered: true } | { answered: false; words: string };

export type VerdictCode = Extract<
  ErrorCode,
  | 'key_rejected'
  | 'key_revoked'
  | 'key_no_credit'
  | 'key_no_access'
  | 'region_refused'
  | 'provider_rate_limited'
  | 'provider_down'
  | 'provider_no_answer'
  | 'endpoint_no_answer'
  | 'endpoint_not_api'
  | 'endpoint_no_model'
  | 'model_not_offered'
  | 'credential_not_effective'
  | 'turn_failed'
>;

/** `words`: what was printed, redacted, for support. */
export type Verdict = { ok: true } | { ok: false; code: VerdictCode; words: string };

/** Only these two say that the credential itself is dead; nothing else that a provider answers does. */
export function isDead(code: ErrorCode): boolean {
  return code === 'key_rejected' || code === 'key_revoked';
}

/** The provider may answer the next turn. */
export function mayPass(code: ErrorCode): boolean {
  return code === 'provider_rate_limited' || code === 'provider_down';
}

export interface PrintedTurn {
  /** What stood on stdout as JSON. */
  json: unknown;
  stderr: string;
  /** It exited with 0. */
  succeeded: boolean;
}

/** Characters that are read of each stream: a provider's answer is passed on in one line. */
const MOST = 8 * 1024;

/**
 * What became of a turn that nothing else could answer; undefined if the provider answered it. With which model does not
 * matter: OpenClaw has names of its own for some (it asks for Google's `gemini-3.1-pro-preview` where `gemini-3-pro` is
 * named), and there is no fallback.
 */
export function judge(turn: PrintedTurn, row: ProviderRow): VerdictCode | undefined {
  const { json, succeeded } = turn;
  const stderr = turn.stderr.slice(-MOST);
  if (succeeded && answeredTurn(json, stderr, row)) return undefined;
  const said = `${messageOf(json)}\n${complaintsIn(stderr)}`.slice(0, 2 * MOST);
  const status = statusIn(stderr, said);
  const code = ofOpenClaw(said) ?? ofProvider(status, said);
  return row.endpoint ? ofEndpoint(code, status, said) : code;
}

/** At an address of the customer's own nothing may answer, or something else; and it has the models that its owner gave it. */
function ofEndpoint(code: VerdictCode, status: number | undefined, said: string): VerdictCode {
  if (code === 'provider_no_answer') return 'endpoint_no_answer';
  if (status === 404 || status === 405 || (status === 400 && code === 'key_no_access'))
    return NO_MODEL.test(said.replaceAll(OWN_WORDS, '')) ? 'endpoint_no_model' : 'endpoint_not_api';
  return code;
}

/** Whether the turn had been sent when the program was ended: OpenClaw says so where it is asked to. */
export function wasSent(stderr: string): boolean {
  return /\[model-fetch\] start /.test(stderr.slice(-MOST));
}

/** The program's own error, or the answer that stands for one (2026.4.15). */
function messageOf(json: unknown): string {
  const { error, outputs } = (json ?? {}) as { error?: { message?: unknown }; outputs?: unknown };
  if (typeof error?.message === 'string') return error.message.slice(0, MOST);
  const texts = Array.isArray(outputs) ? outputs.slice(0, 4) : [];
  return texts
    .map((output: { text?: unknown } | null) => (typeof output?.text === 'string' ? output.text : ''))
    .join('\n')
    .slice(0, MOST);
}

/** Without what OpenClaw suggests and with which it repeats the command. */
function complaintsIn(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => !/^\[openclaw\] (?:Debug|Try|Help):/.test(line));
  // The name of a setting is no complaint.
  return lines.map((line) => line.slice(0, 2_000).replace(/\btimeoutMs=\S+/, '')).join('\n');
}

/** The last HTTP status that is not a success, as the transport reports it, else as the message begins. */
function statusIn(stderr: string, said: string): number | undefined {
  const logged = [...stderr.matchAll(/\[model-fetch\] response [^\n]{0,300}? status=(\d{3})\b/g)].at(-1)?.[1];
  const told = /(?:": |"code": ?|\brawError=|\bHTTP |\bstatus(?:=|: ?| code )|^)([45]\d\d)\b/m.exec(
    said,
  )?.[1];
  const status = Number(logged !== undefined && Number(logged) >= 400 ? logged : told);
  return Number.isNaN(status) ? undefined : status;
}

/** OpenClaw itself could not make the turn. */
function ofOpenClaw(said: string): VerdictCode | undefined {
  if (
    /Selected auth profile .{1,300} is unavailable|No API key found for|No credentials? found for/i.test(said)
  )
    return 'credential_not_effective';
  return /\bUnknown model:|\bis not allowed for agent\b/.test(said) ? 'model_not_offered' : undefined;
}

/** OpenClaw's own, which name the model whatever was answered. */
const OWN_WORDS =
  /No text output returned for provider "[^"\n]{1,200}" model "[^"\n]{1,200}":|^.{0,200}\[model-fetch\].*$|The selected model was not found by the provider\. Check the model id or choose a different model\.|\b(?:model|provider|reason|from)=\S{1,200}/gm;
const NO_MODEL =
  /model.{0,200}(?:does not exist|not (?:found|available|supported|exist)|not have access)|(?:invalid|a valid|no such|unknown) model|model_not_found|not_found_error.{0,80}model/i;

/** A provider's own terms for what its status leaves open. The first that applies counts. */
const TERMS: readonly [VerdictCode, on: RegExp, words: RegExp][] = [
  // A budget is one of the account's, also where it is told as a limit of the rate (Google, Mistral, xAI).
  [
    'key_no_credit',
    /4\d\d/,
    /monthly (?:usage|spend(?:ing)?) (?:limit|cap)|spend(?:ing)? (?:limit|cap)|credits? (?:are|is) depleted|all available credits/i,
  ],
  // Google says "exceeded your current quota" of its rate limits, and names the metric or when to come back.
  [
    'provider_rate_limited',
    /429/,
    /quota ?metric|Quota exceeded for|gemini-api\/docs\/rate-limits|retry in \d|per (?:minute|day)\b|rate.?limit/i,
  ],
  [
    'key_no_credit',
    /4\d\d/,
    /insufficient[_ ](?:quota|credits?|balance|funds)|exceeded your current quota|credit balance is too low|credit limit|n't have any credits|included credits|payment required|(?:usage|billing|key|hard) limits?\b|billing_(?:not_active|hard_limit)|overdue invoice|requires more credits/i,
  ],
  [
    'region_refused',
    /40[0-3]|451/,
    /unsupported_country|country, region|location is not supported|(?:your|this) (?:country|region|location)\b|Request not allowed|check your network settings|error code: 1009/i,
  ],
  ['key_no_access', /401/, /missing scopes|insufficient permissions/i],
  [
    'key_revoked',
    /40[013]/,
    /revoked|\bdeactivated|(?:been|key is|key was|is) (?:disabled|deleted|suspended|restricted)|key is currently blocked|key (?:has )?expired|expired (?:api )?key|token (?:has )?expired|reported as leaked/i,
  ],
  [
    'key_rejected',
    /40[03]/,
    /api.?key not valid|API_KEY_INVALID|(?:incorrect|invalid) (?:x-)?api.?key|invalid_api_key|invalid (?:bearer |access )?token/i,
  ],
  [
    'key_no_access',
    /40[04]/,
    /model.{0,200}(?:does not exist|not (?:found|available|supported|exist)|no access|not have access)|(?:invalid|a valid) model|model_not_found/is,
  ],
];

const BY_STATUS: Readonly<Record<number, VerdictCode>> = {
  401: 'key_rejected',
  402: 'key_no_credit',
  403: 'key_no_access',
  404: 'key_no_access',
  408: 'provider_down',
  429: 'provider_rate_limited',
  451: 'region_refused',
};

/** No status: nothing came back. A connection that was cut was there; all else never was. */
const CUT = /UND_ERR_SOCKET|ECONNRESET|EPIPE|socket hang up|other side closed|terminated/i;
const SILENT =
  /connection error|fetch failed|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|UND_ERR|certificate|timed? ?out|network/i;

function ofProvider(status: number | undefined, said: string): VerdictCode {
  if (status === undefined) {
    if (CUT.test(said)) return 'provider_down';
    return SILENT.test(said) ? 'provider_no_answer' : 'turn_failed';
  }
  if (status >= 500) return 'provider_down';
  // It names what it takes a refusal for (2026.4.15: `reason=rate_limit` for a budget that is used up).
  const theirs = said.replaceAll(OWN_WORDS, '');
  const term = TERMS.find(([, on, words]) => on.test(String(status)) && words.test(theirs));
  return term?.[0] ?? BY_STATUS[status] ?? 'turn_failed';
}
