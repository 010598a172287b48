/**
 * False if the browser says that it keeps no cookies. A Chromium that blocks them all still says `cookieEnabled`
 * (156), but denies the tab its storage.
 */
export function keepsCookies(): boolean {
  try {
    return navigator.cookieEnabled !== false && sessionStorage !== null;
  } catch {
    return false;
  }
}
