/** What the pages beside the main path say, which are loaded when somebody goes there. */
export const KEY_TEXTS = {
  list: {
    heading: 'Which provider do you want to use?',
    lead: 'OpenClaw on your machine can work with the models of any of these.',
    claude: 'Claude subscription or API key',
    subscription: 'Claude subscription',
    key: 'API key',
    lacksPlan: 'Not part of your plan',
    connected: 'Connected',
  },

  /** What is connected beside the newest. */
  others: {
    heading: 'Also connected',
    since: (day: string) => `since ${day}`,
    until: (day: string) => `good until ${day}`,
    kinds: {
      'setup-token': 'Subscription',
      'claude-login': 'Subscription, signed in on your machine',
      'api-key': 'API key',
      endpoint: 'Address of your own',
    },
  },

  methods: {
    heading: (name: string) => `How do you want to use ${name}?`,
    lead: 'You can change this later.',
    ways: {
      'setup-token': {
        name: 'Claude subscription',
        about:
          'You sign in with Claude. The access that it gives passes through our service to your machine, and is good for a year.',
      },
      'claude-login': {
        name: 'Claude subscription, signed in on your machine',
        about:
          'You sign in with Claude. The access that it gives is made on your machine and never leaves it; only the code passes through our service.',
      },
      'api-key': {
        name: 'API key',
        about: 'You pay for what is used. OpenClaw recommends this for machines that run all the time.',
      },
    },
  },

  key: {
    heading: (name: string) => `Connect ${name} with a key`,
    lead: 'OpenClaw recommends an API key for machines that run all the time. The provider charges you for what OpenClaw uses.',
    road: 'Your key is sealed here in your browser. Only the part of our service that hands it to OpenClaw on your machine can open it. This page does not keep it.',
    label: (name: string) => `API key for ${name}`,
    hint: (start: string) => `Most begin with ${start}`,
    hintOfTwo: (start: string, other: string) => `Most begin with ${start} or ${other}`,
    anyHint: 'One line of letters and digits.',
    fits: (end: string) => `That looks right. It ends in “${end}”.`,
    fitsShort: 'That looks right.',
    picture: 'That is a picture. Please copy the key itself, as text.',
    ofOther: (name: string) => `That is a key of ${name}.`,
    missing: 'Please paste your key first.',
    gone: 'For your safety the key is no longer on this page. Please paste it again.',
    name: 'Name for it (optional)',
    nameHint: 'So that you can tell them apart, such as “personal”.',
    nameHoldsKey: 'That looks like a key. Please choose a name that is none.',
    nameTooLong: 'Please choose a name of at most 60 characters.',
    connect: (name: string) => `Connect ${name}`,
    machine: 'This is for the machine',
    goTo: (name: string) => `Connect ${name} instead`,
  },

  endpoint: {
    heading: { ollama: 'Connect Ollama', custom: 'Connect an address of your own' },
    lead: {
      ollama:
        'OpenClaw can work with models that Ollama runs on your machine, or on another one in its network.',
      custom: 'OpenClaw can work with any service that speaks as OpenAI or Anthropic do.',
    },
    about: { ollama: 'Models that you run yourself', custom: 'Any OpenAI- or Anthropic-compatible address' },
    road: 'Only your machine asks this address. We keep it, and the names of the models, so that we can show them to you and put them back.',
    tried: 'We try the first model with one short question.',
    connect: 'Connect',
    protocol: 'How is it spoken to?',
    protocols: {
      'openai-completions': 'As OpenAI’s chat completions (most services)',
      'openai-responses': 'As OpenAI’s responses',
      'anthropic-messages': 'As Anthropic’s messages',
      ollama: 'As Ollama',
    },
    addressLabel: 'Address',
    addressHints: {
      'openai-completions': 'Such as https://llm.example.com/v1',
      'openai-responses': 'Such as https://llm.example.com/v1',
      'anthropic-messages': 'Such as https://llm.example.com',
      ollama: 'As your machine sees it. On the machine itself it is http://127.0.0.1:11434',
    },
    keyLabel: 'API key',
    addressMissing: 'Please enter the address.',
    modelsLabel: 'Models',
    modelsHints: {
      ollama: 'As “ollama list” names them, separated by commas. The first one is used.',
      other: 'As the service names them, separated by commas. The first one is used.',
    },
    modelsMissing: 'Please enter at least one model.',
    modelsWrong: 'That is not how models are named. Please copy the names again.',
    tooMany: 'Please enter at most twenty models.',
    holdsKey: 'That looks like a key. It does not belong here.',
  },

  guide: {
    heading: 'Where do I get a key?',
    at: 'The page is at',
    safe: 'Keep it safe',
    separate: 'Make a key for this machine alone, so that you can delete it without touching anything else.',
    rights: 'Rights',
    cost: 'Cost',
    end: 'If somebody has seen it, or you no longer need it',
    revoke: 'Delete it with the provider.',
  },
} as const;
