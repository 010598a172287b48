/** What the probe has noted in a page, in milliseconds since the epoch. */
export interface Marks {
  /** The sign-in link stood in the page. */
  linkThere: number;
  /** The customer clicked it. */
  clicked: number;
  /** The screen after it, with the field for the code, stood in the page. */
  next: number;
}

/** Runs in the page before anything of its own, and leaves `keyferryMarks`. */
export const PROBE = `(() => {
  const marks = (globalThis.keyferryMarks = {});
  const now = () => performance.timeOrigin + performance.now();
  const look = () => {
    if (!marks.linkThere && document.querySelector('a[href*="/oauth/authorize?"]')) marks.linkThere = now();
    if (marks.clicked && !marks.next && document.querySelector('input')) marks.next = now();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
  addEventListener('click', ({ timeStamp }) => { marks.clicked ??= performance.timeOrigin + timeStamp; }, true);
})()`;

/** The value that this percentage of all do not exceed. */
export function atPercent(all: readonly number[], percent: number): number {
  const sorted = all.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
