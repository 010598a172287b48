import type { ErrorCode } from './error-rows.ts';

/** What the removal of a connection can have come to. `forgotten`: its box is gone, and Keyferry has nothing of it any more. */
export const REMOVALS = ['removed', 'absent', 'replaced', 'forgotten'] as const;

/** With these a box cannot be asked at all: where somebody says that it is gone, it is believed. */
export const GONE_CODES: readonly ErrorCode[] = [
  'box_not_listed',
  'box_stopped',
  'box_kind_off',
  'box_address_refused',
  'box_unreachable',
  'host_key_unknown',
  'host_key_mismatch',
  'ssh_auth_failed',
  'identity_unusable',
  'certificate_refused',
  'account_expired',
  'login_shell_closed',
  'openclaw_missing',
];
