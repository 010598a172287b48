/**
 * What customers read in mails, and on the page on which they switch these off. Messages are in ICU form. `{provider}` is a
 * proper name, `{date}` a date with its time zone. Every other language has the same messages with the same arguments.
 */
export const en = {
  greeting: 'Hello {name},',
  'greeting.nobody': 'Hello,',

  'expiring.subject': 'Your connection to {provider} ends in {days, plural, one {# day} other {# days}}',
  'expiring.lead':
    'Your connection to {provider} ends on {date}. After that, OpenClaw on your machine can no longer use it.',
  'expiring.todo':
    'Renew it before then: it takes a few minutes, and what you have now works until the new one does.',
  'expiring.broken': 'Renew it before then: it takes a few minutes.',

  'expired.subject': 'Your connection to {provider} has expired',
  'expired.lead':
    'Your connection to {provider} expired on {date}. OpenClaw on your machine can no longer use it.',
  'expired.seen':
    'On {date} we saw that your connection to {provider} has expired. OpenClaw on your machine can no longer use it.',

  'attention.subject': 'Your connection to {provider} needs your attention',
  'attention.lead': 'On {date} we saw that something is wrong with your connection to {provider}.',

  'paused.subject': 'Your connection to {provider} is paused',
  'paused.lead':
    'Your connection to {provider} has reached its usage limit. It is kept on your machine, and OpenClaw uses it again from {date} on.',

  'recovered.subject': 'Your connection to {provider} works again',
  'recovered.lead':
    'Your connection to {provider} works again, as we saw on {date}. There is nothing that you need to do.',

  'disconnected.subject': 'Your connection to {provider} has been removed',
  'disconnected.lead': 'Your connection to {provider} was removed from your machine on {date}.',
  'disconnected.forgotten':
    'Your connection to {provider} was ended on {date}, because your machine was said to be gone. We could not check it, so the key or sign-in may still be there.',
  'disconnected.revoke': 'The key or sign-in itself stays valid at {provider} until you revoke it there.',
  'disconnected.doubt': 'If you did not expect this, please contact support.',

  'reason.credential_missing': 'The key or sign-in is no longer on your machine.',
  'reason.credential_replaced': 'Your machine has another key or sign-in in its place.',
  'reason.other_credential_first':
    'OpenClaw on your machine has another key or sign-in, which it uses instead of this one.',
  'reason.credential_overridden': 'A setting on your machine takes the place of your key or sign-in.',
  'reason.credential_in_cooldown': 'OpenClaw has paused the key or sign-in after earlier failures.',
  'reason.key_no_credit': 'Your account at {provider} has no credit left or has reached its limit.',
  'reason.key_rejected': '{provider} no longer accepts the key or sign-in.',
  'reason.key_revoked': 'The key or sign-in has been revoked at {provider} or has expired.',
  'reason.key_no_access': 'Your account at {provider} may not use the model that OpenClaw asks for.',
  'reason.model_moved': 'OpenClaw on your machine now uses a model of another provider.',
  'reason.gateway_down': 'OpenClaw on your machine is not running.',
  'reason.gateway_refuses': 'OpenClaw on your machine is running but answers no chat.',
  'reason.gateway_other_store': 'OpenClaw on your machine runs with other settings than before.',
  'reason.gateway_elsewhere': 'OpenClaw runs under another account on your machine.',
  'reason.store_unreadable': 'The data of OpenClaw on your machine is damaged.',
  'reason.openclaw_config_invalid': 'The settings of OpenClaw on your machine contain a mistake.',
  'reason.openclaw_update_unfinished': 'OpenClaw on your machine was updated and cannot read its data yet.',
  'reason.openclaw_missing': 'OpenClaw is no longer on your machine.',
  'reason.clock_wrong': 'The clock on your machine is wrong.',
  'reason.claude_logged_out': 'Claude Code on your machine is signed out.',
  'reason.endpoint_not_api': 'Something else answers at the address that you gave.',
  'reason.endpoint_no_model': 'The address that you gave no longer has the model that OpenClaw asks for.',
  'reason.other': 'OpenClaw on your machine cannot use it as it should.',

  'todo.connect': 'Please connect again: it takes a few minutes.',
  'todo.key': 'Please create a new key or sign in again at {provider}, then connect again.',
  'todo.provider': 'Please see to that at {provider}. You do not need to connect again.',
  'todo.support': 'Please contact support.',
  'todo.wait': 'This often passes by itself. If it has not by tomorrow, please contact support.',
  'todo.model': 'If you did not choose this yourself, open your page and choose the model again.',
  'todo.endpoint': 'Please check the address and its models, and connect again if they have changed.',
  'todo.page': 'Open your page to see more, and contact support if you need help.',

  'fact.provider': 'Provider',
  'fact.label': 'Your name for it',
  'fact.box': 'Machine',
  'fact.ends': 'Ends',
  'fact.revoke': 'Revoke it at',

  'button.renew': 'Renew the connection',
  'button.connect': 'Connect again',
  'button.open': 'Open your page',

  'footer.about': 'This is an automatic message about your OpenClaw machine ({customer}).',
  'footer.safety': 'We never ask for keys, codes or passwords by e-mail.',
  'footer.reminders': 'Stop e-mails before a connection ends',
  'footer.problems': 'Stop e-mails about problems',
  'footer.disconnected': 'Stop e-mails about removed connections',

  'page.title': 'E-mails about your connections',
  'page.reminders.on': 'You receive an e-mail before a connection ends.',
  'page.reminders.off': 'You receive no e-mails before a connection ends.',
  'page.problems.on': 'You receive an e-mail when a connection has a problem, expires or works again.',
  'page.problems.off': 'You receive no e-mails when a connection has a problem, expires or works again.',
  'page.disconnected.on': 'You receive an e-mail when a connection is removed.',
  'page.disconnected.off': 'You receive no e-mails when a connection is removed.',
  'page.stop': 'Stop these e-mails',
  'page.start': 'Receive them again',
  'page.done': 'Saved.',
  'page.gone': 'This link no longer works.',
  'page.gone.todo': 'Please use the link in a newer e-mail, or contact support.',
  'page.failed': 'This did not work just now. Please try again in a few minutes.',
} as const;

/** Every message, by its key. */
export type Words = Readonly<Record<keyof typeof en, string>>;
