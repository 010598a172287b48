import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { configRows } from '../../core/config.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Service {
  image: string;
  environment?: Record<string, string>;
  secrets?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  healthcheck?: object;
  ports?: string[];
  networks?: string[];
}

const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
};

describe('docker-compose.yml', () => {
  test.each(['api', 'worker'] as const)(
    'sets every variable that the %s needs, secrets from files',
    (who) => {
      const { environment = {}, secrets = [] } = compose.services[who] ?? {};
      for (const { name, readers, fallback, about } of configRows()) {
        if (!readers.includes(who)) continue;
        const isSecret = about.includes(`${name}_FILE`);
        if (fallback === 'required')
          expect(Object.keys(environment)).toContain(isSecret ? `${name}_FILE` : name);
        if (isSecret) expect(environment).not.toHaveProperty(name);
        const file = environment[`${name}_FILE`];
        if (file !== undefined) expect(secrets.map((secret) => `/run/secrets/${secret}`)).toContain(file);
      }
    },
  );

  test.each(['api', 'worker'] as const)('sets nothing that the %s does not know', (who) => {
    const known = configRows()
      .filter(({ readers }) => readers.includes(who))
      .flatMap(({ name, about }) => (about.includes(`${name}_FILE`) ? `${name}_FILE` : name));
    for (const name of Object.keys(compose.services[who]?.environment ?? {})) expect(known).toContain(name);
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
    if (!service.image.startsWith('keyferry:')) expect(service.image).toMatch(/:\d+\.\d+\.\d+/);
  });

  test('keeps Redis from everything but api and worker', () => {
    const reach = Object.entries(compose.services).filter(([, { networks }]) => networks?.includes('inside'));
    expect(reach.map(([name]) => name)).toEqual(['redis', 'api', 'worker']);
    expect(compose.services.redis?.networks).toEqual(['inside']);
  });
});

test('the image is pinned, runs as nobody special and checks its own health', () => {
  const dockerfile = read('Dockerfile');
  expect(dockerfile).toMatch(/^ARG NODE=node:\d+\.\d+\.\d+-bookworm-slim/m);
  for (const from of dockerfile.match(/^FROM .*$/gm) ?? []) expect(from).toMatch(/^FROM \$\{NODE\}/);
  expect(dockerfile).toMatch(/^USER node$/m);
  expect(dockerfile).toMatch(/^HEALTHCHECK /m);
});
