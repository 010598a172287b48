import type { Snapshot } from '../../core/contract/snapshot.ts';
import type { HeadlessCustomer } from '../../lab/headless-customer.ts';
import { Clock } from '../../web/client/clock.ts';
import { CodeSender } from '../../web/client/code-sender.ts';
import type { Hear, Wire } from '../../web/client/line.ts';
import { Memory, type Store } from '../../web/client/memory.ts';
import { PageVisit } from '../../web/client/page-visit.ts';
import { withWaysOn } from '../../web/keys/ends.ts';
import { withHealthOf } from '../../web/keys/health.ts';
import { screenOf } from '../../web/keys/screens.ts';
import type { PageScreen } from '../../web/model/page-screen.ts';
import '../../web/messages/english.ts';
import { view } from '../../web/model/view.ts';
import { TabApi } from './tab-api.ts';

/** One tab with the page in it: the page's own code, all but the drawing. */
export class Tab {
  readonly visit: PageVisit;

  /** `memory`: what the tab kept over a reload. `onChange` is called at every change of what the page shows. */
  constructor(visitor: HeadlessCustomer, memory: Store, onChange: () => void) {
    const clock = new Clock();
    const api = new TabApi(visitor, clock);
    this.visit = new PageVisit({
      api,
      codes: new CodeSender(api, () => import('../../core/contract/seal.ts')),
      clock,
      memory: new Memory(memory),
      openWire: (hear) => openWire(visitor, hear),
      onChange,
      // It is never another version than the api here.
      reload: () => undefined,
      hasEntered: () => false,
      keepsCookies: () => true,
      isLookedAt: () => true,
      loadPlaces: async () => ({ screenOf, withHealthOf, withWaysOn, Body: () => null }),
      seal: () => Promise.reject(new Error('A tab without a browser has no key.')),
    });
    this.visit.begin();
  }

  get screen(): PageScreen {
    return view(this.visit.state, this.visit.places).screen;
  }

  get snapshot(): Snapshot | undefined {
    return this.visit.state.truth?.snapshot ?? undefined;
  }

  close(): void {
    this.visit.leave();
  }
}

/** What a tab keeps over a reload (`sessionStorage`). */
export function tabStore(): Store {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

function openWire(visitor: HeadlessCustomer, hear: Hear): Wire {
  const socket = visitor.openSocket();
  socket.on('message', (data) => hear.message(data));
  // Comes before `close`, which says all that a browser tells.
  socket.on('error', () => undefined);
  socket.on('close', (code) => hear.closed(code));
  return { close: () => socket.close(), say: (text) => socket.send(text) };
}
