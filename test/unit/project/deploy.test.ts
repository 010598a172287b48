import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { configRows, readConfig } from '../../../core/process/config.ts';
import { publicHalf } from '../../../core/secrets/sealed-to-workers.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

interface Service {
  image: string;
  environment?: Record<string, string | null>;
  secrets?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  ulimits?: { core?: number };
  mem_limit?: string;
  memswap_limit?: string;
  pids_limit?: number;
  command?: string[];
  healthcheck?: object;
  ports?: string[];
  networks?: string[];
  volumes?: (string | { source: string; target: string })[];
}

interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
}
const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose;

/** As Compose fills in variables: a default, an alternative, or a sentence where one must be set; without a value, what is set. */
function filledIn(variables: Record<string, string>): Compose {
  const fill = (text: string) =>
    text.replace(
      /(?<!\$)\$\{(\w+)(?::([-+?])([^}]*))?\}/g,
      (_all, name: string, how: string | undefined, word = '') => {
        const value = variables[name] ?? '';
        if (how === '+') return value && word;
        if (how === '?' && !value) throw new Error(`${name}: ${word}`);
        return value || (how === '-' ? word : '');
      },
    );
  const filled = (key: unknown, value: unknown) => {
    if (value === null && typeof key === 'string' && /^[A-Z_]+$/.test(key)) return variables[key];
    return typeof value === 'string' ? fill(value) : value;
  };
  return parse(read('docker-compose.yml'), filled, { merge: true }) as Compose;
}

/** The image sets it or nobody in a container changes it; for tests and demos; Sentinels are not on one host. */
const NOT_SET = new Set([
  'HOST',
  'PORT',
  'HEALTH_PORT',
  'BASE_SCHEME',
  'STAND_IN_SIGN_IN',
  'REDIS_SENTINEL_PASSWORD',
]);

