const MINUTE_MS = 60_000;

/** A chat takes so many messages at once, and one more each time that this has passed. */
const BURST = 20;
const APART_MS = 10 * MINUTE_MS;
/** Messages that are older than this are not looked at. */
export const WINDOW_MS = 24 * 60 * MINUTE_MS;
/** Notices that come together and still get a message each. */
const FEW = 3;

/** Messages that may be sent now; `sent`: when others were (milliseconds since 1970) within the last `WINDOW_MS`, in order. Pure. */
export function roomAt(sent: readonly number[], at: number): number {
  let room = BURST;
  let since = at;
  for (const time of sent) {
    room = Math.min(BURST, room + Math.max(0, time - since) / APART_MS) - 1;
    since = time;
  }
  return Math.max(0, Math.floor(Math.min(BURST, room + Math.max(0, at - since) / APART_MS)));
}

/** Whether so many notices that are due get a message each, with room for so many; otherwise one tells of all. Pure. */
export function isEach(due: number, room: number): boolean {
  return due <= FEW && due <= room;
}
