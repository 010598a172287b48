import { describe, expect, test } from '@jest/globals';
import { complaint, deadEnd } from '../../../worker/programs/openclaw/dead-ends.ts';

/** What the real ones printed. */
const SAID: Record<string, string> = {
  'models status of 2026.9.6':
    'Invalid config at /home/u/.openclaw/openclaw.json:\n- auth: Unrecognized key: "openai"\n[openclaw] Try: openclaw doctor',
  'config validate of 2026.9.6':
    'OpenClaw config is invalid: ~/.openclaw/openclaw.json\n  × openclaw.json:1 — auth: Unrecognized key: "openai"\n',
  'half a file, 2026.9.6':
    'Failed to read config at /home/u/.openclaw/openclaw.json: JSON5: invalid end of input at 3:1\n',
  'paste-token of 2026.5.22':
    'OpenClaw config is invalid\nFile: ~/.openclaw/openclaw.json\nProblem:\n  - auth: Invalid input\n\nFix: openclaw doctor --fix',
  'models status of 2026.4.15':
    'Config invalid\nFile: ~/.openclaw/openclaw.json\nProblem:\n  - auth: Unrecognized key: "openai"\n\nRun: openclaw doctor --fix',
  'the question in a terminal': 'Run "openclaw doctor --fix" now? [Y/n]',
};

describe('a configuration that is not valid is known by the words of', () => {
  test.each(Object.entries(SAID))('%s', (_, said) => {
    expect(deadEnd(said)).toBe('openclaw_config_invalid');
  });
});

test.each([
  [
    'Config is managed by Nix (`OPENCLAW_NIX_MODE=1`), so OpenClaw treats openclaw.json as immutable.',
    'openclaw_read_only',
  ],
  [
    'Config is externally managed (`OPENCLAW_CONFIG_READONLY=1`), so OpenClaw treats openclaw.json as immutable.',
    'openclaw_read_only',
  ],
  [
    'Auth profile store ~/.openclaw/agents/main/agent/openclaw-agent.sqlite requires legacy credential migration; affected providers: anthropic; run openclaw doctor --fix.',
    'openclaw_update_unfinished',
  ],
  [
    'Invalid config at /home/u/.openclaw/openclaw.json:\n- meta: Unrecognized key: "lastTouchedAt"',
    'openclaw_update_unfinished',
  ],
  // A warning of commands that work on.
  ['retired auth profile files are ignored by runtime; run Doctor to archive them', undefined],
  [
    'Multiple agents are configured, but model inspection has no explicit owner. Pass --agent <id> or set agents.defaults.systemAgent.agentId.',
    'agent_unclear',
  ],
  ['◆  Paste token for anthropic', undefined],
  ['Updated config: ~/.openclaw/openclaw.json\nAuth profile: anthropic:manual (anthropic/token)', undefined],
  ['[openclaw] The CLI command failed.\n[openclaw] Try: openclaw doctor', undefined],
])('%s', (said, code) => {
  expect(deadEnd(said)).toBe(code);
});

test('the line of the file is reported if OpenClaw reports it', () => {
  expect(complaint(SAID['config validate of 2026.9.6'] ?? '')).toContain(
    '× openclaw.json:1 — auth: Unrecognized key: "openai"',
  );
  expect(complaint(`${'- auth: x\n'.repeat(1_000)}${'- agents: y\n'.repeat(1_000)}`)).toBe(
    '- auth: x - agents: y',
  );
});
