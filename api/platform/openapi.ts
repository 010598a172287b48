import type { z } from 'zod';
import { CATALOGUE, type CatalogueRow, type ErrorCode } from '../../core/contract/errors.ts';
import { webhookSchema } from '../../core/contract/jobs.ts';
import {
  fieldErrorSchema,
  type PlatformProblem,
  platformProblemSchema,
} from '../../core/contract/platform-problem.ts';
import { content, reachable, schemaOf } from '../openapi-schemas.ts';
import type { DocumentedAnswer, PlatformRoute, PlatformTag, Route } from '../route.ts';
import { developerWords, errorAt, type FieldAtFault, type FieldsByCode } from './fields-at-fault.ts';

type Json = Record<string, unknown>;
type AnyRoute = PlatformRoute<unknown, unknown, unknown>;

const ABOUT = `For the servers of a platform that gives its customers boxes. Every request carries an API key:
\`Authorization: Bearer <key>\`. Never give a key to a browser.

**Requests** are read strictly: a field or parameter that is not described here is refused by name.
**Answers** may gain fields, codes and event types: pass over what you do not know.
**Lists** come in pages: ask for the next one with \`cursor\` set to \`nextCursor\`, until that is null.
**Errors** are \`application/problem+json\`. \`code\` is for your program, \`message\` for your log; \`errors\` names
each field that is at fault, and the rule that it breaks.
**Limit**: 300 requests a minute with one key, unless \`429\` says otherwise.`;

const TAGS: Readonly<Record<PlatformTag, string>> = {
  'Connect links': "How a customer gets from your dashboard to Keyferry's page.",
  Customers: 'What you tell Keyferry about your customers.',
  Connections: 'Which customer is connected to which provider, until when, and whether it works.',
  Handshakes: 'Attempts to connect.',
  Events: 'What has happened, as webhooks and for reading again.',
  Cases: 'Trouble that stays until somebody has resolved it, or it is over.',
  Usage: 'What the boxes have used, and with whose credential.',
  Boxes: "Customers' machines.",
};

/** Errors of every operation, and of those with a body. */
const EVERYWHERE: readonly ErrorCode[] = [
  'input_invalid',
  'api_key_refused',
  'not_here',
  'too_many_requests',
  'internal_error',
  'service_unavailable',
];
const WITH_BODY: readonly ErrorCode[] = ['body_too_large'];

/** The platform's API as an OpenAPI 3.1 document, made from its routes and the schemas that they check with. */
export function platformDocument(routes: readonly Route[], server: string): Json {
  const responses = new Map<string, Json>();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    if (route.who !== 'platform') continue;
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operationOf(route, responses) };
  }
  const used = new Set(routes.flatMap((route) => (route.who === 'platform' ? [route.tag] : [])));
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Keyferry: the platform’s API',
      version: '1',
      description: ABOUT,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: server, description: 'BASE_DOMAIN; the same routes answer on `api.` below it' }],
    security: [{ apiKey: [] }],
    tags: Object.entries(TAGS)
      .filter(([name]) => name === 'Events' || used.has(name as PlatformTag))
      .map(([name, description]) => ({ name, description })),
    paths,
    webhooks: { event: { post: WEBHOOK } },
  };
  const components = {
    responses: Object.fromEntries([...responses].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    securitySchemes: {
      apiKey: { type: 'http', scheme: 'bearer', description: 'A key from API_KEYS' },
    },
  };
  const inRequests = routes.flatMap((route) =>
    route.who === 'platform' && route.body ? [content(route.body)] : [],
  );
  return {
    ...document,
    components: { schemas: reachable([document, components], inRequests), ...components },
  };
}

