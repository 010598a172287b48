import { NAMES } from '../../core/contract/provider-names.ts';

/** Everything that the page itself says. What went wrong is worded in core/contract/error-rows.ts. */
export const TEXTS = {
  service: 'Connect Claude',
  /** Labels below the picture. */
  picture: { any: 'Your provider', box: 'Your machine' },

  loading: { heading: 'One moment…' },

  consent: {
    heading: 'Connect your Claude account',
    machine: 'This is for the machine',
    machineAfter: '. Stop here if it is not yours.',
    words: {
      'setup-token': {
        lead: 'OpenClaw on your machine will then use your Claude subscription. This is what happens:',
        steps: [
          'Claude’s own sign-in opens in a new tab. You sign in with Anthropic there, not with us.',
          'You get a code. Copy it and paste it here.',
          'OpenClaw can use your subscription for a year, or until you revoke it.',
        ],
        privacy:
          'We never see your password. The code, and the access it gives, pass through our service to your machine.',
      },
      'claude-login': {
        lead: 'Claude Code on your machine signs in to your Claude subscription, and OpenClaw uses Claude Code. This is what happens:',
        steps: [
          'Claude’s own sign-in opens in a new tab. You sign in with Anthropic there, not with us.',
          'You get a code. Copy it and paste it here.',
          'Claude Code on your machine stays signed in until you sign it out or revoke it.',
        ],
        privacy:
          'We never see your password. The code passes through our service to your machine; the access that it gives is made there, stays there, and is never in our hands.',
      },
    },
    terms: 'Anthropic may restrict the use of a subscription outside its own apps. Please check its',
    termsLink: 'consumer terms',
    termsAfter: 'before you connect.',
    agree: 'By continuing, you agree to this.',
    connect: 'Connect Claude Account',
    keep: 'Keep the current connection',
  },

  /** Whether anybody keeps a copy of what comes to the machine. */
  copies: {
    kept: 'We also keep a sealed copy, so that your machine can get it back if it loses it. The copy is deleted when this is disconnected.',
    none: 'We keep no copy once it is there.',
  },

  /** Where something is connected in the same way already. */
  beside: {
    legend: 'You have connected this before',
    replace: (what: string) => `Replace ${what}`,
    labelled: (label: string) => `“${label}”`,
    since: (day: string) => `what you connected on ${day}`,
    add: 'Add it beside that, and keep both',
  },

  preparing: {
    heading: 'Getting your sign-in ready…',
    lead: 'We are starting Claude’s sign-in on your machine. It takes a few seconds.',
    steps: {
      queued: 'Waiting for our turn',
      reaching: 'Reaching your machine',
      preparing: 'Checking your machine',
      opening: 'Starting Claude’s sign-in',
    },
    retrying: 'That did not work at first. We are trying again.',
    freshLink: 'Something interrupted us, so we are getting you a fresh sign-in.',
    busy: 'We are busy right now, so this is taking longer than usual. You keep your place.',
  },

  open: {
    heading: 'Your sign-in is ready',
    again: 'Please sign in once more',
    lead: 'Claude’s sign-in opens in a new tab. Sign in there, copy the code that it shows, and come back.',
    oldTab: 'The earlier tab no longer works. You can close it.',
    freshLink: 'Something interrupted us, so there is a fresh sign-in for you.',
    button: 'Open Claude sign-in',
  },

  paste: {
    heading: 'Paste your code',
    lead: 'Use the new tab to sign in, then copy the code and paste it here.',
    label: 'Code from Claude',
    hint: 'One long line with a # in the middle.',
    fromClipboard: 'Paste from clipboard',
    send: 'Continue',
    openAgain: 'Open the sign-in again',
    noTab: 'No new tab?',
    noTabLead:
      'Open the sign-in in this tab and come back with the Back button, or copy its link and open it in another browser.',
    openHere: 'Open in this tab',
    copyLink: 'Copy the link',
    copied: 'Copied. Paste it into the address bar of a browser.',
    copyBarred: 'Your browser did not let us copy. Please copy the link yourself:',
    picture: 'That is a picture. Please copy the code itself, as text.',
    clipboardEmpty: 'There is no text in your clipboard. Please copy the code first.',
    clipboardBarred: 'Your browser did not let us read the clipboard. Please paste into the field yourself.',
  },

  timeLeft: {
    minutes: (minutes: number) => `This sign-in is good for ${minutes} more minutes.`,
    oneMinute: 'This sign-in is good for 1 more minute.',
    seconds: 'This sign-in is good for less than a minute.',
    none: 'This sign-in has just expired.',
  },

  progress: {
    heading: 'Connecting…',
    lead: 'This can take a minute or two. You can close this page; we will carry on.',
    steps: {
      exchanging: 'Checking your code with Anthropic',
      installing: 'Giving the sign-in to OpenClaw',
      proving: 'Making sure that OpenClaw uses it',
    },
    keySteps: {
      reaching: 'Reaching your machine',
      installing: 'Giving the key to OpenClaw',
      telling: 'Telling OpenClaw where it is',
      proving: (name: string) => `Making sure that ${name} answers with it`,
    },
    states: { done: 'done', now: 'in progress', later: 'to do' },
  },

  connected: {
    heading: 'Claude Connected',
    headingOf: (name: string) => `${name} Connected`,
    lead: 'OpenClaw on your machine now uses your Claude subscription.',
    leads: {
      'claude-login':
        'OpenClaw on your machine now uses your Claude subscription through Claude Code, which is signed in there.',
      'api-key': (name: string) =>
        `OpenClaw on your machine can now use your ${name} key. We tried it with one short question, which was answered.`,
      endpoint: (address: string) =>
        `OpenClaw on your machine can now use ${address}. We tried it with one short question, which was answered.`,
    },
    model: 'Model',
    answered: 'Model that answered',
    label: 'Name',
    since: 'Connected',
    until: 'Good until',
    checked: 'Last checked',
    revoke: 'You can revoke this at any time in',
    revokeKey: 'You can revoke the key at any time at',
    revokeLink: 'your Claude settings',
    again: 'Connect again',
    replaceKey: 'Replace the key',
    replaceIt: 'Replace it',
  },

  trouble: {
    failed: 'That did not work',
    stopped: 'We could not finish this',
    expired: 'The sign-in has expired',
    cancelled: 'Cancelled',
    disconnected: (name: string) => `${name} is disconnected`,
    disconnectedText: (what: string, name: string) =>
      `The ${what} was removed from your machine. With ${name} it stays valid until you revoke it.`,
    revoke: 'To do that, remove it from the list at',
    revokeUnseen: 'We no longer have it, so we cannot see whether you have.',
    receipt: 'Download the receipt',
    receiptSays: 'It says what was removed, and when.',
    disconnectedOwn: 'It was removed from your machine.',
    signIn: 'sign-in',
    key: 'key',
    keyGone: 'We have not kept the key, so please paste it again.',
    signedOut: 'Please come back through your dashboard',
    notHere: 'There is nothing here',
    cookies: 'Cookies are needed',
    unavailable: 'Temporarily unavailable',
    expiredText: 'Sign-ins expire after a short time. Start again for a fresh one.',
    cancelledText: 'You can start again whenever you like.',
    quote: 'If you ask support about this, please quote:',
    reference: 'Reference',
    code: 'Error',
  },

  actions: {
    cancel: 'Cancel',
    cancelling: 'Cancelling…',
    startAgain: 'Start again',
    tryAgain: 'Try again',
    notNow: 'Not now',
    others: 'Other providers and API keys',
    connectAnother: 'Connect another provider',
    manage: 'Names, order and checks',
    otherKey: 'Use another key',
    sameKey: 'Paste the key again',
    changeAddress: 'Change what I have entered',
    back: 'Back',
    reload: 'Reload the page',
    backTo: (host: string) => `Back to ${host}`,
  },

  /** For requests that never got an answer, so that no row of the catalogue applies. */
  unanswered: {
    offline: 'We got no answer. Please check your connection, then try again.',
    outdated: 'This page is out of date. Please reload it.',
    unsealed:
      'We could not get your code ready to be sent. Please check your connection and try again. If it happens again, reload this page.',
    unheard: 'That took longer than it should have. Please try again.',
  },

  reconnecting: 'Reconnecting…',
  serviceAway:
    'Part of our service cannot be reached right now. This page will continue as soon as it is back.',
  standIn: 'Demonstration: Anthropic and all other providers are simulated',
  standInLabel: 'Demonstration',
  viewOnly: (customer: string) => `This is what ${customer} sees. Nothing here can be clicked.`,
  viewOnlyLabel: 'View only',
  newTab: 'opens in a new tab',
} as const;

export const ADDRESSES = {
  terms: 'https://www.anthropic.com/legal/consumer-terms',
  revoke: NAMES.anthropic.revokeAt,
  claudeKeys: 'https://platform.claude.com/settings/keys',
} as const;
