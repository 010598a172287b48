import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Credentials, signedRegion } from './signature.ts';

/** What a server of AWS says, in its JSON. */
export interface AwsAnswer {
  status: number;
  value: unknown;
}

/** A request that came, in AWS's names. */
export interface AwsRequest {
  target: string;
  /** The region that it was signed for; undefined when the signature was not right. */
  region: string | undefined;
  input: Record<string, unknown>;
}

/** AWS's own errors, as they come over the wire. */
export function refusal(type: string, message: string, status = 400): AwsAnswer {
  return { status, value: { __type: type, message } };
}

/** A stand-in for a service of AWS on loopback: its JSON 1.1 protocol, with checked signatures. It is not AWS. */
export interface AwsStandIn {
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly requests: readonly AwsRequest[];
  /** The next requests are refused with these. */
  refuse(...refusals: AwsAnswer[]): void;
  /** Requests, or those for one region, wait until the returned function is called. */
  hold(region?: string): () => void;
  stop(): Promise<void>;
}

/** The most bytes of a request: AWS's own are far smaller. */
const MOST = 1_000_000;

/** Starts one for a service, by its name in signatures; `answer` gets the requests whose signature was right. */
export async function startAwsStandIn(
  service: string,
  answer: (request: AwsRequest) => AwsAnswer | Promise<AwsAnswer>,
): Promise<AwsStandIn> {
  const credentials = { accessKeyId: 'AKIDLAB', secretAccessKey: 'not-a-secret-of-anyone' };
  const requests: AwsRequest[] = [];
  const refusals: AwsAnswer[] = [];
  let held: { region: string | undefined; released: Promise<void> } | undefined;
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const { method = '', url: path = '', headers } = request;
    const region = signedRegion({ method, path, headers, body }, credentials, service);
    const target = String(headers['x-amz-target']);
    const come: AwsRequest = { target, region, input: JSON.parse(body) };
    requests.push(come);
    if (held && (held.region ?? region) === region) await held.released;
    const { status, value } = refusals.shift() ?? (await answered(come, answer));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(value));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials,
    requests,
    refuse: (...more) => void refusals.push(...more),
    hold: (only) => {
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      held = { region: only, released };
      return release;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answered(
  request: AwsRequest,
  answer: (request: AwsRequest) => AwsAnswer | Promise<AwsAnswer>,
): Promise<AwsAnswer> {
  if (request.region === undefined)
    return refusal('InvalidSignatureException', 'The request signature does not match.', 403);
  return answer(request);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MOST) request.destroy();
  }
  return text;
}
