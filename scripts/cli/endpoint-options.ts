import {
  type Endpoint,
  type EndpointApi,
  endpointSchema,
  tidyAddress,
} from '../../core/contract/endpoint.ts';
import type { ProviderRow } from '../../core/contract/providers.ts';

/** What `keyferry key add` is told of an address of the customer's own. */
export interface EndpointOptions {
  baseUrl?: string;
  api?: string;
  model?: readonly string[];
}

type Usage = (message: string) => never;

/** The address where the provider asks for one; otherwise there is none to say. */
export function endpointOf(
  { id, endpoint: apis, baseUrl: usual }: ProviderRow,
  { baseUrl = usual, api: named, model: models = [] }: EndpointOptions,
  usage: Usage,
): Endpoint | undefined {
  if (!apis) {
    if (named !== undefined) return usage(`error: --api and --base-url are not for ${id}`);
    return models.length > 1 ? usage(`error: ${id} takes one --model`) : undefined;
  }
  const api = apis.find((known) => known === (named ?? (apis.length === 1 ? apis[0] : undefined)));
  if (!api) return usage(`error: ${id} wants --api, one of ${apis.join(', ')}`);
  if (baseUrl === undefined) return usage(`error: ${id} wants --base-url`);
  if (models.length === 0) return usage(`error: ${id} wants --model, once for each of its models`);
  return checked(baseUrl, api, models, usage);
}

function checked(typed: string, api: EndpointApi, models: readonly string[], usage: Usage): Endpoint {
  const read = endpointSchema.safeParse({ baseUrl: tidyAddress(typed, api), api, models });
  if (read.success) return read.data;
  const { path, message } = read.error.issues[0] ?? { path: [], message: '' };
  return usage(`error: ${path[0] === 'baseUrl' ? '--base-url' : '--model'}: ${message}`);
}
