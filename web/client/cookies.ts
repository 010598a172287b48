/**
 * False where the browser says that it keeps no cookies. Chromium that blocks them all says `cookieEnabled` all the
 * same (156), and denies the storage of the tab.
 */
export function keepsCookies(): boolean {
  try {
    return navigator.cookieEnabled !== false && sessionStorage !== null;
  } catch {
    return false;
  }
}
