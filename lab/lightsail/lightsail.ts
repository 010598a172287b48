import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuthority } from './certificates.ts';
import { answer } from './protocol.ts';
import { signedRegion } from './signature.ts';
import type { LabRequest, Lightsail, Refusal } from './stand-in.ts';

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
