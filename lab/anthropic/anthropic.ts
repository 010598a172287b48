import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, profileOf, rolesOf } from './accounts.ts';
import { makeCertificate } from './certificate.ts';
import { sendApiError, sendJson } from './http.ts';
import { MessagesApi } from './messages-api.ts';
import { type LoggedRequest, RequestLog } from './request-log.ts';
import { answerSignInPage, callbackUrl, signInPage } from './sign-in-page.ts';
import { type ExchangeTry, SignIns } from './sign-ins.ts';
import { answerRevocation, TokenEndpoint } from './token-endpoint.ts';

/** A running stand-in for Anthropic. All of it is in this process and on loopback (IPv4). */
export interface Anthropic {
  /** For HTTPS_PROXY: leads every https host to the stand-in. */
  readonly proxyUrl: string;
  /** The Messages API by plain http, for programs that take a base URL. */
  readonly baseUrl: string;
  /** The certificate to trust, for NODE_EXTRA_CA_CERTS; every user may read it. */
  readonly caFile: string;
  /** Where a person's browser can sign in at `link`, by plain http: `baseUrl` with the path and query of the link. */
  signInPage(link: string): string;
  /** Signs in at `link` without a browser: what a customer copies, `CODE#STATE`. Throws on a link that is not whole. */
  signIn(link: string, account?: Account): string;
  /** The same, as the address of the page after it, which some customers copy instead. */
  signInForCallbackUrl(link: string): string;
  readonly tokenEndpoint: TokenEndpoint;
  readonly messages: MessagesApi;
  /** Access tokens minted, oldest first. */
  readonly minted: readonly string[];
  /** Whether a token is one that was minted, and neither revoked nor replaced since. */
  isValid(token: string): boolean;
  /** Every time that a code came to the token endpoint, oldest first. */
  readonly exchanges: readonly ExchangeTry[];
  /** Codes given out (the part before the `#`), oldest first. */
  readonly codes: readonly string[];
  /** Bearer tokens that the Messages API saw, oldest first. */
  readonly bearers: readonly string[];
  /** All that must not be found anywhere: tokens, codes and verifiers. */
  readonly secrets: readonly string[];
  readonly log: RequestLog;
  /** Ends the servers, cuts their connections, removes the certificate. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts a stand-in for Anthropic: proxy, sign-in page, token endpoint, Messages API. */
export async function startAnthropic(): Promise<Anthropic> {
  const signIns = new SignIns();
  const tokenEndpoint = new TokenEndpoint(signIns);
  const messages = new MessagesApi(signIns);
  const log = new RequestLog();

  const answer = async (origin: string, request: IncomingMessage, response: ServerResponse) => {
    note(log, new URL(origin).host, request, response);
    const { pathname } = new URL(request.url ?? '/', origin);
    if (request.method === 'POST' && pathname === '/v1/oauth/token') {
      await tokenEndpoint.answer(request, response);
    } else if (request.method === 'POST' && pathname === '/v1/oauth/token/revoke') {
      await answerRevocation(signIns, request, response);
    } else if (request.method === 'POST' && /^\/v1\/messages(\/count_tokens)?$/.test(pathname)) {
      await messages.answer(request, response);
    } else if (request.method === 'GET' && Object.hasOwn(ABOUT_ACCOUNT, pathname)) {
      answerAboutAccount(signIns, pathname, request, response);
    } else if (!(await answerSignInPage(signIns, origin, request, response))) {
      request.resume();
      sendApiError(response, 404);
    }
  };
  const listener = (scheme: string) => (request: IncomingMessage, response: ServerResponse) => {
    const origin = `${scheme}://${request.headers.host}`;
    answer(URL.canParse(origin) ? origin : `${scheme}://unknown`, request, response).catch(() => {
      // A caller that goes away or sends nonsense does not matter here.
      request.socket.destroy();
    });
  };

  const { key, cert } = await makeCertificate();
  const tls = createTlsServer({ key, cert }, listener('https'));
  const plain = createServer(listener('http'));
  const sockets = new Set<Socket>();
  for (const server of [tls, plain]) remember(sockets, server);
  const tlsPort = await listen(tls);
  plain.on('connect', (request: IncomingMessage, socket: Socket) => lead(request, socket, tlsPort));
  const baseUrl = `http://127.0.0.1:${await listen(plain)}`;

  const directory = mkdtempSync(join(tmpdir(), `keyferry-anthropic-${process.pid}-`));
  chmodSync(directory, 0o755);
  const caFile = join(directory, 'ca.pem');
  writeFileSync(caFile, cert, { mode: 0o644 });

  return {
    proxyUrl: baseUrl,
    baseUrl,
    caFile,
    signInPage: (link) => signInPage(baseUrl, link),
    signIn: (link, account) => {
      const { code, state } = signIns.signIn(new URL(link), account);
      return `${code}#${state}`;
    },
    signInForCallbackUrl: (link) => callbackUrl(signIns.signIn(new URL(link))),
    tokenEndpoint,
    messages,
    minted: signIns.minted,
    isValid: (token) => signIns.grantOf(token) !== undefined,
    exchanges: signIns.tries,
    codes: signIns.codes,
    bearers: messages.bearers,
    get secrets() {
      return [...signIns.minted, ...signIns.refreshTokens, ...signIns.codes, ...signIns.verifiers];
    },
    log,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([tls, plain].map((server) => new Promise((resolve) => server.close(resolve))));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What Claude Code asks about the account that signed in, with its new token. */
const ABOUT_ACCOUNT: Readonly<Record<string, (account: Account) => object>> = {
  '/api/oauth/profile': profileOf,
  '/api/oauth/claude_cli/roles': rolesOf,
};

function answerAboutAccount(
  signIns: SignIns,
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const grant = bearer === undefined ? undefined : signIns.grantOf(bearer);
  if (grant) sendJson(response, 200, ABOUT_ACCOUNT[pathname]?.(grant.account));
  else sendApiError(response, 401);
}

/** Joins a CONNECT to the local TLS server, regardless of the host that it names: nothing leaves this machine. */
function lead(request: IncomingMessage, socket: Socket, tlsPort: number): void {
  const upstream = connect(tlsPort, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    upstream.pipe(socket).pipe(upstream);
  });
  upstream.on('error', () => socket.destroy());
  upstream.on('close', () => socket.destroy());
  socket.on('error', () => upstream.destroy());
  socket.on('close', () => upstream.destroy());
  request.resume();
}

function note(log: RequestLog, host: string, request: IncomingMessage, response: ServerResponse): void {
  const { authorization, 'x-api-key': apiKey } = request.headers;
  const entry: LoggedRequest = {
    at: Date.now(),
    method: request.method ?? '',
    host,
    path: (request.url ?? '').replace(/\?.*/s, ''),
    credential: authorization ? 'bearer' : apiKey ? 'api-key' : 'none',
  };
  log.add(entry);
  response.on('finish', () => {
    entry.status = response.statusCode;
  });
}

function remember(sockets: Set<Socket>, server: Server): void {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
