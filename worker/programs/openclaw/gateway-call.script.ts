/**
 * One call of the box's gateway, for which OpenClaw's own command is not started: that takes seconds of processor to load,
 * and the gateway answers in milliseconds. It says what `openclaw gateway call … --json` would print, and leaves to that
 * command whatever it cannot do as well: a configuration that is not one file, an address or a password that stands
 * elsewhere, a gateway that lets it in only as a known device. Once the request is out, nothing else is asked.
 *
 * The gateway's own token is read on the box, and stays there. JavaScript for the Node of the box's OpenClaw (22 and later,
 * which have `WebSocket`). It offers protocols 3 and 4; 2026.7.1 and 2026.9.6 take 4.
 */
const CALL = String.raw`
(() => {
  const [program, ...words] = process.argv.slice(1);
  const { readFileSync, realpathSync } = require('node:fs');
  const otherwise = () => process.exit(97);
  const option = (name) => words[words.indexOf(name) + 1];
  const method = words[words.indexOf('call') + 1];
  const isFinal = words.includes('--expect-final');

  const parsed = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return require('node:module').createRequire(realpathSync(program))('json5').parse(text);
    }
  };
  const local = () => {
    const { OPENCLAW_CONFIG_PATH, OPENCLAW_STATE_DIR, OPENCLAW_HOME, HOME, OPENCLAW_GATEWAY_PORT } = process.env;
    const state = OPENCLAW_STATE_DIR || (OPENCLAW_HOME || HOME) + '/.openclaw';
    const config = parsed(readFileSync(OPENCLAW_CONFIG_PATH || state + '/openclaw.json', 'utf8'));
    const { gateway } = config;
    if ('$include' in config || !gateway || '$include' in gateway) return undefined;
    const { mode = 'local', tls, auth = {}, port = 18789 } = gateway;
    const name = auth.mode === 'password' ? 'password' : 'token';
    const secret = auth[name];
    if (mode !== 'local' || tls || typeof secret !== 'string' || secret.includes('$')) return undefined;
    return { port: OPENCLAW_GATEWAY_PORT || port, auth: { [name]: secret } };
  };

  let found;
  try {
    found = local();
  } catch {}
  if (!found || !globalThis.WebSocket) return otherwise();
  const socket = new WebSocket('ws://127.0.0.1:' + found.port);
  let isAsked = false;
  const fail = (why) => {
    if (!isAsked) return otherwise();
    process.stderr.write('Gateway call failed: ' + why + '\n', () => process.exit(1));
  };
  const send = (id, name, params) => socket.send(JSON.stringify({ type: 'req', id, method: name, params }));
  setTimeout(() => isAsked || otherwise(), 5000);
  setTimeout(() => fail('timeout'), Number(option('--timeout')));
  socket.onerror = socket.onclose = () => fail('closed');
  socket.onmessage = ({ data }) => {
    const { type, event, id, ok, payload, error } = JSON.parse(data);
    if (event === 'connect.challenge') {
      const client = { id: 'gateway-client', version: '1', platform: process.platform, mode: 'backend' };
      const scopes = ['operator.admin', 'operator.read', 'operator.write'];
      const parts = { client, role: 'operator', scopes, caps: [], auth: found.auth };
      return send('hello', 'connect', { minProtocol: 3, maxProtocol: 4, ...parts });
    }
    if (type !== 'res') return undefined;
    if (id === 'hello') {
      if (!ok) return otherwise();
      isAsked = true;
      return send('call', method, JSON.parse(option('--params')));
    }
    if (!ok) return fail(String((error || {}).message).slice(0, 2000));
    if (isFinal && payload && payload.status === 'accepted') return undefined;
    return process.stdout.write(JSON.stringify(payload) + '\n', () => process.exit(0));
  };
})();
`;

/** Comes before OpenClaw's command, which is run in its place where this leaves it to it. POSIX sh. */
export const GATEWAY_CALL = [
  'sh',
  '-c',
  'script=$0; node -e "$script" -- "$@" </dev/null; code=$?; case $code in 97 | 127) exec "$@" ;; esac; exit $code',
  CALL,
] as const;
