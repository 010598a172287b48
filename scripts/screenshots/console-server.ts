import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { openPage } from '../../api/http/page.ts';
import type { AuditEntry } from '../../core/contract/audit-entry.ts';
import type { ConnectionRun } from '../../core/contract/connection-run.ts';
import type {
  ConsoleMessage,
  DoctorReports,
  Dossier,
  Numbers,
  OperatorSession,
  Row,
  Rows,
  SignInWays,
  WatchMessage,
} from '../../core/contract/console-api.ts';
import type { Disconnect } from '../../core/contract/disconnect.ts';
import type { DoctorRun } from '../../core/contract/doctor-report.ts';
import type { ErrorCode } from '../../core/contract/errors.ts';
import type { FleetCustomer, FleetRow } from '../../core/contract/fleet.ts';
import type { CustomerUsage, FleetUsageRow } from '../../core/contract/fleet-usage.ts';
import type { CustomerLimits } from '../../core/contract/limits-api.ts';
import type { ReRunPlan } from '../../core/contract/re-runs.ts';
import type { RepairRun } from '../../core/contract/repair-run.ts';
import type { RepairRecord } from '../../core/contract/repairs.ts';
import type { ShownRun } from '../../core/contract/shown-runs.ts';
import { CASES, type CaseScene, casesAnswer } from './case-fixtures.ts';
import { AUDIT, CAST, DIAGNOSTICS, FRAME, NUMBERS, REPORT, ROWS } from './console-fixtures.ts';
import { CUSTOMER_LIMITS, CUSTOMER_USAGE, FLEET_USAGE, fleetUsageAnswer } from './console-usage-fixtures.ts';
import { NOON } from './fixtures.ts';
import { customerOfFleet, FLEET, FLEET_COUNTS, looksOf, REPAIRS } from './fleet-fixtures.ts';
import { readBody, refuse, sendJson, sendPage } from './page-server.ts';
import { RUNS, runReportOf } from './run-fixtures.ts';

/** A practice api for the console: it says what it is told to say. The real one is in api/console. */
export interface ConsoleServer extends CaseScene {
  readonly url: string;
  /** Who is signed in. */
  session: OperatorSession | undefined;
  ways: SignInWays;
  /** What a sign-in leads to; undefined refuses it. */
  onSignIn: OperatorSession | undefined;
  rows: readonly Row[];
  dossiers: readonly Dossier[];
  numbers: Numbers;
  /** The doctor's reports on any customer's box. */
  reports: DoctorReports['reports'];
  /** Why history is missing. */
  missing: Rows['missing'];
  audit: readonly AuditEntry[];
  doctorRun: DoctorRun;
  fleet: readonly FleetRow[];
  customerOf: (customer: string) => FleetCustomer;
  /** What customers have used in any month, and what any of them has. */
  fleetUsage: readonly FleetUsageRow[];
  usage: CustomerUsage;
  limits: CustomerLimits;
  runs: readonly ShownRun[];
  /** A run that somebody has paused, resumed or stopped. */
  runAfter: (run: ShownRun) => ShownRun;
  /** What comes of a test of a connection. */
  connectionRun: ConnectionRun;
  /** Of all customers, the newest first. */
  repairs: readonly RepairRecord[];
  /** How far every repair that was asked for is by now. */
  repairRun: RepairRun;
  /** How far every disconnection is by now. */
  end: Omit<Disconnect, 'connection'>;
  /** Undefined: there is none. */
  cast: string | undefined;
  frame: WatchMessage | undefined;
  /** The time in its answers, ms since the epoch. */
  now: () => number;
  /** A row that a re-run leads to; a code of the catalogue refuses it. */
  onReRun: Row | ErrorCode;
  /** Requests so far, `POST handshakes/…/cancel` and the like. */
  readonly asked: string[];
  /** Changes rows and notifies all listeners. */
  tell(rows: readonly Row[]): void;
  say(message: ConsoleMessage | WatchMessage): void;
  /** Cuts every WebSocket; with a code it is closed in order. */
  cut(code?: number): void;
  takesLines: boolean;
  stop(): Promise<void>;
}

/** What a re-run does whose customer has their page open. */
const PAGE_OPEN: ReRunPlan = {
  total: 1,
  starts: 1,
  onPage: 1,
  looks: 0,
  removals: 0,
  needsKey: 0,
  over: 0,
  closed: [],
};

