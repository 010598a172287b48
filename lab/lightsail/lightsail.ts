import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostKey } from '../../worker/transports/known-hosts.ts';
import type { Sshd } from '../sshd.ts';
import { type Authority, makeAuthority } from './certificates.ts';
import { answer, type Refusal } from './protocol.ts';
import { type Credentials, signedRegion } from './signature.ts';

/** An instance of the stand-in. */
export interface LabInstance {
  name: string;
  region: string;
  tags?: readonly { key: string; value?: string }[];
  /** Default `running`. */
  state?: string;
  /** Where its access details lead; without one there are none. */
  box?: Pick<Sshd, 'host' | 'user' | 'knownHostsFile'>;
  /** Instead of the box's own. */
  hostKeys?: readonly HostKey[];
}

/** A request that came, in AWS's names. */
export interface LabRequest {
  target: string;
  /** The region that it was signed for; undefined when the signature was not right. */
  region: string | undefined;
  input: Record<string, unknown>;
}

/**
 * A stand-in for AWS Lightsail on loopback: its JSON 1.1 protocol for the three requests that Keyferry makes, with
 * checked signatures. It is made from AWS's documentation and from what its SDK sends and takes; it is not AWS.
 */
export interface Lightsail {
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly authority: Authority;
  /** All instances, to be changed at will. */
  readonly instances: LabInstance[];
  readonly requests: readonly LabRequest[];
  /** Instances on a page. */
  pageSize: number;
  /** Validities of the certificates to come (ssh-keygen -V); after them 5 minutes each. */
  readonly validities: string[];
  /** Seconds for which certificates are said to be good. */
  saidSeconds: number;
  /** The next requests are refused with these. */
  refuse(...refusals: Refusal[]): void;
  /** Requests, or those for one region, wait until the returned function is called. */
  hold(region?: string): () => void;
  stop(): Promise<void>;
}

export async function startLightsail(): Promise<Lightsail> {
  const directory = mkdtempSync(join(tmpdir(), `keyferry-lab-${process.pid}-`));
  const authority = await makeAuthority(directory);
  const requests: LabRequest[] = [];
  const refusals: Refusal[] = [];
  let held: { region: string | undefined; released: Promise<void> } | undefined;
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const { method = '', url: path = '', headers } = request;
    const region = signedRegion({ method, path, headers, body }, lightsail.credentials);
    const target = String(headers['x-amz-target']);
    const come: LabRequest = { target, region, input: JSON.parse(body) };
    requests.push(come);
    if (held && (held.region ?? region) === region) await held.released;
    const { status, value } = refusals.shift() ?? (await answer(come, lightsail));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(value));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const lightsail: Lightsail = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIDLAB', secretAccessKey: 'not-a-secret-of-anyone' },
    authority,
    instances: [],
    requests,
    pageSize: 100,
    validities: [],
    saidSeconds: 300,
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
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return lightsail;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}
