import type { ErrorCode } from '../../../core/contract/error-rows.ts';
import type { OwnConnection } from '../../../core/contract/own-connections.ts';
import { nameRowOf } from '../../../core/contract/provider-names.ts';
import { GONE_CODES } from '../../../core/contract/removal.ts';
import { type About, knownError, listed, say, together } from '../../messages/say.ts';
import { KEY_AT_FAULT } from '../../model/key-ends.ts';
import { whyText } from '../../model/page-screen.ts';
import type { Refusal } from '../../model/state.ts';
import { dayOf } from '../../model/times.ts';
import { isSignIn, nameOf } from '../../model/ways.ts';
import { kindOf as kindOfMethod } from '../others.ts';
import { isOfReach, PAUSED } from '../reach.ts';
import { timeOf } from '../time.ts';
import type { Going, Gone, Models, Tested } from './desk.ts';

/** A sentence, and whether it is one to act upon. */
export interface Said {
  text: string;
  tone: 'calm' | 'good' | 'bad';
}

/** What it is: of a key its last characters, which the provider's own list shows as well. */
export function kindOf({ provider, method, hint }: OwnConnection): string {
  if (method === 'api-key' && hint !== null) return say('manage.row.ending', { end: hint });
  if (nameRowOf(provider)?.entry !== undefined) return say('others.kinds.endpoint');
  return kindOfMethod(method);
}

/** What it is called in a sentence. */
export function calledOf(connection: OwnConnection): string {
  const { label } = connection;
  return label === null ? listed(nameOf(connection), kindOf(connection)) : say('quoted', { label });
}

/** What has expired says so by itself. */
export function timesOf({ connectedAt, expiresAt, reason }: OwnConnection): string[] {
  const hasEnd = expiresAt !== null && reason !== EXPIRED;
  return [
    say('others.since', { day: dayOf(connectedAt) }),
    ...(hasEnd ? [say('others.until', { day: dayOf(expiresAt) })] : []),
  ];
}

const EXPIRED: ErrorCode = 'credential_expired';

/** How it is, as far as that is on record: nothing that was not seen. */
export function healthOf(connection: OwnConnection): Said | undefined {
  const { checkedAt, reason, health, healthSince, expiresAt } = connection;
  const verdict = verdictText(reason ?? '', aboutOf(connection));
  const time = (at: string) => timeOf(Date.parse(at));
  if (health === 'attention' && reason === EXPIRED) {
    const at = expiresAt ?? healthSince;
    const ended = at ? say('manage.row.expired', { when: time(at) }) : undefined;
    return { text: together(ended, verdict), tone: 'bad' };
  }
  if (health === 'attention') {
    const at = checkedAt ?? healthSince;
    return {
      text: at ? say('manage.row.notWell', { when: time(at), verdict }) : verdict,
      tone: 'bad',
    };
  }
  // Nothing is wrong with it: a limit keeps it out of use.
  if (reason === PAUSED) return { text: verdict, tone: 'calm' };
  if (health === 'unknown' && healthSince) {
    const when = time(healthSince);
    const text = isOfReach(reason)
      ? say('manage.row.notReached', { when })
      : say('health.unchecked.lead', { since: when });
    return { text, tone: 'bad' };
  }
  if (health === 'unknown') return undefined;
  return checkedAt !== null && health !== 'disconnected'
    ? { text: say('manage.row.checked', { when: time(checkedAt) }), tone: 'calm' }
    : undefined;
}

export function testText(tested: Tested, what: About): Said {
  if (tested.is === 'running') return going(tested, say('manage.test.running'));
  if (tested.is === 'refused')
    return { text: together(say('manage.test.failed'), runText(tested.why)), tone: 'bad' };
  const { at, verdict } = tested;
  if (verdict === undefined) return { text: say('manage.test.answered', { when: timeOf(at) }), tone: 'good' };
  const tone = KEY_AT_FAULT.includes(verdict) ? 'bad' : 'calm';
  return { text: say('manage.test.said', { when: timeOf(at), verdict: verdictText(verdict, what) }), tone };
}

