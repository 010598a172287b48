import {
  addressFault,
  type Endpoint,
  type EndpointApi,
  endpointSchema,
  MOST_ENDPOINT_MODELS,
  tidyAddress,
} from '../../core/contract/endpoint.ts';
import { holdsSecret } from '../../core/contract/provider-names.ts';
import { KEY_TEXTS } from './texts.ts';

/** What is in the fields about an address. */
export interface Typed {
  address: string;
  api: EndpointApi;
  models: string;
}

/** What is wrong with each field, and the address where nothing is. */
export interface LookedEndpoint {
  endpoint?: Endpoint;
  address?: string;
  models?: string;
}

/** Longer texts are not looked at. */
const MOST_TYPED = 4_000;

/** Looks at what was typed about an address. It is shown again and stored, so no key may be in it. */
export function lookEndpoint({ address, api, models }: Typed): LookedEndpoint {
  const { addressMissing, modelsMissing, modelsWrong, tooMany, holdsKey } = KEY_TEXTS.endpoint;
  const baseUrl = tidyAddress(address.slice(0, MOST_TYPED), api);
  const ids = [
    ...new Set(
      models
        .slice(0, MOST_TYPED)
        .split(/[\s,;]+/)
        .filter(Boolean),
    ),
  ];
  const read = endpointSchema.safeParse({ baseUrl, api, models: ids });
  const wrongAddress =
    address.trim() === '' ? addressMissing : holdsSecret(address) ? holdsKey : addressFault(baseUrl);
  const wrongModels =
    ids.length === 0
      ? modelsMissing
      : ids.length > MOST_ENDPOINT_MODELS
        ? tooMany
        : holdsSecret(models)
          ? holdsKey
          : !read.success && read.error.issues.some(({ path }) => path[0] === 'models')
            ? modelsWrong
            : undefined;
  return {
    ...(read.success && wrongAddress === undefined && wrongModels === undefined && { endpoint: read.data }),
    ...(wrongAddress !== undefined && { address: wrongAddress }),
    ...(wrongModels !== undefined && { models: wrongModels }),
  };
}
