import {
  type Endpoint,
  type EndpointApi,
  endpointSchema,
  faultOf,
  MOST_ENDPOINT_MODELS,
  tidyAddress,
} from '../../core/contract/endpoint.ts';
import { holdsSecret } from '../../core/contract/provider-names.ts';
import { say } from '../messages/say.ts';

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
  const fault = faultOf(baseUrl);
  const wrongAddress =
    address.trim() === ''
      ? say('endpoint.addressMissing')
      : holdsSecret(address)
        ? say('endpoint.holdsKey')
        : fault && say(`endpoint.faults.${fault}`);
  const wrongModels =
    ids.length === 0
      ? say('endpoint.modelsMissing')
      : ids.length > MOST_ENDPOINT_MODELS
        ? say('endpoint.tooMany')
        : holdsSecret(models)
          ? say('endpoint.holdsKey')
          : !read.success && read.error.issues.some(({ path }) => path[0] === 'models')
            ? say('endpoint.modelsWrong')
            : undefined;
  return {
    ...(read.success && wrongAddress === undefined && wrongModels === undefined && { endpoint: read.data }),
    ...(wrongAddress !== undefined && { address: wrongAddress }),
    ...(wrongModels !== undefined && { models: wrongModels }),
  };
}
