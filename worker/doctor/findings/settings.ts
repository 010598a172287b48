import { CATALOGUE } from '../../../core/contract/errors.ts';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { variablesOf } from '../../boxes/survey.ts';
import type { Status } from '../../programs/openclaw/models-status.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../report.ts';
import type { Serving } from '../serving.ts';
import type { StatusFact } from '../status.ts';
import { finding } from './why.ts';

const ROW = PROVIDERS.anthropic;

/** Variables, and the gateway. */
export function settingsFindings(facts: Facts): Finding[] {
  return [variablesFinding(facts), ...gatewayFindings(facts)];
}

function variablesFinding(facts: Facts): Finding {
  const variables = variablesOf(ROW, facts.variables);
  if (variables.length === 0) return finding('variables', 'ok', `No ${ROW.name} variable is set.`);
  return finding('variables', 'warning', `There is ${variables.join('; ')}.`, {
    fix: 'Remove it there unless something needs it, then restart the gateway.',
  });
}

/** A unit that has restarted more often than this does not stay up. */
const RESTARTS = 5;

function gatewayFindings({ units, gateway }: Facts): Finding[] {
  if (!gateway && units.length === 0) return [];
  const reached = gateway?.outcome === 'ok';
  const port = gateway
    ? `Port ${gateway.port} ${reached ? 'answers' : 'does not answer'}.`
    : 'Its port was not tried.';
  const states = units.map(
    ({ scope, name, active, sub }) =>
      `${scope} unit ${name} is ${active ? `${active} (${sub})` : 'not known to systemd'}`,
  );
  const seen = `${states.length > 0 ? `${capital(states.join('; '))}.` : 'There is no unit for it.'} ${port}`;
  const look = 'Read `openclaw gateway status` and `journalctl --user -u openclaw-gateway` on the box.';
  const down = units.find(({ active }) => active !== undefined && active !== 'active');
  const restarting = units.find(({ restarts }) => restarts > RESTARTS);
  if (restarting)
    return [
      finding('gateway', 'warning', `${seen} It was restarted ${restarting.restarts} times.`, {
        fix: look,
      }),
    ];
  if (down || (units.some(({ active }) => active === 'active') && gateway && !reached))
    return [finding('gateway', 'warning', seen, { fix: look })];
  return [finding('gateway', 'ok', seen)];
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const NOT_ASKED: Partial<Record<StatusFact['kind'], string>> = {
  late: 'It is not known what OpenClaw uses: it did not answer in time.',
  failed: 'It is not known what OpenClaw uses: `openclaw models status` failed.',
};

/** What OpenClaw says about its credentials and its default model. */
export function statusFindings(fact: StatusFact, serving?: Pick<Serving, 'setting'>): Finding[] {
  if (fact.kind === 'read') {
    const mayHaveOwnKey = serving?.setting.namesKeys ?? false;
    return [
      credentialFinding(fact.status, mayHaveOwnKey),
      cooldownFinding(fact.status),
      modelFinding(fact.status),
    ];
  }
  if (fact.kind === 'no room')
    return [
      finding('credential', 'ok', 'OpenClaw was not asked, because there is too little memory to start it.'),
    ];
  if (fact.kind === 'dead end') {
    const { support, next } = CATALOGUE[fact.error];
    return [
      finding('credential', 'blocks', [support, fact.seen].filter(Boolean).join(' '), {
        fix: next,
        error: fact.error,
      }),
    ];
  }
  const seen = NOT_ASKED[fact.kind];
  if (seen === undefined) return [];
  const fix =
    fact.kind === 'failed'
      ? 'Run `openclaw models status` and `openclaw doctor` on the box.'
      : 'Run the doctor again when the box is less busy, or run `openclaw models status` on it.';
  return [finding('credential', 'warning', seen, { fix })];
}

/** Profile names as OpenClaw writes them; anything else is not passed on. */
const PROFILE_NAME = /^([\w.@:-]{1,80})=/;

/** Variables alone answer only where nothing is stored; a key of the configuration's own can answer whatever is (`OwnKey`). */
function credentialFinding(status: Status, mayHaveOwnKey: boolean): Finding {
  const { auth } = status;
  const stored = auth.providers.find(({ provider }) => provider === ROW.openclaw.id);
  const kind = stored?.effective?.kind;
  const names = (stored?.profiles?.labels ?? [])
    .flatMap((label) => PROFILE_NAME.exec(label)?.[1] ?? [])
    .slice(0, 10);
  const profiles = names.length > 0 ? `profiles: ${names.join(', ')}` : 'no profile';
  if (mayHaveOwnKey)
    return finding(
      'credential',
      'warning',
      `OpenClaw has ${profiles} for ${ROW.name}. Its configuration, or a file that it includes, may have a provider use a key of its own (auth: "api-key"), or a variable that it names, whatever is stored.`,
      { fix: CATALOGUE.credential_overridden.next, error: 'credential_overridden' },
    );
  if (kind === 'env' && names.length === 0) {
    const source = /[A-Z][A-Z0-9_]{5,60}/.exec(stored?.env?.source ?? '')?.[0] ?? 'an environment variable';
    return finding(
      'credential',
      'ok',
      `OpenClaw uses ${source} for ${ROW.name}; it has ${profiles}. One that is stored goes before it.`,
    );
  }
  if (kind === undefined || kind === 'missing')
    return finding('credential', 'ok', `OpenClaw has no credential for ${ROW.name} yet (${profiles}).`);
  const next = names.length > 0 ? ' A new one goes before them once it is proved.' : '';
  return finding('credential', 'ok', `OpenClaw has credentials for ${ROW.name}; ${profiles}.${next}`);
}

const PROFILE_ID = new RegExp(`^${ROW.openclaw.id}:[\\w.@-]{1,60}$`);

function cooldownFinding({ auth }: Status): Finding {
  const paused = auth.unusableProfiles.filter(({ profileId }) => PROFILE_ID.test(profileId));
  if (paused.length === 0) return finding('cooldown', 'ok', `No ${ROW.name} profile is in a cooldown.`);
  const words = paused.slice(0, 5).map(({ profileId, until, reason }) => {
    const end = new Date(until ?? Number.NaN);
    const time = Number.isNaN(end.getTime()) ? '' : ` until ${end.toISOString()}`;
    return `${profileId} is out of use${time} (${/^[\w -]{1,40}$/.exec(reason ?? '')?.[0] ?? 'no reason given'})`;
  });
  return finding('cooldown', 'warning', `${words.join('; ')}.`, {
    fix: 'Wait until then, or connect again: a new token has no cooldown.',
    error: 'credential_in_cooldown',
  });
}

function modelFinding({ resolvedDefault }: Status): Finding {
  const model = /^[\w./:@-]{1,100}$/.exec(resolvedDefault)?.[0] ?? 'not known';
  if (model.startsWith(`${ROW.openclaw.id}/`))
    return finding('model', 'ok', `The default model is ${model}.`);
  return finding('model', 'ok', `The default model is ${model}; the handshake sets one from ${ROW.name}.`);
}
