import { describe, expect, test } from '@jest/globals';
import { CONSOLE_ROUTES } from '../../../api/console/routes.ts';
import { pagesDocument } from '../../../api/openapi.ts';
import { ROUTES } from '../../../api/routes.ts';
import { PHASES } from '../../../core/contract/phases.ts';
import type { Config } from '../../../core/process/config.ts';

interface Operation {
  summary: string;
  requestBody?: unknown;
  responses: Record<string, unknown>;
  security: Record<string, unknown>[];
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, { name?: string }> };
}

const config = { BASE_DOMAIN: 'box.example', BASE_SCHEME: 'https' } as Config<'api'>;
const document = pagesDocument([...ROUTES, ...CONSOLE_ROUTES], config) as unknown as Document;
/** As a reader gets it. */
const read = JSON.parse(JSON.stringify(document)) as Document;

function operations(): [string, Operation][] {
  return Object.entries(read.paths).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'delete'] as const).flatMap((method): [string, Operation][] => {
      const operation = item[method];
      return operation ? [[`${method} ${path}`, operation]] : [];
    }),
  );
}

/** Every object in the document. */
function* objects(node: unknown): Generator<Record<string, unknown>> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield node as Record<string, unknown>;
  for (const child of Object.values(node)) yield* objects(child);
}

describe('the OpenAPI document of our own pages', () => {
  test('has every route of the app and nothing else but the WebSockets', () => {
    const all = [...ROUTES, ...CONSOLE_ROUTES].filter(({ who }) => who !== 'platform');
    const routes = all.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    const sockets = ['live', 'console/live', 'console/watch/{handshake}'];
    expect(
      operations()
        .map(([name]) => name)
        .sort(),
    ).toEqual([...new Set(routes), ...sockets.map((path) => `get /api/v1/${path}`)].sort());
  });

  test('refers to nothing that is not there', () => {
    const references = [...objects(read)].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references) {
      const [, name = ''] = /^#\/components\/schemas\/(\w+)$/.exec(reference) ?? [];
      expect([reference, name in read.components.schemas]).toEqual([reference, true]);
    }
    for (const [, { security }] of operations())
      for (const scheme of security.flatMap((each) => Object.keys(each)))
        expect(Object.keys(read.components.securitySchemes)).toContain(scheme);
  });

  test('names what the contract names', () => {
    expect(Object.keys(read.components.schemas).sort()).toEqual([
      'AskedRepair',
      'AskedRequest',
      'AuditEntry',
      'AuditPage',
      'CancelRequest',
      'Case',
      'CaseEntry',
      'CaseFile',
      'CaseGroup',
      'CaseGroups',
      'CaseHistory',
      'CaseList',
      'CaseNote',
      'CasesChanged',
      'CodeRequest',
      'Connection',
      'ConnectionLabel',
      'ConnectionMade',
      'ConnectionModel',
      'ConnectionOrder',
      'ConnectionRun',
      'ConnectionSeen',
      'ConsoleMessage',
      'ContinueLook',
      'ContinueRequest',
      'Continued',
      'CustomerLimits',
      'CustomerSlug',
      'CustomerState',
      'CustomerUsage',
      'Disconnect',
      'DoctorReport',
      'DoctorReports',
      'DoctorRun',
      'Dossier',
      'Endpoint',
      'Fleet',
      'FleetConnection',
      'FleetCustomer',
      'FleetLook',
      'FleetLooksDue',
      'FleetRepair',
      'FleetRepairRuns',
      'FleetRepairsAsked',
      'FleetRow',
      'FleetRun',
      'FleetRunReport',
      'FleetRuns',
      'FleetUsage',
      'FleetUsageRow',
      'FleetUsageTotals',
      'Found',
      'HandOver',
      'HandOverAnswer',
      'HandOverEndRequest',
      'HandOverOffer',
      'HandshakeError',
      'HandshakeRecord',
      'HandshakeRow',
      'HandshakeRows',
      'LinkToSend',
      'Look',
      'Looks',
      'ManyReRun',
      'ManyReRunFile',
      'ManyReRuns',
      'Message',
      'ModelChoices',
      'Numbers',
      'Offer',
      'OperatorSession',
      'OwnConnection',
      'OwnConnections',
      'OwnModel',
      'OwnUsage',
      'OwnUsageBox',
      'OwnUsageSum',
      'Problem',
      'ReRun',
      'ReRunPlan',
      'Receipt',
      'ReceiptKeys',
      'ReceiptStep',
      'Release',
      'Repair',
      'RepairRun',
      'ResumeFleetRun',
      'Role',
      'Session',
      'ShownRepairs',
      'SignInRequest',
      'SignInWays',
      'SignedReceipt',
      'Snapshot',
      'StartRequest',
      'Usage',
      'UsageBox',
      'UsageLimit',
      'UsageLimitsUpdate',
      'Visit',
      'WatchMessage',
      'WorkerPublicKey',
    ]);
  });

  test('is of OpenAPI 3.1, and its schemas stand by themselves', () => {
    expect(read.openapi).toBe('3.1.0');
    expect(read.components.schemas.Snapshot).toMatchObject({
      required: ['handshake', 'provider', 'method', 'phase', 'startedAt', 'at', 'attempt', 'seq'],
      additionalProperties: false,
      properties: {
        phase: { enum: [...PHASES] },
        connection: { $ref: '#/components/schemas/ConnectionMade' },
      },
    });
    for (const schema of objects(read)) {
      expect(schema.$schema).toBeUndefined();
      expect(schema.$id).toBeUndefined();
    }
  });

  test('asks for a session and its token where something is changed', () => {
    for (const [name, { security, requestBody }] of operations()) {
      if (!name.startsWith('post ')) continue;
      const route = [...ROUTES, ...CONSOLE_ROUTES].find(
        ({ who, method, path }) =>
          // The platform has a document of its own, and some of the same paths.
          who !== 'platform' && name === `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
      );
      const expected = {
        customer: [{ session: [], csrf: [] }],
        operator: [{ operator: [], csrf: [] }],
        // Signing in: nobody has a session yet.
        console: [],
        // A link in a mail carries its own proof.
        guest: [],
        // So do a hand-over's link, and the cookie of the browser that has opened it.
        visitor: [],
        anyone: undefined,
      }[route?.who === 'platform' ? 'guest' : (route?.who ?? 'guest')];
      expect([name, security, requestBody !== undefined]).toEqual([
        name,
        expected,
        route?.body !== undefined,
      ]);
    }
    expect(read.components.securitySchemes.session?.name).toBe('__Host-keyferry');
    expect(read.components.securitySchemes.operator?.name).toBe('__Host-keyferry-operator');
  });

  test('says of every operation what can go wrong', () => {
    for (const [name, { summary, responses }] of operations()) {
      expect(summary).not.toBe('');
      expect([name, Object.keys(responses)]).toEqual([
        name,
        expect.arrayContaining(['404', '429', '500', '503']),
      ]);
    }
  });
});
