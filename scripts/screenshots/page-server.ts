import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { brandOf } from '../../api/customers/brands.ts';
import { dressed, openPage, type Page } from '../../api/http/page.ts';
import { pageIn } from '../../api/http/page-language.ts';
import type { ConnectionRun } from '../../core/contract/connection-run.ts';
import type { Disconnect } from '../../core/contract/disconnect.ts';
import { CATALOGUE, type ErrorCode } from '../../core/contract/errors.ts';
import type { Continued, HandOver } from '../../core/contract/hand-over.ts';
import type { CustomerState, Session, StartRequest } from '../../core/contract/http-api.ts';
import { spokenFor } from '../../core/contract/languages.ts';
import type { Message } from '../../core/contract/live-messages.ts';
import type { OwnConnection } from '../../core/contract/own-connections.ts';
import type { OwnUsage } from '../../core/contract/own-usage.ts';
import { codeBinding, isSealed } from '../../core/contract/sealed.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { makeWorkerKey, WorkerKeys } from '../../core/secrets/sealed-to-workers.ts';
import { USED } from './usage-fixtures.ts';

/**
 * A practice api: it says what it is told to, for pictures of the page and tests of its conversation. Nothing
 * behind it connects anybody; the real one is in api/.
 */
export interface PageServer {
  readonly url: string;
  /** Who is here; a code of the catalogue where nobody is. */
  session: Session | ErrorCode;
  /** What a connect link says that has not been used up; a code of the catalogue where there is none. */
  link: Session | ErrorCode;
  /** The truth as GET and a new WebSocket give it. */
  state: CustomerState;
  /** Of its workers: opens what pages have sealed. */
  readonly keys: WorkerKeys;
  /** The codes that it was sent, opened. */
  sentCodes(): Promise<string[]>;
  /** What a start leads to; a code of the catalogue refuses it. */
  onStart: Snapshot | ErrorCode | ((body: StartRequest) => Snapshot | ErrorCode);
  /** What a code leads to; a code of the catalogue refuses it. */
  onCode: ErrorCode | (() => void);
  /** What is connected, for the page about that; a code of the catalogue refuses to say. */
  list: OwnConnection[] | ErrorCode;
  /** What was used, for the page about that; a code of the catalogue refuses to say. */
  usage: OwnUsage | ErrorCode;
  /** Where every test and every change is by now; a code of the catalogue refuses to begin one. */
  run: Omit<ConnectionRun, 'run'> | ErrorCode;
  /** How far every disconnection is by now; a code of the catalogue refuses to begin one. */
  end: Omit<Disconnect, 'connection'> | ErrorCode;
  /** Refuses a name; undefined takes it. */
  onLabel: ErrorCode | undefined;
  /** Refuses that a customer asks for what their page had begun; undefined takes it. */
  onAsked: ErrorCode | undefined;
  /** How far a hand-over is, for the first device and for the second. */
  handOver: HandOver;
  continued: Continued | ErrorCode;
  /** Called when a handshake is cancelled. */
  onCancel: () => void;
  /** Requests so far, `POST handshake` and the like, with their bodies. */
  readonly asked: { what: string; body: string }[];
  /** What pages have said over their WebSockets. */
  readonly said: string[];
  /** WebSockets that are open. */
  readonly lines: number;
  /** Changes the truth and pushes it to every WebSocket. */
  tell(state: Partial<CustomerState>): void;
  /** Sends any text at all down every WebSocket. */
  say(text: string): void;
  /** Cuts every WebSocket; with a code it is closed in order. */
  cut(code?: number): void;
  /** Refuses new WebSockets from now on, or takes them again. */
  takesLines: boolean;
  /** So many times it does not have the page's chunks, as a server of another version. */
  lacksChunks: number;
  /** From now on the page wears this dress. */
  dress(config: Parameters<typeof brandOf>[0]): void;
  stop(): Promise<void>;
}

/** The id of every hand-over here. */
export const HAND_OVER = '0a1b2c3d-1111-4222-8333-444455556666';

/** As the api sends it, so that what the CSP refuses is seen here too. */
const cspOf = ({ scripts, styles, chunks, logo }: Page, origin: string) =>
  [
    `default-src 'none'; script-src ${[...scripts, ...[...chunks.keys()].map((path) => origin + path)].join(' ')}; style-src ${styles.join(' ')}; img-src data: ${logo ? origin + logo.path : ''}`,
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  ].join('; ');

