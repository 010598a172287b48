import { OPENER_VERSION, type OpenerMessage } from '../../core/contract/opener.ts';

/** What the customer's page in the popup has said of itself. There may be further ones: pass over what you do not know. */
export type ConnectState =
  | 'open'
  | 'queued'
  | 'reaching'
  | 'preparing'
  | 'opening'
  | 'waiting'
  | 'exchanging'
  | 'installing'
  | 'proving'
  | 'connected'
  | 'failed'
  | 'cancelled'
  | 'expired'
  | 'refused';

export interface ConnectEvent {
  /** `open`: the page is there; `refused`: Keyferry would not begin; all others are a handshake's phases. */
  state: ConnectState;
  /** The id of the handshake, as webhooks and `GET /api/v1/handshakes/<id>` have it; null before there is one. */
  handshake: string | null;
}

/**
 * Why it ended without a connection, as far as that was seen:
 * - `closed`: the customer closed the window, or you did
 * - `cancelled`, `failed`, `expired`: so had the handshake ended by then
 * - `refused`: Keyferry would not let them in, or not begin
 * - `popup_blocked`: the browser opened no window
 * - `no_link`: there was no link to open, or none that may be opened; `error` says why
 * - `lost`: the window went out of sight, and its page never said a word: it was closed early, the link was made for
 *   another origin or for none, or your page cuts itself off (`Cross-Origin-Opener-Policy: same-origin`)
 */
export type ExitReason =
  | 'closed'
  | 'cancelled'
  | 'failed'
  | 'expired'
  | 'refused'
  | 'popup_blocked'
  | 'no_link'
  | 'lost';

export interface Connected {
  outcome: 'connected';
  handshake: string;
}

export interface Exited {
  outcome: ExitReason;
  /** The last one that was seen under way. */
  handshake: string | null;
  /** For `no_link`: what went wrong. */
  error?: unknown;
}

export interface ConnectOptions {
  /**
   * `url` of `POST /api/v1/connect-links`, made with `origin`; or a function that asks your server for it. It is called
   * after the window is open: browsers open one only in answer to a click.
   */
  connectUrl: string | (() => string | Promise<string>);
  /** Once, when the handshake is seen to have connected. Believe your webhook, not this page: it runs in a browser. */
  onConnected?: ((connected: Connected) => void) | undefined;
  /** Once, when it is over without that. */
  onExit?: ((reason: ExitReason, exited: Exited) => void) | undefined;
  /** Everything that the page says. */
  onEvent?: ((event: ConnectEvent) => void) | undefined;
  /** Leaves the window open once it has connected; otherwise it is closed. */
  keepOpen?: boolean | undefined;
}

/** A window in which a customer connects; resolves when that is over, and never rejects. */
export interface Connecting extends Promise<Connected | Exited> {
  /** Closes the window. */
  close(): void;
  /** Brings it to the front. */
  focus(): void;
}

/** Milliseconds between two looks at whether the window is still there: browsers report it in no other way. */
const LOOK_MS = 300;
const WIDTH = 480;
const HEIGHT = 780;
const ENDS: readonly string[] = ['cancelled', 'failed', 'expired', 'refused'];

/** Opens a customer's connect link in a popup. Call it in a click's handler, before anything that waits. */
export function open(options: ConnectOptions): Connecting {
  const { connectUrl } = options;
  let close = () => {};
  let popup: Window | null = null;
  const over = new Promise<Connected | Exited>((resolve) => {
    let link: URL | undefined;
    try {
      // A link that is there already is opened by the click itself, which the browser tells Keyferry.
      if (typeof connectUrl === 'string') link = linkOf(connectUrl);
    } catch (error) {
      return settle(options, { outcome: 'no_link', handshake: null, error }, resolve);
    }
    popup = window.open(link?.href ?? '', '_blank', features());
    if (popup === null || popup.closed)
      return settle(options, { outcome: 'popup_blocked', handshake: null }, resolve);
    close = watch(popup, options, link, (outcome) => settle(options, outcome, resolve));
  });
  return Object.assign(over, { close: () => close(), focus: () => popup?.focus() });
}

