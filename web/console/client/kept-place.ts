const KEY = 'keyferry.place';

/** Keeps the place over a sign-in elsewhere, from which a browser comes back without it. Good for one tab. */
export function keepPlace(): void {
  try {
    const kept = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    if (kept && location.hash.length < 2) history.replaceState(null, '', kept);
    addEventListener('pagehide', () => {
      if (location.hash.length > 1) sessionStorage.setItem(KEY, location.hash);
    });
  } catch {
    // A browser that keeps nothing: the sign-in leads to the list.
  }
}
