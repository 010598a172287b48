import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAwsStandIn } from '../aws/server.ts';
import { makeAuthority } from './certificates.ts';
import { answer } from './protocol.ts';
import type { Lightsail } from './stand-in.ts';

export async function startLightsail(): Promise<Lightsail> {
  const directory = mkdtempSync(join(tmpdir(), `keyferry-lab-${process.pid}-`));
  const authority = await makeAuthority(directory);
  const server = await startAwsStandIn('lightsail', (request) => answer(request, lightsail));
  const lightsail: Lightsail = {
    ...server,
    authority,
    instances: [],
    pageSize: 100,
    validities: [],
    saidSeconds: 300,
    stop: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return lightsail;
}
