import { toKeyferryError } from '../../../core/contract/errors.ts';
import type { RunBoxEnd, RunKind, RunOutcome, RunStep } from '../../../core/contract/fleet-runs.ts';
import { plainText } from '../../../core/contract/plain-text.ts';
import type { PlatformProvider } from '../../../core/process/platform-provider.ts';
import { seeBox } from '../../doctor/see-box.ts';
import { Sessions } from '../../handshake/sessions.ts';
import { askBox } from '../ask-box.ts';
import { type CustomerStepServices, letCustomerAnswer } from './customer-step.ts';
import { putFallback } from './fallback-step.ts';
import { prepareBox } from './prepare-step.ts';
import { examine, outcomeOf, REACH_MS, type RunBox, step, unfit } from './steps.ts';

export interface AtBoxServices extends CustomerStepServices {
  /** Undefined: the platform has none. */
  platform: PlatformProvider | undefined;
}

export interface Work {
  kind: RunKind;
  /** The customer has connected after the first half. */
  isSecond: boolean;
  /** For the audit log. */
  askedBy: string;
}

const SEE_MS = 30_000;
/** Characters of what a step that failed has printed last. */
const MOST_PRINTED = 160;

/** What a run does at one box. Throws a `KeyferryError`; what was done until then stays, and may be done again. */
export async function atBox(services: AtBoxServices, work: Work, box: RunBox): Promise<RunBoxEnd> {
  switch (work.kind) {
    case 'doctor': {
      const report = await examine(box);
      const outcome = outcomeOf(report);
      return outcome.verdict === 'blocks' ? { ...unfit(report), outcome } : { state: 'done', outcome };
    }
    case 'prepare':
      return prepared(box);
    case 'migrate':
      return migrated(services, work, box);
  }
}

async function prepared(box: RunBox): Promise<RunBoxEnd> {
  const done: RunStep[] = [];
  const ready = await prepareBox(box, done).catch((thrown: unknown) => failedStep(thrown, done));
  if ('state' in ready) return ready;
  const { steps, isChanging, held } = ready;
  const cannot = steps.find(({ state }) => state === 'cannot');
  if (cannot) return { state: 'failed', code: 'prepare_failed', outcome: { steps } };
  // What a box lacks that was not prepared, the doctor would say once more.
  if (box.options.dryRun && isChanging) return { state: 'done', outcome: { steps } };
  const report = await examine(box);
  const outcome = { ...outcomeOf(report), steps };
  if (outcome.verdict === 'blocks') return { ...unfit(report), outcome };
  return held ? { state: 'skipped', why: held, outcome } : { state: 'done', outcome };
}

/** Which step has failed, and what was done before it. */
function failedStep(thrown: unknown, steps: RunStep[]): RunBoxEnd {
  const { code, detail = '', screen = '' } = toKeyferryError(thrown);
  if (code !== 'prepare_failed') throw thrown;
  // Redacted where it was read.
  const last = plainText(screen.trim().split('\n').at(-1) ?? '').slice(0, MOST_PRINTED);
  const why = last === '' ? detail : `${detail} It printed: “${last}”`;
  return { state: 'failed', code, ...(why && { why: why.slice(0, 300) }), outcome: { steps } };
}

async function migrated(
  services: AtBoxServices,
  { isSecond, askedBy }: Work,
  box: RunBox,
): Promise<RunBoxEnd> {
  let outcome: RunOutcome = {};
  let held: Pick<RunBoxEnd, 'why'> = {};
  if (!isSecond) {
    const ready = await prepared(box);
    outcome = ready.outcome ?? {};
    if (ready.state === 'failed') return ready;
    if (ready.why) held = { why: ready.why };
  }
  const steps: RunStep[] = [...(outcome.steps ?? [])];
  // Not before it is there.
  const hasOpenClaw = !steps.some((each) => each.step === 'openclaw' && each.state === 'would');
  if (!isSecond && hasOpenClaw) outcome = { ...outcome, credentials: await credentialsOn(box) };
  if (services.platform)
    steps.push(
      hasOpenClaw
        ? await putFallback(services.platform, box)
        : step('fallback', 'would', 'Put the platform’s own models behind everything else.'),
    );
  if (box.records.length === 0) {
    if (!box.options.dryRun)
      return { state: 'waiting-for-customer', ...held, outcome: { ...outcome, steps } };
    steps.push(
      step('customer', 'would', 'Wait for the customer to connect; until then nothing is taken out.'),
    );
    return { state: 'done', ...held, outcome: { ...outcome, steps } };
  }
  steps.push(...(await letCustomerAnswer(services, box, askedBy)));
  return { state: 'done', ...held, outcome: { ...outcome, steps } };
}

/** Names that are passed on of what a box says. */
const MOST = 20;

/** By which ways OpenClaw has credentials there, in words. Never a value. */
async function credentialsOn({ transport, agent, signal }: RunBox): Promise<string[]> {
  const connection = await transport.connect({ signal, timeoutMs: REACH_MS });
  try {
    const sessions = new Sessions(connection);
    sessions.oneByOne();
    const seen = await seeBox(sessions, { signal, timeoutMs: SEE_MS });
    const { status, providerKeys } = await askBox(sessions, seen, [], { signal, agent, ofAll: true });
    const told = status && 'status' in status ? status.status.auth.providers : [];
    const ids = (all: readonly string[]) => all.filter((id) => /^[\w.:-]{1,60}$/.test(id)).slice(0, MOST);
    const wins = ids([...providerKeys].filter(([, isWinning]) => isWinning).map(([id]) => id));
    const words = [
      ...seen.facts.variables.map((variable) => `variable ${variable}`),
      ...wins.map((id) => `configuration: a key of its own for ${id}, which wins over a stored one`),
      ...ids(told.filter(({ effective }) => effective?.kind === 'profiles').map((each) => each.provider)).map(
        (id) => `stored: a profile of ${id}`,
      ),
    ];
    return words.map((each) => each.slice(0, 300)).slice(0, MOST);
  } finally {
    await connection.close();
  }
}
