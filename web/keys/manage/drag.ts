import { useEffect, useRef, useState } from 'preact/hooks';

/** Where a row is being dragged. */
export interface Drag {
  from: number;
  to: number;
  /** Pixels that it has been dragged down. */
  by: number;
  /** Its height: what the rows between make room for. */
  height: number;
}

/** Pixels from the window's edge at which the page scrolls along, and how many at a time. */
const EDGE = 56;
const SCROLL = 12;

/**
 * Rows that are dragged by a handle, with mouse, pen or finger alike: pointer events, because the platform's own
 * drag events do not come from fingers everywhere. Nothing moves in the document until the row is dropped, so that the
 * browser does not lose the pointer. Escape, or whatever else ends it, puts the row back.
 */
export function useDrag(onDrop: (from: number, to: number) => void) {
  const [drag, setDrag] = useState<Drag>();
  const list = useRef<HTMLOListElement>(null);
  const stop = useRef<(() => void) | undefined>(undefined);
  useEffect(() => () => stop.current?.(), []);

  const begin = (from: number) => (event: PointerEvent) => {
    if (event.button !== 0 || stop.current || !list.current) return;
    event.preventDefault();
    const boxes = [...list.current.children].map((row) => row.getBoundingClientRect());
    const middles = boxes.map(({ top, height }) => top + height / 2 + scrollY);
    const { pointerId, pageY: startedAt } = event;
    let now: Drag = { from, to: from, by: 0, height: boxes[from]?.height ?? 0 };
    const isOther = (other: PointerEvent) => other.pointerId !== pointerId;
    const move = (moved: PointerEvent) => {
      if (isOther(moved)) return;
      if (moved.clientY < EDGE) scrollBy(0, -SCROLL);
      if (moved.clientY > innerHeight - EDGE) scrollBy(0, SCROLL);
      const by = moved.pageY - startedAt;
      // Where the pointer is, whatever the heights: it goes behind what it has passed the middle of.
      const to = middles.filter((middle, at) => at !== from && middle < moved.pageY).length;
      now = { ...now, by, to };
      setDrag(now);
    };
    const end = () => {
      for (const [name, listener] of listeners) removeEventListener(name, listener as EventListener);
      stop.current = undefined;
      setDrag(undefined);
    };
    const drop = (up: PointerEvent) => {
      if (isOther(up)) return;
      end();
      if (now.to !== from) onDrop(from, now.to);
    };
    const cancel = (over: PointerEvent) => !isOther(over) && end();
    const key = ({ key }: KeyboardEvent) => key === 'Escape' && end();
    const listeners = [
      ['pointermove', move],
      ['pointerup', drop],
      ['pointercancel', cancel],
      ['keydown', key],
      ['blur', end],
    ] as const;
    for (const [name, listener] of listeners) addEventListener(name, listener as EventListener);
    stop.current = end;
    setDrag(now);
  };
  return { drag, list, begin };
}

/** How far a row is drawn from its place, in pixels. */
export function shiftOf(drag: Drag | undefined, at: number): number {
  if (!drag) return 0;
  const { from, to, by, height } = drag;
  if (at === from) return by;
  if (from < at && at <= to) return -height;
  return to <= at && at < from ? height : 0;
}

/** The same things, with one of them moved. */
export function moved<T>(all: readonly T[], from: number, to: number): T[] {
  const rest = all.filter((_, at) => at !== from);
  return [...rest.slice(0, to), ...all.slice(from, from + 1), ...rest.slice(to)];
}
