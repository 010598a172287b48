import { connect, type Socket } from 'node:net';

/** Somebody who writes bytes to a port, reads what comes, and never hangs up by themselves. */
export interface RawSocket {
  socket: Socket;
  /** All that was answered so far. */
  heard: () => string;
  /** Resolves with all that was answered when the other side has ended or cut. */
  over: Promise<string>;
  /** Resolves once this much was answered. */
  hears(pattern: RegExp): Promise<string>;
}

export function rawSocket(port: number, ...lines: string[]): RawSocket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let heard = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    heard += text;
  });
  const over = new Promise<string>((resolve) => {
    for (const event of ['end', 'error', 'close']) socket.once(event, () => resolve(heard));
  });
  socket.write(lines.join('\r\n'));
  const hears = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => pattern.test(heard) && resolve(heard);
      socket.on('data', look);
      void over.then(() => reject(new Error(`over before ${pattern}: ${heard}`)));
      look();
    });
  return { socket, heard: () => heard, over, hears };
}

/** The head of a request for a WebSocket. */
export function upgradeTo(path: string, ...headers: string[]): string[] {
  return [
    `GET ${path} HTTP/1.1`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
    '',
    '',
  ];
}
