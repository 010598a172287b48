/**
 * Where a practice program finds the stand-in for Anthropic. Only loopback is accepted, so that a simulation can
 * never send a thing to the real one.
 */
export function standInUrl(environment = process.env) {
  const given = environment.KEYFERRY_PRACTICE_ANTHROPIC ?? environment.HTTPS_PROXY;
  return isLoopback(given) ? given.replace(/\/$/, '') : undefined;
}

export function isLoopback(address) {
  if (!address || !URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}
