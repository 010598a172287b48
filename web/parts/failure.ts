/**
 * What the page's HTML shows when the page's own script does not run. It is next to the page's root, and visible
 * while that is empty: after some seconds if nothing was ever drawn, at once if the script gives up.
 */

/** Calls `draw`, and gives up when it throws. */
export function guarded(root: Element, draw: () => void): () => void {
  return () => {
    try {
      draw();
    } catch (thrown) {
      giveUp(root);
      throw thrown;
    }
  };
}

/** Gives up at the first uncaught error of our own; those of browser extensions do not count. */
export function giveUpOnErrors(root: Element): void {
  addEventListener('error', ({ error }) => {
    if (isOurs(error)) giveUp(root);
  });
  addEventListener('unhandledrejection', ({ reason }) => {
    if (isOurs(reason)) giveUp(root);
  });
}

const isOurs = (thrown: unknown) => thrown instanceof Error && `${thrown.stack}`.includes(location.origin);

/** The language in which the page came (api/http/page-words.ts); its script may speak another one. */
const { lang, dir } = document.documentElement;

/** Shows what the page's HTML says by itself. */
export function giveUp(root: Element): void {
  const { documentElement } = document;
  Object.assign(documentElement, { lang, dir });
  root.replaceChildren();
  documentElement.classList.add('has-failed');
}
