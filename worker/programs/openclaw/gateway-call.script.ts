import { GATEWAY_SOCKET, RUN_ON_GATEWAY } from './gateway-socket.script.ts';

/**
 * One call of the box's gateway. It says what `openclaw gateway call … --json` would print. Once the request is out, nothing
 * else is asked.
 */
const CALL = `${GATEWAY_SOCKET}
const option = (name) => words[words.indexOf(name) + 1];
open(Number(option('--timeout')), ({ change }) =>
  change(words[words.indexOf('call') + 1], JSON.parse(option('--params')), words.includes('--expect-final')),
);
`;

/** Comes before OpenClaw's command, which is run in its place where this leaves it to it. POSIX sh. */
export const GATEWAY_CALL = [
  'sh',
  '-c',
  `${RUN_ON_GATEWAY}; code=$?; case $code in 97 | 127) exec "$@" ;; esac; exit $code`,
  CALL,
] as const;

/** The same, and where it leaves it to OpenClaw's command, that is not run. */
export const GATEWAY_ASK = ['sh', '-c', RUN_ON_GATEWAY, CALL] as const;
