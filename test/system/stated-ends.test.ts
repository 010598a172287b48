import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { failure } from '../support/failure.ts';
import { leftOn, type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';

/** What `claude` states is told at once and by its own row: no deadline of a phase has to pass for it. */
const MINUTE = 60_000;
const NEVER = 10 * MINUTE;

let lab: PracticeLab;
beforeAll(async () => {
  lab = await startPracticeLab();
}, MINUTE);
afterAll(() => lab?.stop(), MINUTE);

const says = (text: string, then: string) => `#!/bin/sh\nprintf '%s\\n' ${text}\n${then}\n`;

/** As 2.1.332 ends. */
const INSTEAD_OF_LINK = {
  login_method_forced: says(
    `"forceLoginMethod is 'console' in settings; log in with an Anthropic Console account instead." 'setup-token creates a long-lived Claude.ai subscription token, which this policy does not permit.'`,
    'exit 1',
  ),
  provider_not_allowed: says(
    `"setup-token creates a long-lived Claude.ai subscription token, which this machine's allowedProviders policy does not permit."`,
    'exit 1',
  ),
  claude_settings_broken: says(
    `'  Configuration error' '' "  $HOME/.claude.json isn't valid JSON." '' '  ❯ 1. Exit and fix manually' '    2. Reset to default configuration'`,
    'exec sleep 600',
  ),
} as const;

describe('what claude states instead of a link ends the handshake at once, with its words', () => {
  test.each(Object.entries(INSTEAD_OF_LINK))(
    '%s',
    async (code, script) => {
      const box = await lab.box({}, { claude: { script } });
      const { failed, changes } = await failure(box, { opening: NEVER }, async () => {
        throw new Error('a code was asked for');
      });
      expect([failed.phase, failed.error.code]).toEqual(['opening', code]);
      expect(changes.every(({ url }) => url === undefined)).toBe(true);
      expect(failed.error.screen).toMatch(/policy|Configuration error/);
      expect(await leftOn(box)).toEqual([]);
    },
    MINUTE,
  );
});

/** The practice program up to the code, and what 2.1.332 says to that. */
const AFTER_CODE = {
  account_on_hold:
    "Your account is on hold and can't sign in to Claude Code. View details or appeal: https://claude.ai/restricted",
  organization_refused:
    "Claude Code couldn't load your organization's settings, which it requires before this sign-in can be used. Anthropic reported the token revoked; it was not shown.",
} as const;

describe('what claude states after the code ends the handshake at once, with its words', () => {
  test.each(Object.entries(AFTER_CODE))(
    '%s',
    async (code, words) => {
      const box = await lab.box({}, { env: { KEYFERRY_PRACTICE_STATES: words } });
      const { failed } = await failure(box, { exchanging: NEVER }, async (link) =>
        lab.anthropic.signIn(link),
      );
      expect([failed.phase, failed.error.code]).toEqual(['exchanging', code]);
      expect(failed.error.detail).toContain(words.slice(0, 40));
      expect(await leftOn(box)).toEqual([]);
    },
    MINUTE,
  );
});
