/** What the page says of a connection of which there is more to say than that it works. */
export const HEALTH = {
  expiring: {
    heading: (name: string, day: string) => `${name} is connected until ${day}`,
    lead: 'Please renew it before that day. OpenClaw keeps using what it has until the new one works.',
    renew: 'Renew now',
    row: 'Please renew it before it ends.',
  },
  expired: {
    heading: (name: string) => `Your ${name} connection has expired`,
    ended: 'Ended',
    row: (day: string) => `It was good until ${day}.`,
  },
  attention: {
    heading: (name: string) => `Something is wrong with your ${name} connection`,
    noticed: 'Noticed',
    general: 'When we last checked it, it was not as it should be.',
    again: 'Please connect it again, and contact support if that does not help.',
    support: 'Please contact support.',
    quote: 'When you do, please quote the error below.',
    row: (day: string) => `Something has been wrong since ${day}.`,
  },
  unknown: {
    heading: 'Your machine has not been reached',
    lead: (since: string) => `We have not reached your machine since ${since}.`,
    last: (checked: string) =>
      `When we last saw this connection, on ${checked}, it worked. Nothing newer is known.`,
    nothing: 'How this connection is now is not known.',
    row: (since: string) => `Your machine has not been reached since ${since}.`,
  },
  was: {
    heading: (name: string) => `${name} was connected`,
    lead: (day: string) => `This was connected on ${day}. We could not look up how it is now.`,
  },
} as const;