export function modelsText({ is, isHeard, why, choices }: Models): Said {
  if (is === 'looking') return going({ isHeard }, say('manage.model.looking'));
  if (why !== undefined || !choices)
    return { text: together(say('manage.model.failed'), runText(why ?? 'outdated')), tone: 'bad' };
  const { now, isAnsweredHere, models } = choices;
  const uses =
    now === null
      ? say('manage.model.none')
      : say(isAnsweredHere ? 'manage.model.here' : 'manage.model.elsewhere', { model: modelName(now) });
  return { text: models.length > 0 ? uses : together(uses, say('manage.model.nothing')), tone: 'calm' };
}

export function chosenText({ model, going: end, verdict }: NonNullable<Models['chosen']>, what: About): Said {
  if (end.is === 'running') return going(end, say('manage.model.running'));
  if (end.is === 'refused')
    return { text: together(say('manage.model.refused'), runText(end.why)), tone: 'bad' };
  if (verdict === undefined)
    return { text: say('manage.model.done', { model: modelName(model) }), tone: 'good' };
  const text = say('manage.model.said', { verdict: verdictText(verdict, what) });
  return { text, tone: KEY_AT_FAULT.includes(verdict) ? 'bad' : 'calm' };
}

/** Without the provider, which the heading names. */
export const modelName = (model: string) => model.slice(model.indexOf('/') + 1);

export function orderText(order: Going): Said {
  if (order.is === 'running') return going(order, say('manage.order.running'));
  if (order.is === 'done') return { text: say('manage.order.done'), tone: 'good' };
  return { text: together(say('manage.order.failed'), runText(order.why)), tone: 'bad' };
}

export function endText(end: Going): Said | undefined {
  if (end.is === 'running') return going(end, say('manage.end.running'));
  return end.is === 'refused'
    ? { text: together(say('manage.end.failed'), runText(end.why)), tone: 'bad' }
    : undefined;
}

/** Whether it could not be removed as its machine could not be asked: that may be gone for good. */
export function mayBeGone(end: Going): boolean {
  return end.is === 'refused' && GONE_CODES.some((code) => code === end.why);
}

/** What became of one that was disconnected. */
export function goneText({ connection, end }: Gone): string {
  const name = calledOf(connection);
  if (end.outcome === 'forgotten') return say('manage.end.forgotten', { name });
  if (end.outcome === 'replaced') return say('manage.end.replaced', { name });
  return say(end.outcome === 'absent' ? 'manage.end.absent' : 'manage.end.removed', { name });
}

export function nameText(named: Going, label: string | null): Said | undefined {
  if (named.is === 'refused')
    return { text: together(say('manage.name.failed'), whyText(named.why)), tone: 'bad' };
  if (named.is !== 'done') return undefined;
  const text =
    label === null ? say('manage.name.removed') : say('manage.name.done', { name: say('quoted', { label }) });
  return { text, tone: 'good' };
}

/** Why nothing has come of a run; what a refusal to look at it any more says of it is that it was lost. */
function runText(why: Refusal): string {
  return whyText(why === 'not_here' ? 'worker_lost' : why);
}

function going({ isHeard }: { isHeard: boolean }, text: string): Said {
  return { text: isHeard ? text : say('manage.unheard'), tone: 'calm' };
}

/** A reason comes from the record, and may be one that this page does not know. */
function verdictText(verdict: string, what: About): string {
  const known = verdict === 'turn_failed' ? undefined : knownError(verdict, what);
  return known ?? say('manage.test.unknown');
}

/** Whether what is said of it is about a key or a sign-in. */
export const aboutOf = (connection: OwnConnection): About => (isSignIn(connection) ? 'signIn' : 'key');
