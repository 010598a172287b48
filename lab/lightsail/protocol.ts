import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { HostKey } from '../../core/secrets/host-keys.ts';
import { type AwsAnswer, type AwsRequest, refusal } from '../aws/server.ts';
import type { LabInstance, Lightsail } from './stand-in.ts';

const SERVICE = 'Lightsail_20161128';

/** Answers one request from what the stand-in has. */
export async function answer(request: AwsRequest, lightsail: Lightsail): Promise<AwsAnswer> {
  const { region, target, input } = request;
  const here = lightsail.instances.filter((instance) => instance.region === region);
  if (target === `${SERVICE}.GetInstances`) return getInstances(here, input, lightsail.pageSize);
  const known = [`${SERVICE}.GetInstance`, `${SERVICE}.GetInstanceAccessDetails`];
  if (!known.includes(target)) return refusal('UnknownOperationException', `There is no ${target}.`);
  const instance = here.find(({ name }) => name === input.instanceName);
  if (!instance)
    return refusal('NotFoundException', `The Instance does not exist: ${input.instanceName}`, 404);
  if (target === known[0]) return { status: 200, value: { instance: described(instance) } };
  return { status: 200, value: { accessDetails: await accessDetails(instance, lightsail) } };
}

function getInstances(
  here: readonly LabInstance[],
  { pageToken }: Record<string, unknown>,
  pageSize: number,
): AwsAnswer {
  const from = typeof pageToken === 'string' ? Number(pageToken.replace('page-', '')) : 0;
  const page = here.slice(from, from + pageSize);
  const more = from + pageSize < here.length ? { nextPageToken: `page-${from + pageSize}` } : {};
  return { status: 200, value: { instances: page.map(described), ...more } };
}

function described({ name, region, tags = [], state = 'running' }: LabInstance): object {
  return {
    name,
    tags,
    resourceType: 'Instance',
    location: { availabilityZone: `${region}a`, regionName: region },
    createdAt: 1_700_000_000.123,
    state: { code: state === 'running' ? 16 : 80, name: state },
  };
}

async function accessDetails({ name, box, hostKeys }: LabInstance, lightsail: Lightsail): Promise<object> {
  if (!box) return { instanceName: name, protocol: 'ssh' };
  const keys = hostKeys ?? witnessed(box.knownHostsFile);
  const now = Date.now() / 1000;
  return {
    instanceName: name,
    protocol: 'ssh',
    ipAddress: box.host,
    username: box.user,
    privateKey: lightsail.authority.privateKey,
    certKey: (await lightsail.authority.certify(box.user, lightsail.validities.shift() ?? '-1m:+5m')).trim(),
    expiresAt: now + lightsail.saidSeconds,
    hostKeys: keys.map(({ algorithm, publicKey }) => ({
      algorithm,
      publicKey,
      witnessedAt: now,
      fingerprintSHA256: `SHA256:${createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('base64')}`,
    })),
  };
}

/** The keys of a lab's sshd, as Lightsail would have witnessed them. */
function witnessed(knownHostsFile: string): HostKey[] {
  const lines = readFileSync(knownHostsFile, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [, algorithm = '', publicKey = ''] = line.split(' ');
    return { algorithm, publicKey };
  });
}
