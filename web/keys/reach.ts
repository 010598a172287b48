/** Reasons that a machine was not reached. With any other one it was, or nobody knows: then it is not said that it was not. */
const OF_REACH: ReadonlySet<string> = new Set([
  'box_not_listed',
  'box_ambiguous',
  'box_stopped',
  'box_kind_off',
  'box_address_refused',
  'box_unreachable',
  'host_key_unknown',
  'host_key_mismatch',
  'ssh_auth_failed',
  'identity_unusable',
  'second_factor_wanted',
  'certificate_refused',
  'connection_lost',
]);

/** Whether a connection is unknown because its machine was not reached. */
export const isOfReach = (reason: string | null) => reason !== null && OF_REACH.has(reason);

/** A limit of usage keeps a connection out of use: nothing is wrong with it. */
export const PAUSED = 'usage_capped';
