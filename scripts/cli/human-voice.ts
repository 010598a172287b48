import type { Phase } from '../../core/contract/phases.ts';
import { PROVIDERS, type ProviderRow } from '../../core/contract/providers.ts';
import { askHidden } from './ask-hidden.ts';
import { Lines } from './lines.ts';
import type { Voice } from './voice.ts';

/** What happens in a phase. */
export const PHASE_WORDS: Partial<Record<Phase, string>> = {
  reaching: 'Connecting to the box',
  preparing: 'Looking for claude and openclaw',
  opening: 'Starting claude setup-token',
  exchanging: 'Trying the code',
  installing: 'Giving the token to OpenClaw',
  proving: 'Asking OpenClaw to use it (one real turn)',
};

/** Lines for a person; the code is not shown as it is typed. */
export function humanVoice(provider: ProviderRow = PROVIDERS.anthropic): Voice {
  const began = performance.now();
  const lines = process.stdin.isTTY ? undefined : new Lines(process.stdin);
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const clock = () => `${((performance.now() - began) / 1000).toFixed(1)} s`.padStart(7);
  return {
    change: ({ phase, url, rejected }) => {
      if (rejected) print(`\n  ${rejected.message}`);
      if (url) print(`\n  Open this link, sign in to Claude, and copy the code that it shows:\n\n  ${url}\n`);
      else print(`${clock()}  ${PHASE_WORDS[phase] ?? phase} …`);
    },
    code: (signal) => lines?.next(signal) ?? askHidden('Paste the code (it is not shown):', signal),
    connected: ({ profile, model, tokenFingerprint, expiresAt, warnings }) => {
      print(`${clock()}  Connected.\n`);
      print(`  OpenClaw uses the profile ${profile} with ${model}.`);
      print(
        `  Valid until ${expiresAt?.toISOString().slice(0, 10) ?? 'it is revoked'}; ${profile === provider.openclaw.loginProfile ? 'account' : 'SHA-256'} ${tokenFingerprint ?? 'not known: it never left the box'}.`,
      );
      if (provider.revokeAt !== '') print(`  To revoke it: ${provider.revokeAt}`);
      for (const warning of warnings) print(`  Note: ${warning}`);
    },
    failed: (phase, error) => {
      print(`${clock()}  Failed while ${phase}: ${error.message}`);
      if (error.screen) print(`\n${error.screen}\n`);
      print(`  Next: ${error.row.next}`);
      print(`  Code: ${error.code} (${error.row.retryable ? 'may be retried' : 'retrying does not help'})`);
    },
  };
}