/** Starts a practice api on a free port of loopback that serves the page in `directory`. */
export async function startPageServer(directory: string): Promise<PageServer> {
  let page = openPage(directory);
  const sockets = new Set<WebSocket>();
  const keys = new WorkerKeys([makeWorkerKey('practice')]);
  const http = createServer((request, response) => void answer(request, response));
  const webSockets = new WebSocketServer({ noServer: true });
  const send = (socket: WebSocket, message: Message) => socket.send(JSON.stringify(message));
  http.on('upgrade', (request, socket, head) => {
    if (!server.takesLines || typeof server.session === 'string') return socket.destroy();
    webSockets.handleUpgrade(request, socket, head, (opened) => {
      sockets.add(opened);
      opened.on('close', () => sockets.delete(opened));
      opened.on('message', (text) => server.said.push(String(text)));
      send(opened, { type: 'state', ...server.state });
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const door = /^\/connect\/[\w-]+(\/session)?$/.exec(pathname);
    if (door && (door[1] !== undefined || request.method === 'POST')) return atLink(request, response);
    const route = /^\/api\/v1\/(.*)$/.exec(pathname)?.[1];
    const chunk = page.chunks.get(pathname);
    // Those with what the page says are there: another of its parts is looked for.
    if (chunk && server.lacksChunks > 0 && !pathname.includes('/messages-')) {
      server.lacksChunks -= 1;
      return refuse(response, 'not_here');
    }
    if (chunk) return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(chunk);
    if (page.logo?.path === pathname)
      return void response.writeHead(200, { 'content-type': page.logo.type }).end(page.logo.bytes);
    if (pathname.startsWith('/assets/')) return refuse(response, 'not_here');
    if (route === undefined)
      return sendPage(response, inLanguageOf(request, page), `http://${request.headers.host}`);
    const what = `${request.method} ${route}`;
    server.asked.push({ what, body: await readBody(request) });
    if (route.startsWith('continue')) return ofContinue(response, what);
    if (typeof server.session === 'string') return refuse(response, server.session);
    if (route.startsWith('hand-over')) return ofHandOver(response, what);
    if (what === 'GET session') return sendJson(response, 200, server.session);
    if (what === 'GET handshake') return sendJson(response, 200, server.state);
    if (what === 'POST handshake') return start(response, server.asked.at(-1)?.body ?? '{}');
    if (what === 'POST handshake/asked')
      return server.onAsked ? refuse(response, server.onAsked) : void response.writeHead(204).end();
    if (what === 'POST handshake/cancel') server.onCancel();
    if (what === 'POST handshake/code') return code(response);
    if (what === 'POST handshake/cancel') return sendJson(response, 202, {});
    if (/connection/.test(route)) return ofConnections(response, what);
    if (what === 'GET own-usage')
      return typeof server.usage === 'string'
        ? refuse(response, server.usage)
        : sendJson(response, 200, server.usage);
    refuse(response, 'not_here');
  }

  function atLink({ method }: IncomingMessage, response: ServerResponse): void {
    const { link } = server;
    server.asked.push({ what: `${method} link`, body: '' });
    if (typeof link === 'string') refuse(response, link);
    else if (method === 'GET') sendJson(response, 200, link);
    else if (link.link === 'over') refuse(response, 'link_used');
    else response.writeHead(204).end();
  }

  function ofHandOver(response: ServerResponse, what: string): void {
    if (what === 'POST hand-over') {
      const url = `https://alice.keyferry.example/continue/${'practice'.repeat(5)}abc`;
      server.handOver = { state: 'offered', id: HAND_OVER };
      sendJson(response, 201, {
        id: HAND_OVER,
        url,
        expiresAt: new Date(Date.now() + 120_000).toISOString(),
      });
    } else if (what === 'POST hand-over/end') response.writeHead(204).end();
    else sendJson(response, 200, server.handOver);
  }

  function ofContinue(response: ServerResponse, what: string): void {
    const { continued } = server;
    if (what === 'POST continue/stop') response.writeHead(204).end();
    else if (typeof continued === 'string') refuse(response, continued);
    else if (what === 'POST continue/look')
      sendJson(response, 200, { customer: 'alice', displayName: 'Alice Example' });
    else sendJson(response, 200, continued);
  }

  function ofConnections(response: ServerResponse, what: string): void {
    const { list, run, onLabel } = server;
    const [, ended] = /connections\/(.+)\/disconnect$/.exec(what) ?? [];
    const asked = /^GET connection-runs\/(.+)$/.exec(what)?.[1];
    if (what === 'GET connection-list' && typeof list !== 'string')
      sendJson(response, 200, { connections: list });
    else if (what === 'GET connection-list') refuse(response, list as ErrorCode);
    else if (ended !== undefined) ofEnd(response, what, ended);
    else if (what.endsWith('/label') && onLabel) refuse(response, onLabel);
    else if (what.endsWith('/label')) response.writeHead(204).end();
    else if (typeof run === 'string') refuse(response, run);
    else if (asked !== undefined) sendJson(response, 200, { run: asked, ...run });
    else sendJson(response, 202, { run: randomUUID(), state: 'waiting' });
  }

  function ofEnd(response: ServerResponse, what: string, connection: string): void {
    const { end, list } = server;
    if (typeof end === 'string') {
      refuse(response, end);
      return;
    }
    if (end.state === 'done' && Array.isArray(list)) server.list = list.filter(({ id }) => id !== connection);
    sendJson(response, what.startsWith('POST') ? 202 : 200, { connection, ...end });
  }

  function start(response: ServerResponse, body: string): void {
    const { onStart } = server;
    const outcome = typeof onStart === 'function' ? onStart(JSON.parse(body)) : onStart;
    if (typeof outcome === 'string') {
      refuse(response, outcome);
      return;
    }
    server.state = { ...server.state, snapshot: outcome };
    sendJson(response, 201, outcome);
  }

  function code(response: ServerResponse): void {
    if (typeof server.onCode === 'string') {
      refuse(response, server.onCode);
      return;
    }
    sendJson(response, 202, {});
    server.onCode();
  }

  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const server: PageServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    session: { customer: 'alice', csrf: 'practice', sealTo: keys.publicKey },
    dress(config) {
      page = dressed(openPage(directory), brandOf(config));
    },
    link: 'link_used',
    keys,
    sentCodes: () =>
      Promise.all(
        server.asked
          .filter(({ what }) => what === 'POST handshake/code')
          .map(async ({ body }) => {
            const { handshake, code } = JSON.parse(body) as { handshake: string; code: string };
            if (!isSealed(code)) return `in clear: ${code}`;
            return (await keys.open(code, codeBinding({ customer: 'alice', handshake }))).reveal();
          }),
      ),
    state: { snapshot: null, connection: null },
    onStart: 'service_unavailable',
    onCode: () => {},
    onCancel: () => {},
    list: [],
    usage: USED,
    run: { state: 'running' },
    end: { state: 'running' },
    onLabel: undefined,
    onAsked: undefined,
    handOver: { state: 'none' },
    continued: { state: 'opened', word: 'TANGO' },
    asked: [],
    said: [],
    takesLines: true,
    lacksChunks: 0,
    get lines() {
      return sockets.size;
    },
    tell(state) {
      server.state = { ...server.state, ...state };
      for (const socket of sockets) send(socket, { type: 'state', ...server.state });
    },
    say(text) {
      for (const socket of sockets) socket.send(text);
    },
    cut(closeCode) {
      for (const socket of sockets) closeCode === undefined ? socket.terminate() : socket.close(closeCode);
    },
    async stop() {
      for (const socket of sockets) socket.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}

/** In the language that the browser wants, as the api sends it. */
function inLanguageOf({ headers }: IncomingMessage, page: Page): Page {
  const wanted = (headers['accept-language'] ?? '').split(',').map((one) => one.split(';')[0]);
  return { ...page, html: pageIn(spokenFor(wanted).language, page.html) };
}

/** `origin`: where its chunks are. */
export function sendPage(response: ServerResponse, page: Page, origin = ''): void {
  const policy = cspOf(page, origin);
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy };
  response.writeHead(200, headers).end(page.html);
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function refuse(response: ServerResponse, code: ErrorCode): void {
  const row = CATALOGUE[code];
  const status = 'status' in row ? row.status : 500;
  sendJson(response, status, { type: `urn:keyferry:${code}`, title: row.customer, status, code });
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
