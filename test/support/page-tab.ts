import { WebSocket } from 'ws';
import type { PageServer } from '../../scripts/screenshots/page-server.ts';
import { Api, type Door } from '../../web/client/api.ts';
import { Clock } from '../../web/client/clock.ts';
import { CodeSender, type LoadSeal } from '../../web/client/code-sender.ts';
import type { Hear } from '../../web/client/line.ts';
import { Memory, type Store } from '../../web/client/memory.ts';
import { PageVisit, type Places } from '../../web/client/page-visit.ts';
import { sealKey } from '../../web/client/seal-key.ts';
import { withWaysOn } from '../../web/keys/ends.ts';
import { withHealthOf } from '../../web/keys/health.ts';
import '../../web/messages/english.ts';
import { screenOf } from '../../web/keys/screens.ts';
import { type View, view } from '../../web/model/view.ts';

/** A tab with the page, without a browser. */
export interface Tab {
  visit: PageVisit;
  reloads: number;
  readonly view: View;
  /** Resolves when the tab shows what is looked for. */
  shows(what: (view: View) => boolean): Promise<View>;
  shows(screen: View['screen']['name']): Promise<View>;
}

function keptIn(kept: Map<string, string>): Store {
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

export interface TabOptions {
  /** What the tab's storage holds. */
  kept?: Map<string, string>;
  isLookedAt?: () => boolean;
  /** The tab is at this connect link. */
  door?: Pick<Door, 'path' | 'isOpen'>;
  hasEntered?: boolean;
  keepsCookies?: boolean;
  loadPlaces?: () => Promise<Places>;
  /** Loads what seals codes, and within how many milliseconds. */
  loadSeal?: LoadSeal;
  loadMs?: number;
}

/** Opens a tab at a practice api. */
export function startTab(
  server: PageServer,
  {
    kept = new Map(),
    isLookedAt = () => true,
    hasEntered = false,
    door,
    keepsCookies = true,
    loadPlaces = async () => ({ screenOf, withHealthOf, withWaysOn, Body: () => null }),
    loadSeal = () => import('../../core/contract/seal.ts'),
    loadMs,
  }: TabOptions = {},
): Tab {
  const waiting = new Set<() => void>();
  const clock = new Clock();
  const entered = { has: hasEntered };
  const onEntered = () => {
    entered.has = true;
  };
  const api = new Api(server.url, clock, door && { ...door, onEntered });
  const tab: Tab = {
    reloads: 0,
    visit: new PageVisit({
      api,
      codes: new CodeSender(api, loadSeal, loadMs),
      clock,
      memory: new Memory(keptIn(kept)),
      openWire: (hear) => openWire(server.url, hear),
      loadPlaces,
      seal: sealKey,
      isLookedAt,
      hasEntered: () => entered.has,
      keepsCookies: () => keepsCookies,
      onChange: () => {
        for (const look of waiting) look();
      },
      reload: () => {
        tab.reloads += 1;
        for (const look of waiting) look();
      },
    }),
    get view() {
      return view(this.visit.state, this.visit.places);
    },
    shows(what) {
      const fits = typeof what === 'string' ? ({ screen }: View) => screen.name === what : what;
      return new Promise((resolve) => {
        const look = () => {
          if (!fits(tab.view)) return;
          waiting.delete(look);
          resolve(tab.view);
        };
        waiting.add(look);
        look();
      });
    },
  };
  tab.visit.begin();
  return tab;
}

function openWire(url: string, hear: Hear) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live`);
  socket.on('message', (data) => hear.message(data));
  socket.on('close', (code) => hear.closed(code));
  socket.on('error', () => {});
  return { close: () => socket.terminate(), say: (text: string) => socket.send(text) };
}
