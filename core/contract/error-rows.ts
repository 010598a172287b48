import type { Phase } from './phases.ts';

/** What everybody may know of an error, the customer's browser included. */
export interface ErrorRow {
  /** Where it usually happens; `any` if it can happen throughout, `request` if it is an answer of the api. */
  phase: Phase | 'any' | 'request';
  /** True when trying again may help although nothing was changed on the box. */
  retryable: boolean;
  /** What the customer reads. */
  customer: string;
  /** HTTP status of the api's answer, if it is not 500. */
  status?: number;
}

/** The rows of the error catalogue, without the words for staff: the customer's page loads these alone. */
export const ERROR_ROWS = {
  // queued
  worker_stopped: {
    phase: 'any',
    retryable: true,
    customer: 'We had to interrupt this. Please start again.',
  },
  worker_lost: {
    phase: 'any',
    retryable: true,
    customer: 'Something interrupted this on our side. Please start again.',
  },
  worker_short: {
    phase: 'any',
    retryable: true,
    customer: 'We are short of resources right now. Please try again in a few minutes.',
  },
  // reaching
  box_not_listed: {
    phase: 'reaching',
    retryable: false,
    customer: 'We could not find your machine. Please ask support to add it.',
  },
  box_ambiguous: {
    phase: 'reaching',
    retryable: false,
    customer: 'More than one machine is listed under your name, so we stopped. Please contact support.',
  },
  box_stopped: {
    phase: 'reaching',
    retryable: false,
    customer: 'Your machine is switched off. Please start it, then try again.',
  },
  inventory_unavailable: {
    phase: 'reaching',
    retryable: true,
    customer: 'We could not look up your machine just now. Please try again in a few minutes.',
  },
  inventory_denied: {
    phase: 'reaching',
    retryable: false,
    customer: 'We could not look up your machine. Please contact support: the problem is on our side.',
  },
  box_kind_off: {
    phase: 'reaching',
    status: 409,
    retryable: false,
    customer: 'We could not reach your machine. Please contact support: the problem is on our side.',
  },
  box_address_refused: {
    phase: 'reaching',
    retryable: false,
    customer: 'We could not reach your machine. Please contact support: the problem is on our side.',
  },
  box_unreachable: {
    phase: 'reaching',
    retryable: true,
    customer: 'We could not reach your machine. Please try again in a few minutes.',
  },
  host_key_unknown: {
    phase: 'reaching',
    retryable: false,
    customer: 'We could not make sure that this is your machine, so we stopped. Please contact support.',
  },
  host_key_mismatch: {
    phase: 'reaching',
    retryable: false,
    customer:
      'We could not make sure that this is your machine, so we stopped. Please contact support, and tell them if it was rebuilt.',
  },
  ssh_auth_failed: {
    phase: 'reaching',
    retryable: false,
    customer:
      'Your machine did not let us in. Please contact support, and tell them if you changed who can sign in to it.',
  },
  identity_unusable: {
    phase: 'reaching',
    retryable: false,
    customer: 'We could not use our key to your machine. Please contact support: the problem is on our side.',
  },
  second_factor_wanted: {
    phase: 'reaching',
    retryable: false,
    customer: 'Your machine asks for a second factor, which we cannot give. Please contact support.',
  },
  certificate_refused: {
    phase: 'reaching',
    retryable: false,
    customer:
      'Your machine did not let us in. Please contact support, and tell them if you changed who can sign in to it.',
  },
  connection_lost: {
    phase: 'any',
    retryable: true,
    customer: 'The connection to your machine was cut. Please start again.',
  },
  channel_refused: {
    phase: 'any',
    retryable: true,
    customer: 'Your machine did not let us open another session. Please try again in a few minutes.',
  },
  box_call_timeout: {
    phase: 'any',
    retryable: true,
    customer: 'Your machine did not answer in time. Please try again in a few minutes.',
  },
  // preparing
  claude_missing: {
    phase: 'preparing',
    retryable: false,
    customer: 'We did not find Claude Code on your machine. Please ask support to install it.',
  },
  openclaw_missing: {
    phase: 'preparing',
    retryable: false,
    customer: 'We did not find OpenClaw on your machine. Please ask support to install it.',
  },
  gateway_elsewhere: {
    phase: 'preparing',
    retryable: false,
    customer: 'OpenClaw runs under another account on your machine. Please contact support.',
  },
  openclaw_config_invalid: {
    phase: 'preparing',
    retryable: false,
    customer: 'OpenClaw’s settings on your machine contain a mistake. Please contact support.',
  },
  openclaw_update_unfinished: {
    phase: 'preparing',
    retryable: false,
    customer: 'OpenClaw on your machine was updated and cannot read its data yet. Please contact support.',
  },
  openclaw_read_only: {
    phase: 'preparing',
    retryable: false,
    customer: 'OpenClaw on your machine does not let us save the sign-in. Please contact support.',
  },
  agent_unclear: {
    phase: 'preparing',
    retryable: false,
    customer: 'OpenClaw on your machine has several agents. Please ask support which of them to use.',
  },
  box_unusable: {
    phase: 'preparing',
    retryable: false,
    customer:
      'Your machine did not answer as expected. Please contact support, and tell them if you changed its shell or start-up files.',
  },
  account_expired: {
    phase: 'preparing',
    retryable: false,
    customer: 'The account that we use on your machine has expired. Please contact support.',
  },
  login_shell_closed: {
    phase: 'preparing',
    retryable: false,
    customer: 'Your machine did not answer as expected. Please contact support.',
  },
  memory_short: {
    phase: 'preparing',
    retryable: true,
    customer: 'Your machine is low on memory. Please try again in a few minutes.',
  },
  disk_full: {
    phase: 'preparing',
    retryable: false,
    customer: 'The disk of your machine is full. Please free some space or ask support to, then start again.',
  },
  home_unwritable: {
    phase: 'preparing',
    retryable: false,
    customer: 'Your machine does not let us save the sign-in. Please contact support.',
  },
  clock_wrong: {
    phase: 'preparing',
    retryable: false,
    customer: 'The clock on your machine is wrong. Please ask support to correct it.',
  },
  node_unfit: {
    phase: 'preparing',
    retryable: false,
    customer: 'A program that your machine needs is missing or too old. Please ask support to update it.',
  },
  claude_unfit: {
    phase: 'preparing',
    retryable: false,
    customer: 'Claude Code cannot run on your machine. Please contact support.',
  },
  claude_incomplete: {
    phase: 'preparing',
    retryable: false,
    customer: 'Claude Code is not fully installed on your machine. Please ask support to install it again.',
  },
  openclaw_unfit: {
    phase: 'preparing',
    retryable: false,
    customer: 'OpenClaw cannot run on your machine. Please contact support.',
  },
  openclaw_incomplete: {
    phase: 'preparing',
    retryable: false,
    customer: 'OpenClaw is not fully installed on your machine. Please ask support to install it again.',
  },
  method_not_available: {
    phase: 'preparing',
    retryable: false,
    customer:
      'This way of connecting does not work with the programs on your machine. Please choose another, or ask support to update them.',
  },
  other_credential_first: {
    phase: 'preparing',
    retryable: false,
    customer:
      'OpenClaw on your machine has another sign-in or key, which it would use instead of this one. Please contact support.',
  },
  prepare_failed: {
    phase: 'preparing',
    retryable: true,
    customer:
      'We could not set up your machine. Please try again, and contact support if that does not help.',
  },
  // opening
  claude_crashed: {
    phase: 'opening',
    retryable: false,
    customer: 'Claude Code could not start on your machine. Please contact support.',
  },
  link_not_shown: {
    phase: 'opening',
    retryable: true,
    customer: 'Your machine took too long to prepare the sign-in. Please try again.',
  },
  link_not_trusted: {
    phase: 'opening',
    retryable: false,
    customer: 'Your machine gave a sign-in link that we do not trust, so we stopped. Please contact support.',
  },
  claude_settings_broken: {
    phase: 'opening',
    retryable: false,
    customer: 'A settings file of Claude Code on your machine is damaged. Please contact support.',
  },
  login_method_forced: {
    phase: 'opening',
    retryable: false,
    customer:
      'Claude Code on your machine is set up for another way to sign in. Please contact support or the person who set it up.',
  },
  provider_not_allowed: {
    phase: 'opening',
    retryable: false,
    customer:
      'The settings of Claude Code on your machine do not allow Anthropic’s own service. Please contact support or the person who set it up.',
  },
  claude_failed: {
    phase: 'any',
    retryable: true,
    customer: 'Claude Code on your machine did not answer as it should. Please try again.',
  },
  claude_not_signed_in: {
    phase: 'installing',
    retryable: true,
    customer: 'You signed in, but Claude Code on your machine did not keep it. Please try again.',
  },
  screen_unknown: {
    phase: 'any',
    retryable: false,
    customer:
      'A program on your machine did something unexpected, so we stopped to be safe. Please contact support.',
  },
  box_flooded: {
    phase: 'any',
    retryable: false,
    customer: 'Your machine did not answer as expected. Please contact support.',
  },
  worker_blocked: {
    phase: 'any',
    retryable: false,
    customer: 'Your machine did not answer as expected. Please contact support.',
  },
  program_ended: {
    phase: 'any',
    retryable: true,
    customer: 'Claude Code stopped on your machine before the sign-in was done. Please start again.',
  },
  // waiting
  sign_in_expired: {
    phase: 'waiting',
    retryable: true,
    customer: 'The sign-in link has expired. Please start again for a fresh one.',
  },
  code_incomplete: {
    phase: 'waiting',
    status: 422,
    retryable: true,
    customer: 'That is only part of the code. Please copy all of it, including the # in the middle.',
  },
  code_malformed: {
    phase: 'waiting',
    status: 422,
    retryable: true,
    customer: 'That does not look like a sign-in code. Please copy it again from the sign-in page.',
  },
  sealed_unreadable: {
    phase: 'waiting',
    status: 422,
    retryable: true,
    customer: 'What you sent could not be opened here. Please reload this page and enter it again.',
  },
  code_is_mailed: {
    phase: 'waiting',
    status: 422,
    retryable: true,
    customer:
      'That is the code from Anthropic’s email. Enter it on Anthropic’s own page; the code we need is longer, with a # in the middle.',
  },
  code_is_key: {
    phase: 'waiting',
    status: 422,
    retryable: true,
    customer:
      'That is a key, not the code. Keep it to yourself, and please copy the code from the sign-in page.',
  },
  code_is_token: {
    phase: 'waiting',
    status: 422,
    retryable: true,
    customer:
      'That is the result of a sign-in, not the code. It is not needed here: keep it to yourself, and please copy the code from the sign-in page.',
  },
  code_is_link: {
    phase: 'waiting',
    status: 422,
    retryable: true,
    customer: 'That is the link to the sign-in. Open it, sign in, and copy the code that you get at the end.',
  },
  code_from_other_link: {
    phase: 'waiting',
    status: 422,
    retryable: true,
    customer:
      'That code belongs to an earlier sign-in link. Please open the link shown here and copy its code.',
  },
  code_input_ended: {
    phase: 'waiting',
    retryable: true,
    customer: 'No code was given.',
  },
  // an API key
  key_incomplete: {
    phase: 'request',
    status: 422,
    retryable: true,
    customer: 'That is only part of the key. Please copy all of it.',
  },
  key_malformed: {
    phase: 'request',
    status: 422,
    retryable: true,
    customer: 'That does not look like a key of this provider. Please copy it again.',
  },
  key_in_pieces: {
    phase: 'request',
    status: 422,
    retryable: true,
    customer: 'There is a gap or a line break in the key. Please copy it in one piece.',
  },
  key_several: {
    phase: 'request',
    status: 422,
    retryable: true,
    customer: 'That is more than one key. Please paste one of them; you can add the others afterwards.',
  },
  key_of_other_provider: {
    phase: 'request',
    status: 422,
    retryable: true,
    customer: 'That is a key of another provider.',
  },
  key_is_token: {
    phase: 'request',
    status: 422,
    retryable: true,
    customer:
      'That is the result of a sign-in, not an API key. Keep it to yourself, and please make an API key.',
  },
  key_is_admin: {
    phase: 'request',
    status: 422,
    retryable: true,
    customer:
      'That is an admin key, which cannot be used to ask a model anything. Please make an ordinary API key.',
  },
  key_is_code: {
    phase: 'request',
    status: 422,
    retryable: true,
    customer: 'That is a code from a sign-in, not an API key.',
  },
  key_is_link: {
    phase: 'request',
    status: 422,
    retryable: true,
    customer: 'That is a link, not a key. Open it, and copy the key from there.',
  },
  key_is_masked: {
    phase: 'request',
    status: 422,
    retryable: true,
    customer:
      'That is the shortened form of a key. Providers show a whole key only once; if you do not have it, please make a new one.',
  },
  // exchanging
  code_rejected: {
    phase: 'exchanging',
    retryable: true,
    customer: 'Claude did not accept that code. Please sign in again with the fresh link.',
  },
  too_many_rejected_codes: {
    phase: 'exchanging',
    retryable: true,
    customer: 'Several codes were not accepted. Please wait a few minutes and start again.',
  },
  anthropic_unreachable: {
    phase: 'exchanging',
    retryable: true,
    customer: 'Your machine got no answer from Anthropic. Please try again in a few minutes.',
  },
  anthropic_error: {
    phase: 'exchanging',
    retryable: true,
    customer:
      'Anthropic had a problem just now, and the code may be used up. Please sign in with the fresh link.',
  },
  anthropic_forbidden: {
    phase: 'exchanging',
    retryable: false,
    customer:
      'Anthropic did not let your machine sign in. Please contact support: it may need another network address.',
  },
  account_on_hold: {
    phase: 'exchanging',
    retryable: false,
    customer: 'Anthropic has put this Claude account on hold. Please see https://claude.ai/restricted.',
  },
  organization_refused: {
    phase: 'exchanging',
    retryable: false,
    customer:
      'The organization that this Claude account belongs to does not allow this. Please sign in with another account, or ask your administrator.',
  },
  token_incomplete: {
    phase: 'exchanging',
    retryable: true,
    customer: 'We could not read the whole sign-in from your machine. Please start again.',
  },
  // installing
  openclaw_refused_token: {
    phase: 'installing',
    retryable: true,
    customer:
      'OpenClaw did not confirm that it saved the sign-in. Please try again, and contact support if that does not help.',
  },
  openclaw_failed: {
    phase: 'installing',
    retryable: true,
    customer:
      'OpenClaw did not answer as expected on your machine. Please try again, and contact support if that does not help.',
  },
  model_not_offered: {
    phase: 'installing',
    retryable: false,
    customer: 'The chosen model is not available on your machine. Please ask support to choose another.',
  },
  // proving
  credential_overridden: {
    phase: 'proving',
    retryable: false,
    customer: 'Another setting on your machine gets in the way of the new sign-in. Please contact support.',
  },
  credential_not_effective: {
    phase: 'proving',
    retryable: false,
    customer: 'OpenClaw has the sign-in but does not use it. Please contact support.',
  },
  credential_in_cooldown: {
    phase: 'proving',
    retryable: true,
    customer: 'OpenClaw has paused the sign-in after earlier failures. Please try again later.',
  },
  credential_expired: {
    phase: 'any',
    retryable: false,
    customer: 'This key or sign-in has expired. Please connect again.',
  },
  credential_missing: {
    phase: 'any',
    retryable: false,
    customer: 'This key or sign-in is no longer on your machine. Please connect again.',
  },
  credential_replaced: {
    phase: 'any',
    retryable: false,
    customer: 'Your machine has another key or sign-in in the place of this one. Please connect again.',
  },
  model_moved: {
    phase: 'any',
    retryable: false,
    customer: 'OpenClaw on your machine now uses a model of another provider.',
  },
  gateway_down: {
    phase: 'any',
    retryable: false,
    customer: 'OpenClaw on your machine is not running. Please contact support.',
  },
  gateway_refuses: {
    phase: 'any',
    retryable: false,
    customer: 'OpenClaw on your machine is running but answers no chat. Please contact support.',
  },
  gateway_other_store: {
    phase: 'any',
    retryable: false,
    customer: 'OpenClaw on your machine runs with other settings. Please contact support.',
  },
  store_unreadable: {
    phase: 'any',
    retryable: false,
    customer: 'OpenClaw’s data on your machine is damaged. Please contact support.',
  },
  claude_logged_out: {
    phase: 'any',
    retryable: false,
    customer: 'Claude Code on your machine is signed out. Please connect again.',
  },
  profile_not_removed: {
    phase: 'any',
    retryable: true,
    customer: 'Your machine still has the sign-in. Please try again, or contact support.',
  },
  profile_not_separable: {
    phase: 'any',
    retryable: false,
    customer:
      'The sign-in on your machine cannot be removed without removing others too. Please contact support.',
  },
  session_pinned: {
    phase: 'proving',
    retryable: false,
    customer: 'Some chats still use another model.',
  },
  turn_failed: {
    phase: 'proving',
    retryable: true,
    customer:
      'Claude did not answer with the new sign-in. Please try again, and contact support if that does not help.',
  },
  // What the provider said to the one turn that only this credential could answer.
  key_rejected: {
    phase: 'proving',
    retryable: false,
    customer:
      'The provider does not know this key or sign-in. Please check that you copied all of the key, create another one there, or sign in again.',
  },
  key_revoked: {
    phase: 'proving',
    retryable: false,
    customer:
      'This key or sign-in has been revoked or has expired. Please create another key at the provider, or sign in again.',
  },
  key_no_credit: {
    phase: 'proving',
    retryable: true,
    customer:
      'The key or sign-in is right, but its account has no credit left or has reached its limit. Please see to that at the provider, then try again.',
  },
  key_no_access: {
    phase: 'proving',
    retryable: false,
    customer:
      'The key or sign-in is right, but it may not use this model. Please get access at the provider, or use another one.',
  },
  region_refused: {
    phase: 'proving',
    retryable: false,
    customer:
      'The provider does not accept requests from where your machine is. Your key or sign-in is not the cause. Please contact support.',
  },
  provider_rate_limited: {
    phase: 'proving',
    retryable: true,
    customer:
      'The provider is limiting requests with this key or sign-in right now. That says nothing against it. Please try again in a few minutes.',
  },
  provider_down: {
    phase: 'proving',
    retryable: true,
    customer:
      'The provider is having trouble just now. Your key or sign-in is not the cause. Please try again in a few minutes.',
  },
  provider_no_answer: {
    phase: 'proving',
    retryable: true,
    customer:
      'The provider did not answer your machine. Your key or sign-in may well be right. Please try again, and contact support if that does not help.',
  },
  endpoint_no_answer: {
    phase: 'proving',
    retryable: true,
    customer:
      'Nothing answered your machine at this address. Please check the address, and that your machine can reach it.',
  },
  endpoint_not_api: {
    phase: 'proving',
    retryable: false,
    customer: 'Something else answers at this address. Please check its end, such as /v1, and the protocol.',
  },
  endpoint_no_model: {
    phase: 'proving',
    retryable: false,
    customer: 'This address has no model of that name. Please check the name of the first model.',
  },
  profiles_used_up: {
    phase: 'installing',
    retryable: false,
    customer: 'Your machine holds too many old keys or sign-ins. Please contact support.',
  },
  // any
  deadline_exceeded: {
    phase: 'any',
    retryable: true,
    customer: 'Your machine took too long. Please try again.',
  },
  cancelled: {
    phase: 'any',
    retryable: true,
    customer: 'Cancelled.',
  },
  internal_error: {
    phase: 'any',
    retryable: false,
    customer: 'Something went wrong on our side. Please contact support.',
  },
  // the vault
  vault_unavailable: {
    phase: 'any',
    retryable: true,
    customer: 'We could not fetch what we need just now. Please try again in a few minutes.',
  },
  vault_denied: {
    phase: 'any',
    retryable: false,
    customer: 'This does not work right now. Please contact support: the problem is on our side.',
  },
  vault_unreadable: {
    phase: 'any',
    retryable: false,
    customer: 'This cannot be restored for you. Please connect again.',
  },
  vault_no_copy: {
    phase: 'any',
    retryable: false,
    customer: 'This cannot be restored for you. Please connect again.',
  },
  // what the api answers
  input_invalid: {
    phase: 'request',
    status: 400,
    retryable: false,
    customer: 'We did not understand that. Please reload the page.',
  },
  not_signed_in: {
    phase: 'request',
    status: 401,
    retryable: false,
    customer:
      'You are not signed in here, or your session has ended. Please open Connect Claude again from your dashboard.',
  },
  cookies_blocked: {
    phase: 'request',
    status: 401,
    retryable: false,
    customer:
      'This page needs cookies, and your browser did not keep ours. Please allow cookies for this site, then open Connect Claude again from your dashboard.',
  },
  api_key_refused: {
    phase: 'request',
    status: 401,
    retryable: false,
    customer: 'This is not for browsers.',
  },
  operator_not_signed_in: {
    phase: 'request',
    status: 401,
    retryable: false,
    customer: 'Please sign in again.',
  },
  sign_in_refused: {
    phase: 'request',
    status: 401,
    retryable: false,
    customer: 'The name or the password is wrong.',
  },
  role_refused: {
    phase: 'request',
    status: 403,
    retryable: false,
    customer: 'Your role does not allow that.',
  },
  view_only: {
    phase: 'request',
    status: 403,
    retryable: false,
    customer: 'You are looking at this page for support. Only the customer can do that.',
  },
  origin_refused: {
    phase: 'request',
    status: 403,
    retryable: false,
    customer: 'This page may not do that. Please open Connect Claude again from your dashboard.',
  },
  box_exists: {
    phase: 'request',
    status: 409,
    retryable: false,
    customer: 'There is such a machine already.',
  },
  box_is_default: {
    phase: 'request',
    status: 409,
    retryable: false,
    customer: 'This machine is still in use.',
  },
  too_many_boxes: {
    phase: 'request',
    status: 409,
    retryable: false,
    customer: 'There are too many machines.',
  },
  host_key_not_fetched: {
    phase: 'request',
    status: 409,
    retryable: false,
    customer: 'There is nothing to confirm.',
  },
  not_here: {
    phase: 'request',
    status: 404,
    retryable: false,
    customer: 'There is nothing here.',
  },
  link_used: {
    phase: 'request',
    status: 410,
    retryable: false,
    customer: 'This link has been used or is too old. Please open Connect Claude again from your dashboard.',
  },
  hand_over_used: {
    phase: 'request',
    status: 410,
    retryable: false,
    customer:
      'This code has been used, has ended or is too old. On the device where you began, choose “Continue on another device” again.',
  },
  hand_over_handed: {
    phase: 'request',
    status: 409,
    retryable: false,
    customer: 'This device continues what you began on another. To use a third one, go back to the first.',
  },
  not_waiting: {
    phase: 'request',
    status: 409,
    retryable: false,
    customer: 'No code is needed right now.',
  },
  handshake_under_way: {
    phase: 'request',
    status: 409,
    retryable: true,
    customer: 'A connection is already being made. Please finish or cancel that first.',
  },
  disconnect_under_way: {
    phase: 'request',
    status: 409,
    retryable: true,
    customer: 'Your earlier sign-in is being removed from your machine. Please try again in a minute.',
  },
  body_too_large: {
    phase: 'request',
    status: 413,
    retryable: false,
    customer: 'That is too long to be a code.',
  },
  too_many_requests: {
    phase: 'request',
    status: 429,
    retryable: true,
    customer: 'That was too many requests in a short time. Please wait a minute and try again.',
  },
  method_not_offered: {
    phase: 'request',
    status: 403,
    retryable: false,
    customer: 'This way of connecting is not offered here. Please choose another one.',
  },
  not_in_plan: {
    phase: 'request',
    status: 403,
    retryable: false,
    customer: 'Your plan does not include this. Your provider can tell you which plans do.',
  },
  endpoint_unfit: {
    phase: 'request',
    status: 422,
    retryable: true,
    customer: 'Something is missing. Please check the address, the protocol, the models and the key.',
  },
  key_needed_again: {
    phase: 'request',
    status: 409,
    retryable: false,
    customer: 'Please enter the key again: we did not keep it.',
  },
  order_incomplete: {
    phase: 'request',
    status: 409,
    retryable: false,
    customer: 'Your keys have changed meanwhile. Please look again, then put them in order.',
  },
  change_under_way: {
    phase: 'request',
    status: 409,
    retryable: true,
    customer: 'Another change is just being made on your machine. Please try again in a minute.',
  },
  queue_full: {
    phase: 'request',
    status: 503,
    retryable: true,
    customer: 'Many people are waiting to connect right now. Please try again in a minute.',
  },
  box_paused: {
    phase: 'request',
    status: 429,
    retryable: true,
    customer:
      'Your machine did not answer as expected a few minutes ago. Please wait ten minutes and try again, or contact support.',
  },
  look_late: {
    phase: 'request',
    status: 503,
    retryable: true,
    customer: 'We could not check your machine just now. Please try again in a minute.',
  },
  platform_key_missing: {
    phase: 'any',
    retryable: true,
    customer: 'We could not look up a key of ours just now. Please contact support.',
  },
  service_unavailable: {
    phase: 'request',
    status: 503,
    retryable: true,
    customer: 'Our service cannot be reached right now. Please try again in a minute.',
  },
  history_unavailable: {
    phase: 'request',
    status: 503,
    retryable: true,
    customer: 'Our records cannot be reached right now. Please try again in a minute.',
  },
  // usage
  usage_capped: {
    phase: 'any',
    retryable: false,
    customer:
      'This connection has reached its usage limit and is paused. It is kept, and will be used again when the period is over.',
  },
  usage_unusual: {
    phase: 'any',
    retryable: false,
    customer: 'Much more than usual was used. If that was not you, please contact support.',
  },
  fallback_in_use: {
    phase: 'any',
    retryable: false,
    customer: 'Our models are answering instead of yours. Please check your connection.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERROR_ROWS;
// Pure: the customer’s page, which has its words elsewhere, does not load what it does not use.
export const ERROR_CODES = /* @__PURE__ */ Object.keys(ERROR_ROWS) as [ErrorCode, ...ErrorCode[]];
