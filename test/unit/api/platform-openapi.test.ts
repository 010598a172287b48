import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { z } from 'zod';
import { platformDocument } from '../../../api/platform/openapi.ts';
import { ROUTES } from '../../../api/routes.ts';
import { CATALOGUE, type CatalogueRow, type ErrorCode } from '../../../core/contract/errors.ts';
import { PLATFORM_YAML, platformYaml } from '../../../scripts/openapi.ts';

interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  parameters?: { name: string; in: string; schema: object }[];
  requestBody?: { content: Record<string, { example?: unknown }> };
  responses: Record<string, { $ref?: string; content?: Record<string, { example?: unknown }> }>;
}
interface Document {
  security: object[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, object>;
    responses: Record<string, { description: string; headers?: object }>;
  };
}

const PLATFORM = ROUTES.flatMap((route) => (route.who === 'platform' ? [route] : []));
const document = JSON.parse(JSON.stringify(platformDocument(ROUTES, 'https://keyferry.example'))) as Document;
const text = JSON.stringify(document);

function operationOf({ method, path }: (typeof PLATFORM)[number]): Operation {
  const found = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method];
  if (!found) throw new Error(`${method} ${path} is not in the document`);
  return found;
}

describe('the platform’s OpenAPI document', () => {
  test('lies in the repository as the code makes it (`npm run openapi`)', () => {
    expect(readFileSync(PLATFORM_YAML, 'utf8')).toBe(platformYaml());
    expect(parse(readFileSync(PLATFORM_YAML, 'utf8'))).toEqual(document);
  });

  test('has the platform’s routes, and nobody else’s', () => {
    const listed = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    const routes = PLATFORM.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(listed.toSorted()).toEqual(routes.toSorted());
    expect(text).not.toMatch(/csrf|cookie|Session|Dossier|Snapshot|screen/);
    expect(document.security).toEqual([{ apiKey: [] }]);
  });

  test.each(PLATFORM.map((route) => [route.operation, route] as const))(
    '%s has a name of its own, a chapter, examples, and all that can go wrong',
    (_, route) => {
      const operation = operationOf(route);
      expect(PLATFORM.filter(({ operation: name }) => name === route.operation)).toHaveLength(1);
      expect(operation.operationId).toMatch(/^[a-z]+(?:[A-Z][a-z]+)+$/);
      expect(document.tags.map(({ name }) => name)).toEqual(expect.arrayContaining(operation.tags));
      expect(Object.keys(operation.responses)).toEqual(
        expect.arrayContaining(['400', '401', '404', '429', '500', '503']),
      );
      for (const [status, answer] of Object.entries(route.answers)) {
        const { example, schema } = answer;
        if (!schema) continue;
        expect([status, example]).not.toEqual([status, undefined]);
        expect(schema.parse(example)).toEqual(example);
      }
      if (route.body) {
        const { bodyExample } = route;
        expect((route.body as z.ZodType).parse(bodyExample)).toEqual(bodyExample);
      }
    },
  );

  test('says of what can go wrong what a developer does about it, and when to come again', () => {
    for (const { errors = [] } of PLATFORM)
      for (const code of errors) expect((CATALOGUE[code] as CatalogueRow).developer).toBeDefined();
    const { ApiKeyRefused, ServiceUnavailable, TooManyRequests } = document.components.responses;
    expect(ApiKeyRefused?.description).toContain(CATALOGUE.api_key_refused.developer);
    for (const response of [ServiceUnavailable, TooManyRequests])
      expect(response?.headers).toHaveProperty('Retry-After');
    const named = Object.values(document.components.responses).flatMap(({ description }) =>
      [...description.matchAll(/^`(\w+)`:/gm)].map(([, code]) => code as ErrorCode),
    );
    expect(named.every((code) => code in CATALOGUE)).toBe(true);
  });

  test('refers to nothing that is not there, and holds nothing that nobody refers to', () => {
    const references = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    const names = (kind: string) =>
      new Set(references.filter(([, where]) => where === kind).map(([, , name]) => name));
    expect(names('schemas')).toEqual(new Set(Object.keys(document.components.schemas)));
    expect(names('responses')).toEqual(new Set(Object.keys(document.components.responses)));
  });

  test('is strict about requests, and leaves answers room to grow', () => {
    const { CustomerUpdate, Customer, PlatformProblem } = document.components.schemas;
    expect(CustomerUpdate).toMatchObject({ additionalProperties: false });
    for (const answer of [Customer, PlatformProblem]) {
      expect(answer).toMatchObject({ type: 'object' });
      expect(JSON.stringify(answer)).not.toContain('"additionalProperties":false');
    }
  });
});
