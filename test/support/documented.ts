import { platformDocument } from '../../api/platform/openapi.ts';
import { ROUTES } from '../../api/routes.ts';
import { platformProblemSchema } from '../../core/contract/platform-problem.ts';
import type { Answer } from './visitor.ts';

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, { $ref?: string }> }>>;
  components: {
    responses: Record<string, { content: Record<string, { examples: Record<string, { value: object }> }> }>;
  };
}

const document = JSON.parse(JSON.stringify(platformDocument(ROUTES, 'https://keyferry.example'))) as Document;
const operations = Object.entries(document.paths).flatMap(([template, methods]) =>
  Object.entries(methods).map(([method, { responses }]) => ({
    method: method.toUpperCase(),
    path: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`),
    responses,
  })),
);

/**
 * Throws unless the platform's document says that this operation can answer so: with this status, this code, and with a field at
 * fault where the document names one, and without where it names none. An address that is none of its operations' is passed over.
 */
export function checkDocumented(method: string, path: string, { status, json, text }: Answer): void {
  const [address = ''] = path.split('?');
  const operation = operations.find((one) => one.method === method && one.path.test(address));
  if (!operation || status < 400) return;
  const wrong = (what: string) =>
    new Error(`${method} ${address}: ${status} ${text}\nis not documented: ${what}`);
  const name = operation.responses[status]?.$ref?.split('/').at(-1);
  if (name === undefined) throw wrong('its status');
  const { code, errors } = platformProblemSchema.parse(json);
  const [content] = Object.values(document.components.responses[name]?.content ?? {});
  const example = content?.examples[code]?.value;
  if (!example) throw wrong('its code');
  if (code !== 'input_invalid' && 'errors' in example !== (errors !== undefined)) throw wrong('its field');
}