describe('docker-compose.yml', () => {
  test.each(['api', 'worker'] as const)(
    'sets or passes on every variable that the %s reads, secrets from files, with no default of its own',
    (who) => {
      const { environment = {}, secrets = [] } = compose.services[who] ?? {};
      for (const { name, readers, fallback, about } of configRows()) {
        if (!readers.includes(who)) continue;
        const isSecret = about.includes(`${name}_FILE`);
        const set = isSecret ? `${name}_FILE` : name;
        if (!NOT_SET.has(name)) expect(Object.keys(environment)).toContain(set);
        expect(environment[name]).not.toBe(`\${${name}:-${fallback === '–' ? '' : fallback}}`);
        if (isSecret) expect(environment).not.toHaveProperty(name);
        const file = environment[`${name}_FILE`];
        if (file) expect(secrets.map((secret) => `/run/secrets/${secret}`)).toContain(file);
      }
    },
  );

  test.each(['api', 'worker'] as const)('sets nothing that the %s does not know', (who) => {
    const known = configRows()
      .filter(({ readers }) => readers.includes(who))
      .flatMap(({ name, about }) => (about.includes(`${name}_FILE`) ? `${name}_FILE` : name));
    const names = Object.keys(compose.services[who]?.environment ?? {});
    for (const name of names.filter((name) => !name.startsWith('AWS_'))) expect(known).toContain(name);
  });

  test('has no secret of its own, and does not start without the operator’s', () => {
    for (const { file } of Object.values(compose.secrets)) expect(file).toMatch(/^\$\{SECRETS_DIRECTORY:\?/);
    expect(read('docker-compose.yml')).toMatch(/BASE_DOMAIN: \$\{BASE_DOMAIN:\?/);
  });

  test.each(Object.entries(compose.services))('gives %s no more than it needs', (name, service) => {
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    if (name !== 'proxy') expect(service.ports).toBeUndefined();
    // A version, not a moving tag; our own image is built here.
    if (!service.image.startsWith('keyferry:'))
      expect(service.image).toMatch(/:\d+\.\d+\.\d+|postgres:\d+\.\d+/);
  });

  test.each(Object.keys(compose.services))(
    'lets %s write no core file, use no swap, and no more memory and processes than a limit',
    (name) => {
      const variables = { BASE_DOMAIN: 'connect.example.com', SECRETS_DIRECTORY: '/secrets' };
      const { ulimits, mem_limit, memswap_limit, pids_limit } = filledIn(variables).services[name] ?? {};
      expect(ulimits).toEqual({ core: 0 });
      expect(mem_limit).toMatch(/^\d+g$/);
      expect(memswap_limit).toBe(mem_limit);
      expect(pids_limit).toBeGreaterThan(0);
    },
  );

  test('has Redis refuse writes well before its container is out of memory', () => {
    const { command = [], mem_limit = '' } = compose.services.redis ?? {};
    const [, most] = /--maxmemory (\d+)gb /.exec(command.join(' ')) ?? [];
    expect(Number(most)).toBeGreaterThan(0);
    // Rewriting the append-only file forks: what is written meanwhile is there twice.
    expect(2 * Number(most)).toBeLessThanOrEqual(Number.parseInt(mem_limit, 10));
  });

  test('keeps Redis and PostgreSQL from everything but api and worker', () => {
    const reach = Object.entries(compose.services).filter(([, { networks }]) => networks?.includes('inside'));
    expect(reach.map(([name]) => name)).toEqual(['redis', 'postgres', 'api', 'worker']);
    expect(compose.services.redis?.networks).toEqual(['inside']);
    expect(compose.services.postgres?.networks).toEqual(['inside']);
  });
});

describe('filled in, docker-compose.yml', () => {
  let secrets: string;

  beforeAll(() => {
    secrets = join(mkdtempSync(join(tmpdir(), 'keyferry-deploy-')), 'secrets');
    const script = fileURLToPath(new URL('../../../deploy/make-secrets', import.meta.url));
    execFileSync(script, [secrets], { stdio: 'ignore' });
  });
  afterAll(() => rmSync(join(secrets, '..'), { recursive: true, force: true }));

  const deployment = () => ({ BASE_DOMAIN: 'connect.example.com', SECRETS_DIRECTORY: secrets });
  /** A service's environment, with the secrets where they are on this machine. */
  const environment = (who: 'api' | 'worker', variables: Record<string, string>) => {
    const all = filledIn({ ...deployment(), ...variables }).services[who]?.environment ?? {};
    const entries = Object.entries(all).map(([name, text]) => [
      name,
      `${text}`.replace('/run/secrets', secrets),
    ]);
    return Object.fromEntries(entries) as Record<string, string>;
  };

  test.each([
    ['a file', { BOXES_DIRECTORY: '/etc/keyferry/boxes' }, ['/boxes/boxes.yaml', undefined]],
    ['Lightsail', { LIGHTSAIL_REGIONS: 'eu-central-1' }, [undefined, ['eu-central-1']]],
    [
      'both',
      { BOXES_DIRECTORY: '/etc/keyferry/boxes', LIGHTSAIL_REGIONS: 'eu-central-1,us-east-1' },
      ['/boxes/boxes.yaml', ['eu-central-1', 'us-east-1']],
    ],
  ])('lets the worker start with its boxes in %s', (_where, variables, expected) => {
    const { BOXES_FILE, LIGHTSAIL_REGIONS, LIGHTSAIL_TAG, LIGHTSAIL_SSH_PORT } = readConfig(
      'worker',
      environment('worker', variables),
    );
    expect([BOXES_FILE, LIGHTSAIL_REGIONS]).toEqual(expected);
    expect([LIGHTSAIL_TAG, LIGHTSAIL_SSH_PORT]).toEqual(['keyferry-customer', 22]);
  });

  test('lets no worker start that can have no boxes', () => {
    const nowhere = { BOX_KINDS: 'none' };
    expect(() => readConfig('worker', environment('worker', nowhere))).toThrow(/BOX_KINDS is `none`, so/);
  });

  test('mounts the operator’s folder, or an empty one of ours', () => {
    const source = (variables: Record<string, string>) =>
      filledIn({ ...deployment(), ...variables }).services.worker?.volumes?.map((volume) =>
        typeof volume === 'string' ? volume : volume.source,
      );
    expect(source({ BOXES_DIRECTORY: '/etc/keyferry/boxes' })).toEqual(['/etc/keyferry/boxes']);
    expect(source({})).toEqual(['./deploy/no-boxes']);
    expect(readdirSync(new URL('../../../deploy/no-boxes', import.meta.url))).toEqual(['.gitkeep']);
  });

  test('lets the api start, and finds every secret where make-secrets puts it', () => {
    const hooks = { WEBHOOK_URL: 'https://dashboard.example.com/hooks' };
    expect(readConfig('api', environment('api', hooks)).BASE_DOMAIN).toBe('connect.example.com');
    for (const { file } of Object.values(filledIn(deployment()).secrets)) expect(existsSync(file)).toBe(true);
    const { AWS_SHARED_CREDENTIALS_FILE = '' } = environment('worker', {});
    expect(readFileSync(AWS_SHARED_CREDENTIALS_FILE, 'utf8')).toBe('');
  });

  test('gives the api the public half of the workers’ key, and the private half to workers alone', () => {
    const { WORKER_PUBLIC_KEYS } = readConfig('api', environment('api', {}));
    const { WORKER_KEYS } = readConfig('worker', environment('worker', {}));
    expect(WORKER_KEYS.map(publicHalf)).toEqual(WORKER_PUBLIC_KEYS);
    const holders = Object.entries(filledIn(deployment()).services)
      .filter(([, { secrets = [] }]) => secrets.includes('worker_keys'))
      .map(([name]) => name);
    expect(holders).toEqual(['worker']);
  });

  test.each(['BASE_DOMAIN', 'SECRETS_DIRECTORY'])('does not start without %s', (name) => {
    expect(() => filledIn({ ...deployment(), [name]: '' })).toThrow(name);
  });
});

test('the image is pinned, runs as nobody special and checks its own health', () => {
  const dockerfile = read('Dockerfile');
  expect(dockerfile).toMatch(/^ARG NODE=node:\d+\.\d+\.\d+-bookworm-slim/m);
  for (const from of dockerfile.match(/^FROM .*$/gm) ?? []) expect(from).toMatch(/^FROM \$\{NODE\}/);
  expect(dockerfile).toMatch(/^USER node$/m);
  expect(dockerfile).toMatch(/^HEALTHCHECK /m);
});
