/** What has become of one message, in words of our own: what the other end said may name the customer. */
export type Delivery =
  | { result: 'sent' }
  /** For good; `isOfAddress`: it is the recipient that was refused, not the message. */
  | { result: 'refused'; why: string; isOfAddress?: boolean }
  /** This message was not taken now; others may be. */
  | { result: 'later'; why: string }
  /** The other end takes none now; `retryAfterMs`: it said for how long. */
  | { result: 'away'; why: string; retryAfterMs?: number };