function settle(
  { onConnected, onExit }: ConnectOptions,
  outcome: Connected | Exited,
  resolve: (outcome: Connected | Exited) => void,
): void {
  resolve(outcome);
  if (isConnected(outcome)) onConnected?.(outcome);
  else onExit?.(outcome.outcome, outcome);
}

/** Listens to the window's page, which is at `opened` or is led to a link now. Returns what closes it. */
function watch(
  popup: Window,
  { connectUrl, onEvent, keepOpen }: ConnectOptions,
  opened: URL | undefined,
  onOver: (outcome: Connected | Exited) => void,
): () => void {
  /** Where the window has been sent; only its page is listened to. */
  let origin = opened?.origin;
  let hasSpoken = false;
  let state: ConnectState = 'open';
  let last: ConnectEvent | undefined;
  /** A handshake of this visit: it was begun by it, or seen under way. What ended before is not its outcome. */
  let handshake: string | null = null;
  let isGone = false;
  let isOver = false;

  const end = (outcome: Connected | Exited) => {
    if (isOver) return;
    isOver = true;
    clearInterval(looking);
    removeEventListener('message', hear);
    onOver(outcome);
  };
  const hear = ({ source, origin: from, data }: MessageEvent) => {
    if (source !== popup || from !== origin) return;
    const told = eventOf(data);
    if (told === undefined) return;
    hasSpoken = true;
    const { event, isOfThisVisit } = told;
    const isUnderWay = event.state !== 'connected' && event.state !== 'open' && !ENDS.includes(event.state);
    if (isUnderWay || isOfThisVisit) handshake = event.handshake;
    if (event.state === 'refused' || event.handshake === handshake) state = event.state;
    // That it is of this visit may be said a moment later.
    if (event.state !== last?.state || event.handshake !== last.handshake) onEvent?.(event);
    last = event;
    if (event.state !== 'connected' || event.handshake === null || event.handshake !== handshake) return;
    if (!keepOpen) popup.close();
    end({ outcome: 'connected', handshake });
  };
  const look = () => {
    // What its page said last may still be on its way.
    if (isGone) end({ outcome: reason(), handshake });
    isGone = popup.closed;
  };
  const reason = (): ExitReason => {
    if (origin !== undefined && !hasSpoken) return 'lost';
    return ENDS.includes(state) ? (state as ExitReason) : 'closed';
  };
  const lead = async () => {
    if (typeof connectUrl === 'string') return;
    try {
      const link = linkOf(await connectUrl());
      if (popup.closed || isOver) return;
      origin = link.origin;
      popup.location.replace(link.href);
    } catch (error) {
      popup.close();
      end({ outcome: 'no_link', handshake, error });
    }
  };
  const looking = setInterval(look, LOOK_MS);
  addEventListener('message', hear);
  void lead();
  return () => {
    popup.close();
    end({ outcome: 'closed', handshake });
  };
}

/** What a message says, if it is one of the page's. */
function eventOf(data: unknown): { event: ConnectEvent; isOfThisVisit: boolean } | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { keyferry, state, handshake: id, isOfThisVisit } = data as Partial<OpenerMessage>;
  if (keyferry !== OPENER_VERSION || typeof state !== 'string') return undefined;
  const handshake = typeof id === 'string' ? id : null;
  return { event: { state, handshake }, isOfThisVisit: isOfThisVisit === true && handshake !== null };
}

/** A window of ours would run the script that any other address may hold, in our own page's name. */
function linkOf(connectUrl: string): URL {
  const link = new URL(connectUrl);
  if (link.protocol !== 'https:' && link.protocol !== 'http:')
    throw new TypeError('`connectUrl` must be the address of a connect link.');
  return link;
}

function isConnected(outcome: Connected | Exited): outcome is Connected {
  return outcome.outcome === 'connected';
}

function features(): string {
  const left = Math.max(0, screenX + (outerWidth - WIDTH) / 2);
  const top = Math.max(0, screenY + (outerHeight - HEIGHT) / 2);
  return `popup,width=${WIDTH},height=${HEIGHT},left=${Math.round(left)},top=${Math.round(top)}`;
}
