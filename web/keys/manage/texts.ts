/** What the page about names, order and checks says. */
export const MANAGE = {
  heading: 'What OpenClaw can use',
  lead: 'This is what you have connected. OpenClaw on your machine uses the first one of each provider, and the next one when that does not work.',
  leadOne: 'This is what you have connected.',
  nothing: 'Nothing is connected.',
  loading: 'Looking…',
  failed: 'We could not look up what is connected.',
  again: 'Try again',
  onMachine: (provider: string, box: string) => `${provider} on ${box}`,

  row: {
    ending: (end: string) => `API key ending in ${end}`,
    since: (day: string) => `since ${day}`,
    until: (day: string) => `good until ${day}`,
    first: 'Used first',
    checked: (when: string) => `It worked when it was last checked, ${when}`,
    notWell: (when: string) => `When it was last checked, ${when}:`,
    expired: (when: string) => `It was good until ${when}.`,
    notReached: (when: string) =>
      `Your machine has not been reached since ${when}, so nothing newer is known.`,
  },

  order: {
    up: (name: string) => `Move ${name} up`,
    down: (name: string) => `Move ${name} down`,
    drag: 'Drag to move',
    moved: (name: string, place: number, of: number) => `${name} is now number ${place} of ${of}.`,
    running: 'Telling OpenClaw the new order…',
    done: 'OpenClaw now uses them in this order.',
    failed: 'We could not confirm the new order, so this is the last one that we know of.',
  },

  name: {
    rename: 'Rename',
    renameOf: (name: string) => `Rename ${name}`,
    label: (what: string) => `Name for ${what}`,
    hint: 'At most 60 characters. Leave it empty for no name.',
    save: 'Save',
    cancel: 'Cancel',
    failed: 'The name was not changed.',
    done: (name: string) => `The name is now ${name}.`,
    removed: 'The name was removed.',
  },

  model: {
    look: 'Models',
    lookOf: (name: string) => `Models: ${name}`,
    looking: 'Asking OpenClaw which models it has…',
    failed: 'We could not look up the models.',
    here: (model: string) => `OpenClaw uses ${model}, and this one answers it.`,
    elsewhere: (model: string) => `OpenClaw uses ${model}, and does not ask this one first for it.`,
    none: 'OpenClaw has no model set.',
    nothing: 'It lists no models to choose from.',
    label: 'Model for OpenClaw to use',
    typed: 'Model name',
    typedHint: (provider: string) => `As ${provider} writes it.`,
    missing: 'Please enter the name of a model.',
    wrong: 'That does not look like the name of a model.',
    holdsKey: 'That looks like a key. Please enter the name of a model.',
    use: 'Use this model',
    close: 'Close',
    running: 'Asking one short question with this model…',
    done: (model: string) => `It answered. OpenClaw now uses ${model}.`,
    said: 'Nothing was changed:',
    refused: 'We could not confirm the change.',
  },

  test: {
    ask: 'Ask it now',
    askOf: (name: string) => `Ask it now: ${name}`,
    running: 'Asking one short question…',
    answered: (when: string) => `It answered, ${when}.`,
    said: (when: string) => `Asked ${when}:`,
    failed: 'We could not ask it.',
    unknown: 'OpenClaw asked it, but we could not be sure that it answered. Please try again.',
  },

  end: {
    ask: 'Disconnect',
    askOf: (name: string) => `Disconnect ${name}`,
    sure: (name: string) =>
      `Remove ${name} from your machine? OpenClaw there can then no longer use it. If you want it back, connect it again.`,
    yes: 'Remove it',
    no: 'Keep it',
    running: 'Removing it from your machine…',
    failed: 'We could not confirm that it was removed, so it still counts as connected.',
    removed: (name: string) => `${name} was removed from your machine.`,
    absent: (name: string) => `${name} was no longer on your machine.`,
    replaced: (name: string) =>
      `${name} is disconnected. On your machine something else had taken its place.`,
    valid: 'With its provider it stays valid until you revoke it.',
  },

  /** While the browser gets no answer: what was asked for goes on without it. */
  unheard: 'We get no answer just now. Please check your connection; this goes on meanwhile.',
} as const;
