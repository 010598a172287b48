import { ERROR_ROWS, type ErrorCode } from '../../../core/contract/error-rows.ts';
import type { OwnConnection } from '../../../core/contract/own-connections.ts';
import { nameRowOf } from '../../../core/contract/provider-names.ts';
import { KEY_AT_FAULT } from '../../model/key-ends.ts';
import { whyText } from '../../model/page-screen.ts';
import type { Refusal } from '../../model/state.ts';
import { dayOf } from '../../model/times.ts';
import { nameOf } from '../../model/ways.ts';
import { KEY_TEXTS } from '../texts.ts';
import { timeOf } from '../time.ts';
import type { Going, Gone, Models, Tested } from './desk.ts';
import { MANAGE } from './texts.ts';

/** A sentence, and whether it is one to act upon. */
export interface Said {
  text: string;
  tone: 'calm' | 'good' | 'bad';
}

/** What it is: of a key its last characters, which the provider's own list shows as well. */
export function kindOf({ provider, method, hint }: OwnConnection): string {
  const { kinds } = KEY_TEXTS.others;
  if (method === 'api-key' && hint !== null) return MANAGE.row.ending(hint);
  if (nameRowOf(provider)?.entry !== undefined) return kinds.endpoint;
  return method in kinds ? kinds[method as keyof typeof kinds] : kinds['api-key'];
}

/** What it is called in a sentence. */
export function calledOf(connection: OwnConnection): string {
  const { label } = connection;
  return label === null ? `${nameOf(connection)}, ${kindOf(connection)}` : `“${label}”`;
}

/** What has expired says so by itself. */
export function timesOf({ connectedAt, expiresAt, reason }: OwnConnection): string {
  const { since, until } = MANAGE.row;
  const hasEnd = expiresAt !== null && reason !== EXPIRED;
  return [since(dayOf(connectedAt)), ...(hasEnd ? [until(dayOf(expiresAt))] : [])].join(', ');
}

const EXPIRED: ErrorCode = 'credential_expired';

/** How it is, as far as that is on record: nothing that was not seen. */
export function healthOf({
  checkedAt,
  reason,
  health,
  healthSince,
  expiresAt,
}: OwnConnection): Said | undefined {
  const { checked, notWell, expired, notReached } = MANAGE.row;
  const time = (at: string) => timeOf(Date.parse(at));
  if (health === 'attention' && reason === EXPIRED) {
    const at = expiresAt ?? healthSince;
    return { text: [at && expired(time(at)), verdictText(EXPIRED)].filter(Boolean).join(' '), tone: 'bad' };
  }
  if (health === 'attention') {
    const at = checkedAt ?? healthSince;
    return {
      text: [at && notWell(time(at)), verdictText(reason ?? '')].filter(Boolean).join(' '),
      tone: 'bad',
    };
  }
  if (health === 'unknown')
    return healthSince ? { text: notReached(time(healthSince)), tone: 'bad' } : undefined;
  return checkedAt !== null && health !== 'disconnected'
    ? { text: checked(time(checkedAt)), tone: 'calm' }
    : undefined;
}

export function testText(tested: Tested): Said {
  const { running, answered, said, failed } = MANAGE.test;
  if (tested.is === 'running') return going(tested, running);
  if (tested.is === 'refused') return { text: `${failed} ${runText(tested.why)}`, tone: 'bad' };
  const { at, verdict } = tested;
  if (verdict === undefined) return { text: answered(timeOf(at)), tone: 'good' };
  const tone = KEY_AT_FAULT.includes(verdict) ? 'bad' : 'calm';
  return { text: `${said(timeOf(at))} ${verdictText(verdict)}`, tone };
}

export function modelsText({ is, isHeard, why, choices }: Models): Said {
  const { looking, failed, here, elsewhere, none, nothing } = MANAGE.model;
  if (is === 'looking') return going({ isHeard }, looking);
  if (why !== undefined || !choices) return { text: `${failed} ${runText(why ?? 'outdated')}`, tone: 'bad' };
  const { now, isAnsweredHere, models } = choices;
  const uses = now === null ? none : (isAnsweredHere ? here : elsewhere)(modelName(now));
  return { text: models.length > 0 ? uses : `${uses} ${nothing}`, tone: 'calm' };
}

export function chosenText({ model, going: end, verdict }: NonNullable<Models['chosen']>): Said {
  const { running, done, said, refused } = MANAGE.model;
  if (end.is === 'running') return going(end, running);
  if (end.is === 'refused') return { text: `${refused} ${runText(end.why)}`, tone: 'bad' };
  if (verdict === undefined) return { text: done(modelName(model)), tone: 'good' };
  return { text: `${said} ${verdictText(verdict)}`, tone: KEY_AT_FAULT.includes(verdict) ? 'bad' : 'calm' };
}

/** Without the provider, which the heading names. */
export const modelName = (model: string) => model.slice(model.indexOf('/') + 1);

export function orderText(order: Going): Said {
  const { running, done, failed } = MANAGE.order;
  if (order.is === 'running') return going(order, running);
  if (order.is === 'done') return { text: done, tone: 'good' };
  return { text: `${failed} ${runText(order.why)}`, tone: 'bad' };
}

export function endText(end: Going): Said | undefined {
  const { running, failed } = MANAGE.end;
  if (end.is === 'running') return going(end, running);
  return end.is === 'refused' ? { text: `${failed} ${runText(end.why)}`, tone: 'bad' } : undefined;
}

/** What became of one that was disconnected. */
export function goneText({ connection, end }: Gone): string {
  const { removed, absent, replaced } = MANAGE.end;
  const called = calledOf(connection);
  return end.outcome === 'replaced'
    ? replaced(called)
    : end.outcome === 'absent'
      ? absent(called)
      : removed(called);
}

export function nameText(named: Going, label: string | null): Said | undefined {
  const { done, removed, failed } = MANAGE.name;
  if (named.is === 'refused') return { text: `${failed} ${whyText(named.why)}`, tone: 'bad' };
  if (named.is === 'done') return { text: label === null ? removed : done(`“${label}”`), tone: 'good' };
  return undefined;
}

/** Why nothing has come of a run; what a refusal to look at it any more says of it is that it was lost. */
function runText(why: Refusal): string {
  return whyText(why === 'not_here' ? 'worker_lost' : why);
}

function going({ isHeard }: { isHeard: boolean }, text: string): Said {
  return { text: isHeard ? text : MANAGE.unheard, tone: 'calm' };
}

/** A reason comes from the record, and may be one that this page does not know. */
function verdictText(verdict: string): string {
  if (verdict === 'turn_failed' || !Object.hasOwn(ERROR_ROWS, verdict)) return MANAGE.test.unknown;
  return ERROR_ROWS[verdict as ErrorCode].customer;
}
