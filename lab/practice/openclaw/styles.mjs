/** How versions of the real program differ, each seen by running it on Node 24 (November 2026). */
const STYLES = {
  '2026.4.15': {
    defaultModel: 'openai/gpt-5.4',
    mask: 'clear',
    caret: '█',
    saved: 'Updated ~/.openclaw/openclaw.json',
    storePath: (agent) => `~/.openclaw/agents/${agent}/agent/auth-profiles.json`,
    restartHint: 'Restart the gateway to apply.',
    // It was seen to stay for up to a minute after it had said so.
    lingerMs: 1500,
    listsAsJson: false,
    unknownOption: (name) => `error: unknown option '${name}'`,
    logsOut: false,
    infersForAgents: false,
    patches: false,
    // The list of models is at once the list of those that are allowed.
    allowed: ({ models = {} }) => Object.keys(models),
    errorsAsJson: false,
    wantsAgent: false,
    asksToRepair: false,
    invalid: (path, issue) =>
      `Config invalid\nFile: ${path}\nProblem:\n  - ${issue}\n\nRun: openclaw doctor --fix`,
    models: [
      'anthropic/claude-haiku-4-5',
      'anthropic/claude-opus-4-20250514',
      'anthropic/claude-opus-4-5',
      'anthropic/claude-opus-4-5-20251101',
      'anthropic/claude-opus-4-6',
      'anthropic/claude-sonnet-4-6',
    ],
    banner: (version) => `\r\n🦞 OpenClaw ${version} (simulated by Keyferry)\r\n\r\n`,
  },
  '2026.5.22': {
    defaultModel: 'openai/gpt-5.4',
    mask: 'clear',
    caret: '█',
    saved: 'Updated config: ~/.openclaw/openclaw.json',
    storePath: (agent) => `~/.openclaw/agents/${agent}/agent/auth-profiles.json`,
    restartHint: 'Restart the gateway to apply.',
    lingerMs: 0,
    listsAsJson: true,
    // The whole list does not come (no answer in 500 s); that of a provider does, without --all.
    listsAll: false,
    listsProvider: true,
    unknownOption: (name) =>
      `OpenClaw does not recognize option "${name}".\nTry: openclaw models auth --help`,
    logsOut: false,
    infersForAgents: true,
    patches: true,
    allowed: ({ models = {} }) => Object.keys(models),
    errorsAsJson: false,
    wantsAgent: false,
    asksToRepair: true,
    invalid: (path, issue) => `Invalid config at ${path}:\\n- ${issue}`,
    models: [
      'anthropic/claude-3-5-haiku-20241022',
      'anthropic/claude-haiku-4-5',
      'anthropic/claude-opus-4-6',
      'anthropic/claude-opus-4-7',
      'anthropic/claude-sonnet-4-6',
    ],
    banner: (version) => `\r\n🦞 OpenClaw ${version} (simulated by Keyferry)\r\n\r\n`,
  },
  '2026.9.6': {
    defaultModel: 'openai/gpt-6-astra',
    mask: '▪',
    caret: '\x1b[7m\x1b[8m_\x1b[28m\x1b[27m',
    saved: 'Updated config: ~/.openclaw/openclaw.json',
    storePath: () => '~/.openclaw/state/openclaw.sqlite',
    restartHint: 'Change will apply without restarting the gateway.',
    lingerMs: 0,
    listsAsJson: true,
    logsOut: true,
    infersForAgents: true,
    patches: true,
    allowed: ({ modelPolicy }) => modelPolicy?.allow ?? [],
    errorsAsJson: true,
    storesSecrets: true,
    wantsAgent: true,
    asksToRepair: true,
    invalid: (path, issue) => `Invalid config at ${path}:\n- ${issue}`,
    models: [
      'claude-cli/claude-opus-5-5',
      'claude-cli/claude-opus-5',
      'claude-cli/claude-sonnet-5',
      'claude-cli/claude-opus-4-8',
      'claude-cli/claude-sonnet-4-6',
      'claude-cli/claude-opus-4-6',
    ],
    banner: (version) => `\r\nOpenClaw ${version} (simulated by Keyferry)\r\n\r\n`,
  },
};

/** Throws on a version that nobody has looked at. */
export function openclawStyle(version = '2026.9.6') {
  const style = STYLES[version];
  if (!style) throw new Error(`No practice style ${version}; there are ${Object.keys(STYLES).join(', ')}.`);
  return { version, ...style };
}
