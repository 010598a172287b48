import './without-eval.ts';
import { render } from 'preact';
import { spokenFor } from '../core/contract/languages.ts';
import { Api, type Door } from './client/api.ts';
import { Clock } from './client/clock.ts';
import { CodeSender } from './client/code-sender.ts';
import { keepsCookies } from './client/cookies.ts';
import { configuredBrand, wear } from './client/dress.ts';
import type { Hear, Wire } from './client/line.ts';
import { Memory } from './client/memory.ts';
import { PageVisit } from './client/page-visit.ts';
import { sealKey } from './client/seal-key.ts';
import { Tongue } from './messages/load.ts';
import { view } from './model/view.ts';
import { Page } from './page.tsx';
import { giveUp, giveUpOnErrors, guarded } from './parts/failure.ts';

const root = document.getElementById('page') as HTMLElement;
const clock = new Clock();
/** What a hand-over's link holds, if the page is at one. */
const [, handedToken] = /^\/continue\/([\w-]+)$/.exec(location.pathname) ?? [];
let drawContinue: (() => void) | undefined;
const show = guarded(root, () => {
  if (drawContinue) return drawContinue();
  const { state, places } = visit;
  // Whose page it is decides the language; where nobody can say, their browser does.
  if (state.session || state.barred || state.refused) tongue.turnTo(spokenBy(state.session?.locale));
  if (state.session) wear(state.session);
  const handOver = state.session?.canHandOver && (() => void continueElsewhere());
  render(<Page view={view(state, places)} visit={visit} handOver={handOver} />, root);
  if (opener)
    void import('./client/tell-opener.ts').then((it) => it.tellOpener(opener, state)).catch(unheard);
});
const unheard = () => {};
const tongue = new Tongue({ onMore: show, onMute: () => giveUp(root) });
giveUpOnErrors(root);

/** Set as the page uses a connect link up: until the page is loaded again. */
let hasEntered = false;
const api = new Api(location.origin, clock, door());
const visit = new PageVisit({
  api,
  codes: new CodeSender(api, () => import('../core/contract/seal.ts')),
  clock,
  memory: new Memory(tabStore()),
  openWire,
  brand: configuredBrand(),
  onChange: show,
  reload: () => location.reload(),
  hasEntered: () => hasEntered,
  keepsCookies,
  loadPlaces: () => {
    const places = import('./keys/keys.tsx');
    return Promise.all([places, tongue.more()]).then(() => places);
  },
  seal: sealKey,
  isLookedAt: () => document.visibilityState === 'visible',
});

/**
 * The page at a hand-over's link: it does nothing before a click. Both ends of a hand-over are in the chunk of all that few
 * need: with another, the build would take what three have in common out of the page's own script.
 */
async function continueHere(token: string): Promise<void> {
  show();
  tongue.turnTo(spokenBy(undefined));
  const handOver = import('./keys/keys.tsx');
  await Promise.all([handOver, tongue.more()]).then(
    ([{ showContinue }]) => {
      drawContinue = showContinue(root, token, clock);
    },
    () => giveUp(root),
  );
}

/** A page that cannot load what it takes is loaded again: a newer version of it may be out. */
async function continueElsewhere(): Promise<void> {
  const handOver = import('./keys/keys.tsx');
  await Promise.all([handOver, tongue.more()]).then(
    ([{ showHandOver }]) => showHandOver(root, visit),
    () => location.reload(),
  );
}

function spokenBy(locale: string | undefined) {
  return spokenFor([locale, ...navigator.languages]);
}

/** Open for somebody who has come by a click; else the link waits for one here. */
function door(): Door | undefined {
  if (!location.pathname.startsWith('/connect/')) return undefined;
  return {
    path: location.pathname,
    isOpen: 'arrived' in document.documentElement.dataset,
    onEntered() {
      hasEntered = true;
      history.replaceState(null, '', '/');
    },
  };
}

/** Undefined if the browser stores nothing: reading the property throws there. */
function tabStore(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}

function openWire(hear: Hear): Wire {
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/live`);
  socket.onmessage = ({ data }) => hear.message(data);
  socket.onclose = ({ code }) => hear.closed(code);
  return { close: () => socket.close(), say: (text) => socket.send(text) };
}

function begin(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') visit.wake();
  });
  addEventListener('pageshow', ({ persisted }) => {
    // It comes from the browser's back/forward cache, with a line that was cut there.
    if (persisted) visit.wake(true);
  });
  addEventListener('focus', () => visit.wake());
  addEventListener('online', () => visit.wake(true));
  show();
  visit.begin();
}

// It is asked for while the api is asked who this is.
tongue.prepare(spokenBy(undefined));
if (handedToken === undefined) begin();
else void continueHere(handedToken);