/** Starts a practice api on a free port of loopback that serves the console in `directory`. */
export async function startConsoleServer(directory: string): Promise<ConsoleServer> {
  const built = openPage(directory, 'console.html');
  // Its terminal writes style sheets of its own, and its player is WebAssembly.
  const page = { ...built, scripts: [...built.scripts, "'wasm-unsafe-eval'"], styles: ["'unsafe-inline'"] };
  const sockets = new Set<WebSocket>();
  const http = createServer((request, response) => void answer(request, response));
  const webSockets = new WebSocketServer({ noServer: true });
  const send = (socket: WebSocket, message: ConsoleMessage | WatchMessage) =>
    socket.send(JSON.stringify(message));

  http.on('upgrade', (request, socket, head) => {
    if (!server.takesLines || !server.session) return socket.destroy();
    webSockets.handleUpgrade(request, socket, head, (opened) => {
      sockets.add(opened);
      opened.on('close', () => sockets.delete(opened));
      const handshake = /\/watch\/(.+)$/.exec(request.url ?? '')?.[1];
      if (handshake === undefined) return send(opened, { type: 'rows', first: true, rows: [...server.rows] });
      const row = server.rows.find((each) => each.handshake === handshake);
      if (row) send(opened, { type: 'row', row });
      if (server.frame) send(opened, server.frame);
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    response.setHeader('date', new Date(server.now()).toUTCString());
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const route = /^\/api\/v1\/(.*)$/.exec(pathname)?.[1];
    if (route === undefined) return sendPage(response, page);
    const what = `${request.method} ${route}`;
    server.asked.push(what);
    await readBody(request);
    if (what === 'GET sign-in') return sendJson(response, 200, server.ways);
    if (what === 'POST sign-in') {
      server.session = server.onSignIn;
      return server.session ? response.writeHead(204).end() : refuse(response, 'sign_in_refused');
    }
    const { session } = server;
    if (!session) return refuse(response, 'operator_not_signed_in');
    if (what === 'GET operator') return sendJson(response, 200, session);
    if (what === 'POST sign-out') {
      server.session = undefined;
      return response.writeHead(204).end();
    }
    if (what === 'GET handshakes') {
      const error = searchParams.get('error');
      const rows = server.rows.filter((row) => !error || row.error?.code === error);
      const of = searchParams.get('of');
      const theirs = of ? rows.filter(({ customer }) => customer === of) : rows;
      return sendJson(response, 200, { rows: theirs, missing: server.missing });
    }
    if (/^GET (cases|case-groups)$/.test(what) && server.missing) return refuse(response, server.missing);
    const ofCases = casesAnswer(what, searchParams, server);
    if (ofCases !== undefined) return sendJson(response, 200, ofCases);
    if (what === 'GET numbers') return sendJson(response, 200, server.numbers);
    if (what === 'GET audit') return sendJson(response, 200, { entries: server.audit });
    if (what === 'GET fleet') {
      if (server.missing) return refuse(response, server.missing);
      const health = searchParams.get('health');
      const part = searchParams.get('q') ?? '';
      const rows = server.fleet
        .filter(({ connection }) => !health || (connection?.health ?? 'none') === health)
        .filter(({ customer, displayName }) => `${customer} ${displayName}`.includes(part));
      if (searchParams.get('sort') === 'expires')
        rows.sort((a, b) => `${a.connection?.expiresAt}`.localeCompare(`${b.connection?.expiresAt}`));
      return sendJson(response, 200, { rows, counts: FLEET_COUNTS });
    }
    if (what === 'GET fleet/usage')
      return server.missing
        ? refuse(response, server.missing)
        : sendJson(response, 200, fleetUsageAnswer(server.fleetUsage, searchParams));
    if (/^GET customers\/[^/]+\/usage$/.test(what))
      return server.missing ? refuse(response, server.missing) : sendJson(response, 200, server.usage);
    if (/^(GET|POST) customers\/[^/]+\/limits$/.test(what))
      return server.missing ? refuse(response, server.missing) : sendJson(response, 200, server.limits);
    if (what === 'GET fleet/runs')
      return server.missing
        ? refuse(response, server.missing)
        : sendJson(response, 200, { runs: server.runs });
    const aRun = /^(GET|POST) fleet\/runs\/([^/]+)/.exec(what);
    if (aRun) {
      const run = server.runs.find(({ id }) => id === aRun[2]);
      if (!run) return refuse(response, 'not_here');
      if (aRun[1] === 'GET') return sendJson(response, 200, runReportOf(run));
      return sendJson(response, 200, server.runAfter(run));
    }
    if (what === 'POST fleet/look') return sendJson(response, 202, { due: 2 });
    const customer = /^GET customers\/([^/]+)$/.exec(what)?.[1];
    if (customer !== undefined)
      return server.missing
        ? refuse(response, server.missing)
        : sendJson(response, 200, server.customerOf(customer));
    const lookedAt = /^GET customers\/([^/]+)\/looks$/.exec(what)?.[1];
    if (lookedAt !== undefined)
      return server.missing
        ? refuse(response, server.missing)
        : sendJson(response, 200, { looks: looksOf(lookedAt) });
    const ofWhom = /^GET customers\/([^/]+)\/repairs$/.exec(what)?.[1];
    if (ofWhom !== undefined)
      return server.missing
        ? refuse(response, server.missing)
        : sendJson(response, 200, { repairs: server.repairs.filter((each) => each.customer === ofWhom) });
    if (/\/repairs\/|\/repair-runs\//.test(what)) return sendJson(response, 202, server.repairRun);
    if (/\/disconnect$/.test(what))
      return sendJson(response, 202, { connection: randomUUID(), ...server.end });
    if (/\/test$/.test(what)) return sendJson(response, 202, server.connectionRun);
    if (/^GET customers\/[^/]+\/doctor$/.test(what))
      return sendJson(response, 200, { reports: server.reports });
    if (/\/doctor/.test(what)) return sendJson(response, 200, server.doctorRun);
    if (/\/visit$/.test(what)) return sendJson(response, 201, { url: server.url });
    return ofHandshake(response, route, request.method);
  }

  function ofHandshake(response: ServerResponse, route: string, method: string | undefined): unknown {
    const [, handshake, what] = route.split('/');
    const dossier = server.dossiers.find(({ row }) => row.handshake === handshake);
    if (!dossier) return refuse(response, 'not_here');
    if (what === undefined) return sendJson(response, 200, dossier);
    if (what === 'diagnostics') return response.writeHead(200).end(DIAGNOSTICS);
    if (what === 'recordings')
      return server.cast === undefined ? refuse(response, 'not_here') : response.end(server.cast);
    if (what === 'cancel') return sendJson(response, 202, {});
    if (method === 'GET') return sendJson(response, 200, server.plan ?? PAGE_OPEN);
    if (typeof server.onReRun === 'string') return refuse(response, server.onReRun);
    const row = server.onReRun;
    server.tell([row]);
    return sendJson(response, 201, { handshake: row.handshake, started: true });
  }

  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const session: OperatorSession = {
    name: 'sam@example.com',
    role: 'admin',
    csrf: 'practice',
    baseDomain: 'example.com',
  };
  const server: ConsoleServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    session,
    ways: { password: true, provider: 'Example ID' },
    onSignIn: undefined,
    rows: ROWS,
    dossiers: [],
    numbers: NUMBERS,
    missing: undefined,
    reports: [],
    audit: AUDIT,
    doctorRun: { run: '0b9fd1f6-0000-4000-8000-000000000001', state: 'done', report: REPORT },
    cases: CASES,
    plan: undefined,
    reRuns: [],
    fleet: FLEET,
    customerOf: customerOfFleet,
    fleetUsage: FLEET_USAGE,
    usage: CUSTOMER_USAGE,
    limits: CUSTOMER_LIMITS,
    runs: RUNS,
    runAfter: (run) => run,
    repairs: REPAIRS,
    repairRun: { run: '0b9fd1f6-0000-4000-8000-000000000003', state: 'waiting' },
    end: { state: 'failed', error: 'box_unreachable' },
    connectionRun: {
      run: '0b9fd1f6-0000-4000-8000-000000000002',
      state: 'done',
      verdict: 'key_revoked',
    },
    cast: CAST,
    frame: FRAME,
    now: () => NOON,
    onReRun: 'role_refused',
    asked: [],
    takesLines: true,
    tell(rows) {
      const changed = new Set(rows.map(({ handshake }) => handshake));
      server.rows = [...server.rows.filter(({ handshake }) => !changed.has(handshake)), ...rows];
      server.say({ type: 'rows', first: false, rows: [...rows] });
    },
    say(message) {
      for (const socket of sockets) send(socket, message);
    },
    cut(code) {
      for (const socket of sockets) code === undefined ? socket.terminate() : socket.close(code);
    },
    async stop() {
      for (const socket of sockets) socket.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}
