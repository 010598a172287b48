/**
 * Asks the gateway's own port whether it is alive (`/healthz`, in 2026.4.15, 2026.7.1 and 2026.9.6, which want no token for
 * it). Ends with 0 where it says so, with 98 where nobody answers there or somebody else does, and with 97 where the port is
 * not known: a configuration in several files, TLS, a gateway on another machine or at another address. JavaScript for the Node of the box's OpenClaw.
 */
const ALIVE = `
(() => {
  // Where OpenClaw is run by way of node its own file comes last.
  const program = process.argv.at(-1);
  // With any other one nobody need listen on loopback.
  const LOOPBACK = ['auto', 'lan', 'loopback'];
  const { readFileSync, realpathSync } = require('node:fs');
  const parsed = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return require('node:module').createRequire(realpathSync(program))('json5').parse(text);
    }
  };
  const portOf = () => {
    const { OPENCLAW_CONFIG_PATH, OPENCLAW_STATE_DIR, OPENCLAW_HOME, HOME, OPENCLAW_GATEWAY_PORT } = process.env;
    const state = OPENCLAW_STATE_DIR || (OPENCLAW_HOME || HOME) + '/.openclaw';
    const config = parsed(readFileSync(OPENCLAW_CONFIG_PATH || state + '/openclaw.json', 'utf8'));
    const { gateway = {} } = config;
    if ('$include' in config || '$include' in gateway) return undefined;
    const { mode = 'local', tls, bind = 'auto', port = 18789 } = gateway;
    return mode === 'local' && !tls && LOOPBACK.includes(bind) ? Number(OPENCLAW_GATEWAY_PORT || port) : undefined;
  };
  let port;
  try {
    port = portOf();
  } catch {}
  if (!port) return process.exit(97);
  const silent = () => process.exit(98);
  setTimeout(silent, 10000);
  const asked = { host: '127.0.0.1', port, path: '/healthz', agent: false };
  const request = require('node:http').get(asked, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('error', silent);
    response.on('data', (more) => {
      text += more;
      if (text.length > 4096) silent();
    });
    response.on('end', () => {
      try {
        const { ok, status } = JSON.parse(text);
        if (response.statusCode === 200 && ok === true && status === 'live') process.exit(0);
      } catch {}
      silent();
    });
  });
  request.on('error', silent);
})();
`;

/** Comes before OpenClaw's command, which is not run: it says where OpenClaw is. POSIX sh. */
export const GATEWAY_ALIVE = ['sh', '-c', 'node -e "$0" -- "$@" </dev/null >/dev/null 2>&1', ALIVE] as const;
