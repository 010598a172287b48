import type { ConnectionRecord } from '../../../core/contract/connection-record.ts';
import type { ErrorCode } from '../../../core/contract/errors.ts';
import type { FleetRepairs } from '../../../core/contract/fleet.ts';
import type { RepairRun, RepairTask } from '../../../core/contract/repair-run.ts';
import {
  ANSWERS,
  canUndo,
  OPEN_OUTCOMES,
  REPAIR_NAMES,
  REPAIR_WORDS,
  type RepairName,
  type RepairRecord,
  type RepairState,
} from '../../../core/contract/repairs.ts';

/** What support can ask for of repairs, and reads of them. Pure. */

const TITLES: Readonly<Record<RepairName, string>> = {
  'order-back': 'Put the order of credentials back',
  'model-back': 'Put the default model back',
  'cooldown-clear': 'Clear the cooldown',
  'config-key-out': 'Take the configuration’s own key out of use',
  'profile-back': 'Put the credential back',
};

/** Undefined: one that only a newer version knows. */
function nameOf({ name }: Pick<RepairRecord, 'name'>): RepairName | undefined {
  return REPAIR_NAMES.find((known) => known === name);
}

/** What it does, in a few words; one that only a newer version knows has its name. */
export function titleOf(repair: Pick<RepairRecord, 'name'>): string {
  const name = nameOf(repair);
  return name ? TITLES[name] : repair.name;
}

/**
 * What can be asked for of a repair: to do it, for as long as what it puts right is wrong with its connection; to take it back,
 * if it was done. Only of the newest of its name: what has come since has changed the box. `all`: of the connection, the newest first.
 */
export function offerOf(
  repair: RepairRecord,
  all: readonly RepairRecord[],
  { health, reason }: Pick<ConnectionRecord, 'health' | 'reason'>,
): RepairTask | undefined {
  const name = nameOf(repair);
  if (!name || all.find((one) => one.name === name)?.id !== repair.id) return undefined;
  if (OPEN_OUTCOMES.has(repair.outcome))
    return health === 'attention' && reason === ANSWERS[name] ? 'repair' : undefined;
  return repair.outcome === 'repaired' && repair.before && canUndo(name) ? 'undo' : undefined;
}

/** The newest one and what can be done now, and the others. Each the newest first. */
export function sorted(
  all: readonly RepairRecord[],
  connection: Pick<ConnectionRecord, 'health' | 'reason'>,
): { shown: RepairRecord[]; earlier: RepairRecord[] } {
  const isShown = (repair: RepairRecord, at: number) =>
    at === 0 || offerOf(repair, all, connection) === 'repair';
  return { shown: all.filter(isShown), earlier: all.filter((repair, at) => !isShown(repair, at)) };
}

const LOOKS_FIRST = 'A worker looks at the box first, and does nothing if this is no longer wrong.';
const LOOKS_AGAIN = 'Another look has to show that it helped.';
const NEVER_AGAIN = 'Keyferry does not do it again by itself.';

/** What happens on the box, beside what `REPAIR_WORDS` says. */
const DOES: Readonly<Record<RepairName, string>> = {
  'order-back':
    'The customer’s own come first again, in the order that they have on record; others come after them.',
  'model-back':
    'It is the one with which this last worked, and the credential has to answer a real turn with it first, which costs the customer a few tokens. They may have chosen the present one themself: ask them first.',
  'cooldown-clear':
    'OpenClaw logs out of it first, so that the box is without it for a minute or two; then it has to answer a real turn, which costs the customer a few tokens. This cannot be undone.',
  'config-key-out':
    'The setting auth: "api-key" is taken out, and apiKey where it names a variable or a SecretRef; the variable itself, or a key that stands in the configuration, stays where it is. The credential has to answer a real turn, which costs the customer a few tokens; if it does not, what was taken out is put back. OpenClaw 2026.4.15 has its gateway restarted.',
  'profile-back':
    'It has to answer a real turn, which costs the customer a few tokens. They may have logged out of it themself: ask them first.',
};

