/**
 * A connection to the box's gateway over its own socket, for which OpenClaw's command is not started: that takes seconds of
 * processor to load, and the gateway answers in milliseconds. JavaScript for the Node of the box's OpenClaw (22 and later,
 * which have `WebSocket`), the beginning of scripts that say what is asked (`open`). The gateway's own token is read on the
 * box, and stays there. It offers protocols 3 and 4; 2026.7.1 and 2026.9.6 take 4.
 *
 * It exits with 97 where nothing was asked that changes anything, so that another way may be taken: a configuration that is
 * not one file, an address or a password that stands elsewhere, a gateway that lets it in only as a known device.
 */
export const GATEWAY_SOCKET = String.raw`
// Where OpenClaw is run by way of node its own file comes before the words, too.
const given = process.argv.slice(1);
const words = given.slice(Math.max(1, given.indexOf('gateway')));
const program = given[given.length - words.length - 1];
const { readFileSync, realpathSync } = require('node:fs');
const otherwise = () => process.exit(97);

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
  const file = OPENCLAW_CONFIG_PATH || state + '/openclaw.json';
  const config = parsed(readFileSync(file, 'utf8'));
  const { gateway } = config;
  if ('$include' in config || !gateway || '$include' in gateway) return undefined;
  const { mode = 'local', tls, auth = {}, port = 18789 } = gateway;
  const name = auth.mode === 'password' ? 'password' : 'token';
  const secret = auth[name];
  if (mode !== 'local' || tls || typeof secret !== 'string' || secret.includes('$')) return undefined;
  return { file, port: OPENCLAW_GATEWAY_PORT || port, auth: { [name]: secret } };
};

// What use returns is printed as JSON. ask reads; once change was called, nobody asks another way. goesBy: the gateway's
// config.get is of the file that was read here, which is the whole of it, and says which state of it is in use.
const open = (timeoutMs, use) => {
  let found;
  try {
    found = local();
  } catch {}
  if (!found || !globalThis.WebSocket) return otherwise();
  const socket = new WebSocket('ws://127.0.0.1:' + found.port);
  const waiting = new Map();
  let isIn = false;
  let isAsked = false;
  const fail = (why) => {
    if (!isAsked) return otherwise();
    process.stderr.write('Gateway call failed: ' + why + '\n', () => process.exit(1));
  };
  const ask = (method, params, isFinal) =>
    new Promise((resolve, reject) => {
      const id = String(waiting.size + 1);
      waiting.set(id, { resolve, reject, isFinal });
      socket.send(JSON.stringify({ type: 'req', id, method, params }));
    });
  const change = (...asked) => {
    isAsked = true;
    return ask(...asked);
  };
  const goesBy = ({ path, valid, includedPaths = [], appliedConfigHash }) =>
    valid === true &&
    includedPaths.length === 0 &&
    typeof appliedConfigHash === 'string' &&
    realpathSync(path) === realpathSync(found.file);
  setTimeout(() => isIn || otherwise(), 5000);
  setTimeout(() => fail('timeout'), timeoutMs);
  socket.onerror = socket.onclose = () => fail('closed');
  socket.onmessage = ({ data }) => {
    const { type, event, id, ok, payload, error } = JSON.parse(data);
    if (event === 'connect.challenge') {
      const client = { id: 'gateway-client', version: '1', platform: process.platform, mode: 'backend' };
      const scopes = ['operator.admin', 'operator.read', 'operator.write'];
      const parts = { client, role: 'operator', scopes, caps: [], auth: found.auth };
      ask('connect', { minProtocol: 3, maxProtocol: 4, ...parts })
        .then((hello) => {
          isIn = true;
          return use({ ask, change, goesBy, methods: ((hello || {}).features || {}).methods || [] });
        })
        .then(
          (said) => process.stdout.write(JSON.stringify(said) + '\n', () => process.exit(0)),
          ({ message }) => fail(String(message).slice(0, 2000)),
        );
      return undefined;
    }
    const one = type === 'res' && waiting.get(id);
    if (!one || (ok && one.isFinal && payload && payload.status === 'accepted')) return undefined;
    return ok ? one.resolve(payload) : one.reject(new Error((error || {}).message));
  };
};
`;

/** Runs such a script, the last word, with the box's OpenClaw and its words behind it. POSIX sh. */
export const RUN_ON_GATEWAY = 'script=$0; node -e "$script" -- "$@" </dev/null';