function operationOf(route: AnyRoute, responses: Map<string, Json>): Json {
  const parameters = [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')];
  const answers = Object.entries(route.answers).map(([status, answer]) => [status, answerOf(answer)]);
  const { bodyExample } = route;
  return {
    operationId: route.operation,
    tags: [route.tag],
    summary: route.about,
    ...(route.details === undefined ? {} : { description: route.details }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body
      ? { requestBody: { required: true, content: withExample(content(route.body), bodyExample) } }
      : {}),
    responses: { ...Object.fromEntries(answers), ...problemsOf(route, responses) },
  };
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query'): Json[] {
  if (!schema) return [];
  return Object.entries((schema as z.ZodObject).shape).map(([name, field]) => {
    const { description, examples, ...written } = schemaOf(field as z.ZodType);
    return {
      name,
      in: where,
      required: where === 'path',
      ...(description === undefined ? {} : { description }),
      schema: written,
    };
  });
}

function answerOf({ about, schema, type, example, headers }: DocumentedAnswer): Json {
  return {
    description: about,
    ...(headers ? { headers: headersOf(headers) } : {}),
    ...(schema ? { content: withExample(content(schema, type), example) } : {}),
  };
}

function headersOf(headers: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  );
}

function withExample(body: Json, example: unknown): Json {
  if (example === undefined) return body;
  return Object.fromEntries(
    Object.entries(body).map(([type, written]) => [type, { ...(written as Json), example }]),
  );
}

/** The most codes of which a response of the document is named. */
const MOST_NAMED = 6;

/** Problems by status; what several operations answer alike is one response of the document. */
function problemsOf(route: AnyRoute, responses: Map<string, Json>): Json {
  const { errors = [], body, bodyExample, operation } = route;
  const fields = route.fields?.(bodyExample) ?? {};
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set([...errors, ...EVERYWHERE, ...(body ? WITH_BODY : [])])) {
    const { status = 500 }: CatalogueRow = CATALOGUE[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const all = [...byStatus].map(([status, codes]) => {
    const response = problemOf(status, codes, fields);
    const short =
      codes.length > MOST_NAMED
        ? pascal(`${operation}_${status}`)
        : codes.map((code) => pascal(code)).join('');
    // The same codes about other fields are another answer.
    const isTaken = JSON.stringify(responses.get(short) ?? response) !== JSON.stringify(response);
    const name = isTaken ? `${short}Of${pascal(operation)}` : short;
    responses.set(name, response);
    return [status, { $ref: `#/components/responses/${name}` }] as const;
  });
  return Object.fromEntries(all);
}

const WAITS: ReadonlySet<number> = new Set([429, 503]);

function problemOf(status: number, codes: readonly ErrorCode[], fields: FieldsByCode): Json {
  const said = codes.map((code) => `\`${code}\`: ${developerWords(code)}`);
  const examples = Object.fromEntries(
    codes.map((code) => [code, { value: exampleOf(code, status, fields[code]) }]),
  );
  const [[type, written] = []] = Object.entries(content(platformProblemSchema, 'application/problem+json'));
  return {
    description: said.join('\n\n'),
    ...(WAITS.has(status) ? { headers: headersOf({ 'Retry-After': 'Seconds to wait' }) } : {}),
    content: { [`${type}`]: { ...(written as Json), examples } },
  };
}

function exampleOf(code: ErrorCode, status: number, at: FieldAtFault | undefined): PlatformProblem {
  const title = developerWords(code);
  const problem = { type: `urn:keyferry:${code}`, title, status, code, message: title };
  // What breaks a rule of the schemas can be any field.
  if (code !== 'input_invalid') return at ? { ...problem, errors: [errorAt(at, title)] } : problem;
  const message = '`limit` must be at most 200.';
  return {
    ...problem,
    message,
    errors: [fieldErrorSchema.parse({ in: 'query', field: 'limit', rule: 'maximum', limit: 200, message })],
  };
}

function pascal(code: string): string {
  return code.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const WEBHOOK: Json = {
  operationId: 'receiveEvent',
  tags: ['Events'],
  summary: 'An event, sent to WEBHOOK_URL',
  description:
    'Signed as in Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`. A repeated request has the same `webhook-id`: process each once.',
  security: [],
  requestBody: { required: true, content: content(webhookSchema) },
  responses: {
    '2XX': { description: 'Received. After any other answer it is sent again, with growing delays' },
    '4XX': { description: 'Not received: it is sent again, with growing delays' },
  },
};
