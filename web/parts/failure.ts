/**
 * What the page's HTML says when the page's own script does not run. It stands beside the page's root, and shows
 * while that is empty: after some seconds where nothing was ever drawn, at once where the script gives up.
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

/** Gives up at the first error of our own that nobody has caught; those of extensions are none of the page's. */
export function giveUpOnErrors(root: Element): void {
  addEventListener('error', ({ error }) => {
    if (isOurs(error)) giveUp(root);
  });
  addEventListener('unhandledrejection', ({ reason }) => {
    if (isOurs(reason)) giveUp(root);
  });
}

const isOurs = (thrown: unknown) => thrown instanceof Error && `${thrown.stack}`.includes(location.origin);

function giveUp(root: Element): void {
  root.replaceChildren();
  document.documentElement.classList.add('has-failed');
}
