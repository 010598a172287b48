import { describe, expect, test } from '@jest/globals';
import { openApiDocument } from '../../../api/openapi.ts';
import { ROUTES } from '../../../api/routes.ts';
import type { Config } from '../../../core/config.ts';
import { PHASES } from '../../../core/phases.ts';

interface Operation {
  summary: string;
  requestBody?: unknown;
  responses: Record<string, unknown>;
  security: Record<string, unknown>[];
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, unknown>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, { name?: string }> };
}

const config = { BASE_DOMAIN: 'box.example', BASE_SCHEME: 'https' } as Config<'api'>;
const document = openApiDocument(ROUTES, config) as unknown as Document;
/** As a reader gets it. */
const read = JSON.parse(JSON.stringify(document)) as Document;

function operations(): [string, Operation][] {
  return Object.entries(read.paths).flatMap(([path, item]) =>
    (['get', 'post'] as const).flatMap((method): [string, Operation][] => {
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

describe('the OpenAPI document', () => {
  test('has every route of the app and nothing else but the WebSocket', () => {
    const routes = ROUTES.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(
      operations()
        .map(([name]) => name)
        .sort(),
    ).toEqual([...routes, 'get /api/v1/live'].sort());
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
      'CancelRequest',
      'CodeRequest',
      'ConnectLink',
      'ConnectLinkRequest',
      'Connection',
      'Customer',
      'CustomerState',
      'DoctorReport',
      'HandshakeError',
      'Look',
      'Message',
      'Problem',
      'Session',
      'Snapshot',
      'Webhook',
    ]);
    expect(Object.keys(read.webhooks)).toEqual(['handshake']);
  });

  test('is of OpenAPI 3.1, and its schemas stand by themselves', () => {
    expect(read.openapi).toBe('3.1.0');
    expect(read.components.schemas.Snapshot).toMatchObject({
      required: ['handshake', 'phase', 'startedAt', 'at', 'attempt', 'seq'],
      additionalProperties: false,
      properties: { phase: { enum: [...PHASES] }, connection: { $ref: '#/components/schemas/Connection' } },
    });
    for (const schema of objects(read)) {
      expect(schema.$schema).toBeUndefined();
      expect(schema.$id).toBeUndefined();
    }
  });

  test('asks for a session and its token where something is changed', () => {
    for (const [name, { security, requestBody }] of operations()) {
      if (!name.startsWith('post ')) continue;
      const isPlatforms = /connect-links$|doctor$/.test(name);
      const expected = isPlatforms ? [{ apiKey: [] }] : [{ session: [], csrf: [] }];
      expect([name, security, requestBody !== undefined]).toEqual([name, expected, true]);
    }
    expect(read.components.securitySchemes.session?.name).toBe('__Host-keyferry');
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
