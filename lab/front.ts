import { createHash } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  request as requestUpstream,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What stands before the api processes, as a load balancer does: one address, each request to the next process. */
export interface Front {
  readonly port: number;
  /** Cuts every connection and takes no new one, as a lost network does. */
  cut(): void;
  /** Takes connections again. */
  mend(): void;
  /** False: refuses WebSockets, as some companies' proxies do. */
  takesWebSockets: boolean;
  /** Runs before every page's own script; their CSPs allow it. */
  script: string | undefined;
  stop(): Promise<void>;
}

/**
 * Listens on 127.0.0.1, at `port` where that is free. `targets` are the ports of the api processes that run now, asked for every request; a
 * request that none of them takes is answered with 502.
 */
export async function startFront(targets: () => readonly number[], port = 0): Promise<Front> {
  const sockets = new Set<Socket>();
  let turn = 0;
  let isCut = false;
  /** Every target once, the next in turn first. */
  const round = () => {
    const ports = targets();
    const first = turn++ % Math.max(1, ports.length);
    return [...ports.slice(first), ...ports.slice(0, first)];
  };
  const server = createServer((request, response) => forward(round(), request, response, front.script));
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (front.takesWebSockets) join(round(), request, socket, head);
    else socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
  });
  server.on('connection', (socket: Socket) => {
    if (isCut) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  const front: Front = {
    takesWebSockets: true,
    script: undefined,
    port: await listen(server, port),
    cut,
    mend: () => {
      isCut = false;
    },
    stop: () => {
      cut();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
  return front;
}

/** Passes a request on to the first port that takes connections; one that was taken is never sent twice. */
function forward(
  [port, ...others]: readonly number[],
  request: IncomingMessage,
  response: ServerResponse,
  script: string | undefined,
): void {
  if (port === undefined) {
    response.writeHead(502, { 'content-type': 'text/plain' }).end('no api process answers\n');
    return;
  }
  const { method, url, headers, socket } = request;
  const upstream = requestUpstream({
    host: '127.0.0.1',
    port,
    method,
    path: url,
    headers: {
      ...headers,
      // A page that something is put into comes as it is.
      ...(script !== undefined && { 'accept-encoding': 'identity' }),
      connection: 'close',
      'x-forwarded-for': [headers['x-forwarded-for'] ?? [], socket.remoteAddress].flat().join(', '),
    },
    // A connection of its own: whether it was taken is then known before anything is sent.
    agent: false,
  });
  upstream.once('response', (answer) => {
    // Of the connection to the api, not of the browser's.
    delete answer.headers.connection;
    if (script !== undefined && answer.headers['content-type']?.startsWith('text/html'))
      return void sendWith(script, answer, response);
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  upstream.once('socket', (taken) => taken.once('connect', () => request.pipe(upstream)));
  upstream.once('error', () => {
    if (upstream.socket?.bytesWritten) response.destroy();
    else forward(others, request, response, script);
  });
  response.once('close', () => upstream.destroy());
}

/** Sends a page with an additional script, which its CSP allows. */
async function sendWith(script: string, answer: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  const page = Buffer.concat(chunks)
    .toString()
    .replace('<head>', () => `<head><script>${script}</script>`);
  const hash = `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  const csp = String(answer.headers['content-security-policy']).replace('script-src ', `script-src ${hash} `);
  const { 'content-length': _, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 200, { ...headers, 'content-security-policy': csp }).end(page);
}

/** Joins a WebSocket to the first port that takes connections, byte by byte. */
function join(
  [port, ...others]: readonly number[],
  request: IncomingMessage,
  client: Socket,
  head: Buffer,
): void {
  if (port === undefined) return void client.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n');
  const upstream = connect(port, '127.0.0.1');
  const refused = () => join(others, request, client, head);
  upstream.once('error', refused);
  upstream.once('connect', () => {
    upstream.off('error', refused);
    const { method, url, rawHeaders } = request;
    const lines = rawHeaders.map((text, at) => `${text}${at % 2 ? '\r\n' : ': '}`).join('');
    upstream.write(`${method} ${url} HTTP/1.1\r\n${lines}\r\n`);
    upstream.write(head);
    upstream.pipe(client).pipe(upstream);
    for (const [one, other] of [
      [upstream, client],
      [client, upstream],
    ] as const) {
      one.on('error', () => other.destroy());
      one.once('close', () => other.destroy());
    }
  });
}

/** The requested port, or a free one if it is taken. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' && port !== 0) server.listen(0, '127.0.0.1');
      else reject(error);
    });
    server.once('listening', () => resolve((server.address() as AddressInfo).port));
    server.listen(port, '127.0.0.1');
  });
}
