import { render } from 'preact';
import { z } from 'zod';
import { view } from './model/view.ts';
import { Page } from './page.tsx';
import { Api } from './talk/api.ts';
import { Clock } from './talk/clock.ts';
import type { Hear, Wire } from './talk/line.ts';
import { Memory } from './talk/memory.ts';
import { Visit } from './talk/visit.ts';

// Compiled schemas need `eval`, which the page's CSP refuses.
z.config({ jitless: true });

const root = document.getElementById('page') as HTMLElement;
const clock = new Clock();

const visit = new Visit({
  api: new Api(location.origin, clock),
  clock,
  memory: new Memory(tabStore()),
  openWire,
  onChange: show,
  reload: () => location.reload(),
  isConnectLink: location.pathname.startsWith('/connect/'),
  isLookedAt: () => document.visibilityState === 'visible',
});

function show(): void {
  render(<Page view={view(visit.state)} visit={visit} />, root);
}

/** Undefined where the browser keeps nothing: reading the property throws there. */
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
  return socket;
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') visit.wake();
});
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) visit.wake();
});
addEventListener('online', () => visit.wake(true));

show();
visit.begin();
