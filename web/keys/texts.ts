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
