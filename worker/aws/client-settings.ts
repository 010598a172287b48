/** Tries of one request; the SDK waits longer and longer between them, about 4 s in total. */
const MAX_ATTEMPTS = 5;
const CONNECT_MS = 3_000;
const ANSWER_MS = 10_000;

export interface AwsPlace {
  region: string;
  /** Instead of AWS's own; `{region}` stands for the region. */
  endpoint?: string | undefined;
}

/** How a client of one of AWS's services is set up: credentials are the SDK's usual ones, and every request ends. */
export function clientSettings({ region, endpoint }: AwsPlace) {
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint: endpoint.replaceAll('{region}', region) }),
    retryMode: 'standard',
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
    },
  };
}
