/**
 * What the customer's page says at first, in ICU form; what only few see is in keys.ts, and what went wrong in errors.ts.
 * `{name}` is a provider's name, `{day}` a date, `{box}` and `{customer}` are machines.
 */
export const messages = {
  service: 'Connect Claude',
  /** The document's title. */
  titled: '{title} · {customer}',
  /** One sentence after another. */
  together: '{first} {then}',
  /** One fact about a thing after another. */
  listed: '{first}, {then}',
  /** What the customer calls something. */
  quoted: '“{label}”',

  /** Labels below the picture. */
  'picture.any': 'Your provider',
  'picture.box': 'Your machine',
  /** One that has no name here, until its address is known. */
  'provider.another': 'Another provider',

  'loading.heading': 'One moment…',

  'consent.heading': 'Connect your Claude account',
  'consent.needs': 'You need a paid Claude plan for this.',
  'consent.machine': 'This is for the machine <name>{customer}</name>. Stop here if it is not yours.',
  'consent.setup-token.lead':
    'OpenClaw on your machine will then use your Claude subscription. This is what happens:',
  'consent.setup-token.opens':
    'Claude’s own sign-in opens in a new tab. You sign in with Anthropic there, not with us.',
  'consent.setup-token.code': 'You get a code. Copy it and paste it here.',
  'consent.setup-token.then': 'OpenClaw can use your subscription for a year, or until you revoke it.',
  'consent.setup-token.privacy':
    'We never see your password. The code, and the access it gives, pass through our service to your machine.',
  'consent.claude-login.lead':
    'Claude Code on your machine signs in to your Claude subscription, and OpenClaw uses Claude Code. This is what happens:',
  'consent.claude-login.opens':
    'Claude’s own sign-in opens in a new tab. You sign in with Anthropic there, not with us.',
  'consent.claude-login.code': 'You get a code. Copy it and paste it here.',
  'consent.claude-login.then':
    'Claude Code on your machine stays signed in until you sign it out or revoke it.',
  'consent.claude-login.privacy':
    'We never see your password. The code passes through our service to your machine; the access that it gives is made there, stays there, and is never in our hands.',
  'consent.terms':
    'Anthropic may restrict the use of a subscription outside its own apps. Please check its <link>consumer terms</link> before you connect. By continuing, you agree to this.',
  'consent.connect': 'Connect Claude Account',
  'consent.keep': 'Keep the current connection',

  /** Whether anybody keeps a copy of what comes to the machine. */
  'copies.kept':
    'We also keep a sealed copy, so that your machine can get it back if it loses it. The copy is deleted when this is disconnected.',
  'copies.none': 'We keep no copy once it is there.',

  /** Where something is connected in the same way already. */
  'beside.legend': 'You have connected this before',
  'beside.replaceLabelled': 'Replace “{label}”',
  'beside.replaceSince': 'Replace what you connected on {day}',
  'beside.add': 'Add it beside that, and keep both',

  'preparing.heading': 'Getting your sign-in ready…',
  'preparing.lead': 'We are starting Claude’s sign-in on your machine. It takes a few seconds.',
  'preparing.steps.queued': 'Waiting for our turn…',
  'preparing.steps.reaching': 'Reaching your machine…',
  'preparing.steps.preparing': 'Checking your machine…',
  'preparing.steps.opening': 'Starting Claude’s sign-in…',
  'preparing.retrying': 'That did not work at first. We are trying again.',
  'preparing.freshLink': 'Something interrupted us, so we are getting you a fresh sign-in.',
  'preparing.busy': 'We are busy right now, so this is taking longer than usual. You keep your place.',

  'open.heading': 'Your sign-in is ready',
  'open.again': 'Please sign in once more',
  'open.lead':
    'Claude’s sign-in opens in a new tab. Sign in there, copy the code that it shows, and come back.',
  'open.oldTab': 'The earlier tab no longer works. You can close it.',
  'open.freshLink': 'Something interrupted us, so there is a fresh sign-in for you.',
  'open.button': 'Open Claude sign-in',

  'paste.heading': 'Paste your code',
  'paste.lead': 'Use the new tab to sign in, then copy the code and paste it here.',
  'paste.label': 'Code from Claude',
  'paste.hint': 'One long line with a # in the middle.',
  'paste.fromClipboard': 'Paste from clipboard',
  'paste.send': 'Continue',
  'paste.openAgain': 'Open the sign-in again',
  'paste.noTab': 'No new tab?',
  'paste.noTabLead':
    'Open the sign-in in this tab and come back with the Back button, or copy its link and open it in another browser.',
  'paste.openHere': 'Open in this tab',
  'paste.copyLink': 'Copy the link',
  'paste.copied': 'Copied. Paste it into the address bar of a browser.',
  'paste.copyBarred': 'Your browser did not let us copy. Please copy the link yourself:',
  'paste.picture': 'That is a picture. Please copy the code itself, as text.',
  'paste.clipboardEmpty': 'There is no text in your clipboard. Please copy the code first.',
  'paste.clipboardBarred':
    'Your browser did not let us read the clipboard. Please paste into the field yourself.',

  'timeLeft.minutes':
    'This sign-in is good for {minutes, plural, one {# more minute} other {# more minutes}}.',
  'timeLeft.seconds': 'This sign-in is good for less than a minute.',
  'timeLeft.none': 'This sign-in has just expired.',

  'progress.heading': 'Connecting…',
  'progress.lead': 'This can take a minute or two. You can close this page; we will carry on.',
  'progress.steps.exchanging': 'Checking your code with Anthropic',
  'progress.steps.installing': 'Giving the sign-in to OpenClaw',
  'progress.steps.proving': 'Making sure that OpenClaw uses it',
  'progress.keySteps.reaching': 'Reaching your machine',
  'progress.keySteps.installing': 'Giving the key to OpenClaw',
  'progress.keySteps.telling': 'Telling OpenClaw where it is',
  'progress.keySteps.proving': 'Making sure that {name} answers with it',
  /** Read out after a step. */
  'progress.states.done': '(done)',
  'progress.states.now': '(in progress)',
  'progress.states.later': '(to do)',

  'connected.heading': '{name} Connected',
  'connected.lead': 'OpenClaw on your machine now uses your Claude subscription.',
  'connected.leads.claude-login':
    'OpenClaw on your machine now uses your Claude subscription through Claude Code, which is signed in there.',
  'connected.leads.api-key':
    'OpenClaw on your machine can now use your {name} key. We tried it with one short question, which was answered.',
  'connected.leads.endpoint':
    'OpenClaw on your machine can now use {address}. We tried it with one short question, which was answered.',
  'connected.model': 'Model',
  'connected.answered': 'Model that answered',
  'connected.label': 'Name',
  'connected.since': 'Connected',
  'connected.until': 'Good until',
  'connected.checked': 'Last checked',
  'connected.revoke': 'You can revoke this at any time in <link>your Claude settings</link>.',
  'connected.revokeKey': 'You can revoke the key at any time at <link>{address}</link>.',
  'connected.again': 'Connect again',
  'connected.replaceKey': 'Replace the key',
  'connected.replaceIt': 'Replace it',

  'trouble.failed': 'That did not work',
  'trouble.stopped': 'We could not finish this',
  'trouble.expired': 'The sign-in has expired',
  'trouble.cancelled': 'Cancelled',
  'trouble.disconnected': '{name} is disconnected',
  'trouble.disconnectedText':
    '{what, select, key {The key was removed from your machine. It stays valid at {name} until you revoke it.} other {The sign-in was removed from your machine. It stays valid at {name} until you revoke it.}}',
  'trouble.revoke':
    'To do that, remove it from the list at <link>{address}</link>. We no longer have it, so we cannot see whether you have.',
  'trouble.receipt': 'Download the receipt',
  'trouble.receiptSays': 'It says what was done and when, and what could not be checked.',
  'trouble.disconnectedOwn': 'It was removed from your machine.',
  'trouble.forgotten':
    'We have deleted everything that we kept about it. We could not check your machine, so it may still be there. It stays valid at {name} until you revoke it.',
  'trouble.forgottenOwn':
    'We have deleted everything that we kept about it. We could not check your machine, so it may still be there.',
  'trouble.keyGone': 'We have not kept the key, so please paste it again.',
  'trouble.signedOut': 'Please come back through your dashboard',
  'trouble.notHere': 'There is nothing here',
  'trouble.cookies': 'Cookies are needed',
  'trouble.unavailable': 'Temporarily unavailable',
  'trouble.expiredText': 'Sign-ins expire after a short time. Start again for a fresh one.',
  'trouble.cancelledText': 'You can start again whenever you like.',

  'actions.cancel': 'Cancel',
  'actions.cancelling': 'Cancelling…',
  'actions.startAgain': 'Start again',
  'actions.tryAgain': 'Try again',
  'actions.notNow': 'Not now',
  'actions.others': 'Other providers and API keys',
  'actions.connectAnother': 'Connect another provider',
  'actions.manage': 'Names, order and checks',
  'actions.usage': 'What has been used',
  'actions.otherKey': 'Use another key',
  'actions.sameKey': 'Paste the key again',
  'actions.changeAddress': 'Change what I have entered',
  'actions.back': 'Back',
  'actions.handOver': 'Continue on another device',
  'actions.reload': 'Reload the page',
  'actions.backTo': 'Back to {host}',

  /** For requests that never got an answer, so that no row of the catalogue applies. */
  'unanswered.offline': 'We got no answer. Please check your connection, then try again.',
  'unanswered.outdated': 'This page is out of date. Please reload it.',
  'unanswered.unsealed':
    'We could not get your code ready to be sent. Please check your connection and try again. If it happens again, reload this page.',
  'unanswered.unheard': 'That took longer than it should have. Please try again.',

  reconnecting: 'Reconnecting…',
  serviceAway:
    'Part of our service cannot be reached right now. This page will continue as soon as it is back.',
  standIn: 'Demonstration: Anthropic and all other providers are simulated',
  standInLabel: 'Demonstration',
  viewOnly: 'This is what {customer} sees. Nothing here can be clicked.',
  viewOnlyLabel: 'View only',
  /** Below the page: where the platform's support is, and its terms. */
  'footer.support': 'Support',
  'footer.terms': 'Terms',
  /** Read out after a link. */
  newTab: '(opens in a new tab)',
} as const;
