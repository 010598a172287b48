import { MOST_STEPS, type RunBoxEnd } from '../../../core/contract/fleet-runs.ts';

/** An end as the record takes it, whatever a box or a program has said. */
export function bounded({ why, outcome, ...end }: RunBoxEnd): RunBoxEnd {
  const steps = outcome?.steps
    ?.slice(0, MOST_STEPS)
    .map((each) => ({ ...each, words: each.words.slice(0, 400).toWellFormed() }));
  return {
    ...end,
    ...(why && { why: why.slice(0, 300).toWellFormed() }),
    ...(outcome && { outcome: { ...outcome, ...(steps && { steps }) } }),
  };
}
