import password from '@inquirer/password';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { Phase } from '../../core/contract/phases.ts';
import { PROVIDERS } from '../../core/contract/providers.ts';
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
export function humanVoice(): Voice {
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
    code: (signal) => lines?.next(signal) ?? askHidden(signal),
    connected: ({ profile, model, tokenFingerprint, expiresAt, warnings }) => {
      print(`${clock()}  Connected.\n`);
      print(`  OpenClaw uses the profile ${profile} with ${model}.`);
      print(
        `  The sign-in is valid until ${expiresAt.toISOString().slice(0, 10)}; token ${tokenFingerprint} (SHA-256).`,
      );
      print(`  To revoke it: ${PROVIDERS.anthropic.revokeAt}`);
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

async function askHidden(signal: AbortSignal): Promise<string> {
  try {
    return await password(
      { message: 'Paste the code (it is not shown):', mask: '•', toggleMask: false },
      { signal },
    );
  } catch (thrown) {
    // Ctrl-C reaches the prompt before it reaches the process.
    if (thrown instanceof Error && thrown.name === 'ExitPromptError') throw new KeyferryError('cancelled');
    throw thrown;
  }
}
