import { hostsTarget } from './documents/hosts.ts';
import { linkTarget } from './documents/link.ts';
import { openclawTarget } from './documents/openclaw.ts';
import { doctorTarget, surveyTarget } from './documents/survey.ts';
import { sizeTarget } from './size/size-target.ts';
import { attachedTarget } from './stream/attached-target.ts';
import { screenTarget } from './stream/screen-target.ts';
import type { Hunted, Target } from './target.ts';

export const TARGETS: readonly Target[] = [
  screenTarget,
  attachedTarget,
  linkTarget,
  surveyTarget,
  doctorTarget,
  openclawTarget,
  hostsTarget,
  sizeTarget,
];

export interface FuzzOptions {
  /** Mutated chunks for the screen; the other targets get a share of it on top. */
  chunks: number;
  seed: number;
  /** Names of targets; default all. */
  only?: readonly string[] | undefined;
  onTarget?: (hunted: Hunted) => void;
}

/** Feeds every target. The same seed gives the same cases. */
export async function fuzz({ chunks, seed, only, onTarget }: FuzzOptions): Promise<Hunted[]> {
  const all: Hunted[] = [];
  for (const target of TARGETS.filter(({ name }) => only?.includes(name) ?? true)) {
    const hunted = await target.hunt(chunks, seed);
    all.push(hunted);
    onTarget?.(hunted);
  }
  return all;
}
