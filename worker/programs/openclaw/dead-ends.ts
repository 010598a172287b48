/** What OpenClaw says when no retry can help. Seen by running 2026.4.15, 2026.5.22 and 2026.9.6. */
import type { ErrorCode } from '../../../core/contract/errors.ts';

const DEAD_ENDS: readonly [ErrorCode, RegExp][] = [
  // 2026.9.6 in the place of 2026.4.15, and of 2026.7.1: what its doctor converts.
  [
    'openclaw_update_unfinished',
    /requires legacy credential migration|\bmeta: Unrecognized key: "lastTouchedAt"/i,
  ],
  // Also its question on a terminal: `Run "openclaw doctor --fix" now? [Y/n]`.
  [
    'openclaw_config_invalid',
    /\bconfig (?:is )?invalid\b[\s\S]{0,80}?(?:File:|openclaw\.json)|\bInvalid config at\b|Failed to read config at|doctor --fix"? now\?/i,
  ],
  ['openclaw_read_only', /\bOPENCLAW_(?:NIX_MODE|CONFIG_READONLY)\b.{0,80}(?:immutable|read-only)/i],
  ['agent_unclear', /Multiple agents are configured|no explicit owner|Unknown agent id/i],
];

const CODES: ReadonlySet<ErrorCode> = new Set(DEAD_ENDS.map(([code]) => code));

/** The row of the catalogue for what was printed; undefined if trying again may help. */
export function deadEnd(printed: string): ErrorCode | undefined {
  return DEAD_ENDS.find(([, words]) => words.test(printed))?.[0];
}

/** Whether an error is one of these, which only a change on the box can fix. */
export function isDeadEnd(code: ErrorCode): boolean {
  return CODES.has(code);
}

/** Lines of what was printed that say what is wrong, for one line of ours. */
export function complaint(printed: string): string {
  const lines = printed.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => /^[-×]\s|openclaw\.json\b|JSON5|agents? /i.test(line));
  return [...new Set(telling)].slice(0, 4).join(' ').slice(0, 400);
}
