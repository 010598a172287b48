const KEY = 'keyferry.place';

/** Remembers the place over a sign-in elsewhere, from which a browser comes back without it. Good for one tab. */
export function rememberPlace(): void {
  try {
    const remembered = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    if (remembered && location.hash.length < 2) history.replaceState(null, '', remembered);
    addEventListener('pagehide', () => {
      if (location.hash.length > 1) sessionStorage.setItem(KEY, location.hash);
    });
  } catch {
    // A browser that keeps nothing: the sign-in leads to the list.
  }
}