const UNDOES: Readonly<Record<RepairName, string>> = {
  'order-back': 'The order of credentials that stood there before is put back.',
  'model-back': 'The default model that stood there before is put back.',
  'cooldown-clear': 'A cooldown cannot be put back.',
  'config-key-out':
    'What was taken out is put back into OpenClaw’s configuration: its own key, or the variable, answers again in the place of the customer’s credential. OpenClaw 2026.4.15 has its gateway restarted.',
  'profile-back': 'The credential is removed from the box again.',
};

/** What is confirmed before it is asked for. */
export function confirmWords(
  { customer, box, ...repair }: RepairRecord,
  task: RepairTask,
): { title: string; text: string; yes: string; no: string } {
  const name = nameOf(repair);
  const where = `${customer}’s box (${box})`;
  if (task === 'undo')
    return {
      title: `Undo this on ${where}?`,
      text: `${name ? `${UNDOES[name]} ` : ''}${NEVER_AGAIN}`,
      yes: 'Undo it',
      no: 'Leave it as it is',
    };
  return {
    title: `Put this right on ${where}?`,
    text: `${LOOKS_FIRST} ${name ? `Otherwise: ${REPAIR_WORDS[name]} ${DOES[name]} ` : ''}${LOOKS_AGAIN}`,
    yes: 'Do it now',
    no: 'Not now',
  };
}

/** How it ended, as far as it was seen. `code`: its words follow. */
interface RunEnd {
  text: string;
  code?: ErrorCode;
  isBad?: boolean;
}

export function endWords({ state, outcome, why, error }: RepairRun, task: RepairTask): RunEnd {
  if (state === 'failed' || outcome === undefined)
    return { text: 'It did not come to its end:', code: error ?? 'internal_error', isBad: true };
  switch (outcome) {
    case 'repaired':
      return { text: 'Done. A look at the box has shown that it helped.' };
    case 'undone':
      return { text: 'Undone: what stood there before was put back.' };
    case 'not_seen':
      return { text: 'Nothing was done: a look at the box did not find this wrong.' };
    case 'told':
      return { text: `Nothing was done. ${why ?? ''}`.trim() };
    case 'failed':
      return {
        text: task === 'undo' ? 'It could not be undone:' : 'It was tried, and has not helped:',
        code: error ?? 'internal_error',
        isBad: true,
      };
  }
}

/** What stood on the box, by name, before and after; undefined where that is not known. */
export function statesOf({ before, after }: Pick<RepairRecord, 'before' | 'after'>) {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].map((name) => ({ name, before: valuesOf(before, name), after: valuesOf(after, name) }));
}

function valuesOf(state: RepairState | null, name: string): readonly string[] | undefined {
  const value = state?.[name];
  if (value === undefined) return undefined;
  if (value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** One that has not helped: an error, or why nothing was done. */
type Failed = { connection: string; customer: string } & ({ code: ErrorCode } | { why: string });

/** How far many are that were asked for together, and which have not helped. A run that is no longer known has ended. */
export function manyWords(
  { runs: asked, none }: FleetRepairs,
  runs: readonly RepairRun[],
  isOver: boolean,
): { text: string; failed: Failed[] } {
  const failed: Failed[] = [];
  const counts = { done: 0, nothing: 0, open: 0 };
  for (const { connection, customer, run: id, error } of asked) {
    const run = runs.find((one) => one.run === id);
    if (error !== undefined || run?.state === 'failed' || run?.outcome === 'failed')
      failed.push({ connection, customer, code: error ?? run?.error ?? 'internal_error' });
    else if (run?.outcome === 'told')
      failed.push({ connection, customer, why: run.why ?? 'nothing was done' });
    else if (run?.outcome === 'not_seen') counts.nothing += 1;
    else if (run?.outcome === 'repaired') counts.done += 1;
    else counts.open += 1;
  }
  const parts = [
    `${counts.done} put right`,
    ...(counts.nothing > 0 ? [`${counts.nothing} no longer wrong`] : []),
    ...(failed.length > 0 ? [`${failed.length} not`] : []),
    ...(counts.open > 0 ? [`${counts.open} ${isOver ? 'whose end is not known' : 'under way'}`] : []),
  ];
  const without = none > 0 ? ` For ${none} there is nothing to put right.` : '';
  return { text: `Of ${asked.length} asked for: ${parts.join(', ')}.${without}`, failed };
}
