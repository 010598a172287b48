import type { Hear, Wire } from '../../client/line.ts';

/** Opens one of the console's WebSockets: `live`, or `watch/<handshake>`. */
export function openWire(path: string, hear: Hear): Wire {
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/console/${path}`);
  socket.onmessage = ({ data }) => hear.message(data);
  socket.onclose = ({ code }) => hear.closed(code);
  return socket;
}
