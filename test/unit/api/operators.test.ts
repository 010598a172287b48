import { describe, expect, test } from '@jest/globals';
import { addressReader } from '../../../api/http/address.ts';
import { consoleOrigin, placeOf } from '../../../api/http/hosts.ts';
import { nameOf, roleOf } from '../../../api/operators/claims.ts';
import { OperatorsFileError, readOperators, writeOperators } from '../../../api/operators/file-text.ts';
import { hashPassword, isPassword, PASSWORD_HASH } from '../../../api/operators/passwords.ts';
import { ACTIONS, may, operatorNameSchema, ROLES, type Role } from '../../../core/contract/operators.ts';
import { readConfig } from '../../../core/process/config.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { freshWorkerKeys } from '../../../lab/worker-keys.ts';

const HASH = `$argon2id$v=19$m=19456,t=2,p=1$${'s'.repeat(22)}$${'h'.repeat(43)}`;

describe('roles', () => {
  /** What each may do; the next one all of that too. */
  const OWN: Record<Role, string[]> = {
    observer: ['sign-in', 'sign-out', 'see', 'watch', 'replay', 'queues-see'],
    support: [
      're-run',
      'cancel',
      'disconnect',
      'doctor',
      'diagnostics',
      'visit',
      'look',
      'connection-test',
      'repair-ask',
      'fleet-export',
      'usage-export',
      'fleet-pause',
      'case-change',
      'case-note',
      'case-export',
      'connect-link',
    ],
    admin: ['limits', 'audit', 'queues-change', 'fleet-resume', 'fleet-stop'],
  };

  test.each(ROLES)('%s may what the table says', (role) => {
    const allowed = ROLES.slice(0, ROLES.indexOf(role) + 1).flatMap((each) => OWN[each]);
    const actions = Object.keys(ACTIONS) as (keyof typeof ACTIONS)[];
    expect(actions.filter((action) => may(role, action)).sort()).toEqual(allowed.sort());
  });
});

describe('a file of operators', () => {
  test('is read as it was written', () => {
    const entries = new Map([
      ['olga', { role: 'admin', password: HASH }],
      ['ben@example.com', { role: 'observer', password: HASH }],
    ] as const);
    expect(readOperators(writeOperators(entries), 'f')).toEqual(entries);
    expect(readOperators(writeOperators(new Map()), 'f')).toEqual(new Map());
  });

  test.each([
    ['no YAML', 'operators: ['],
    ['something else', 'boxes: {}'],
    ['a name that is none', `operators: { "a b": { role: admin, password: "${HASH}" } }`],
    ['a role that is none', `operators: { olga: { role: root, password: "${HASH}" } }`],
    ['a password as it is', 'operators: { olga: { role: admin, password: my-own-password } }'],
    ['a cheaper hash', `operators: { olga: { role: admin, password: "${HASH.replace('19456', '8')}" } }`],
    ['something unknown', `operators: { olga: { role: admin, password: "${HASH}", more: 1 } }`],
    ['a name twice', `operators:\n  olga: { role: admin, password: "${HASH}" }\n  olga: { role: observer }`],
  ])('is refused with %s, without quoting it', (_, text) => {
    expect(() => readOperators(text, 'operators.yaml')).toThrow(OperatorsFileError);
    expect(() => readOperators(text, 'operators.yaml')).toThrow(/^operators\.yaml: (?!.*(my-own|argon2))/);
  });
});

describe('a password', () => {
  test('is known by its hash, which is another each time', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => hashPassword(new Secret('a long enough one'))));
    expect(one).toMatch(PASSWORD_HASH);
    expect(one).not.toBe(other);
    expect(await isPassword(new Secret('a long enough one'), one)).toBe(true);
    expect(await isPassword(new Secret('a long enough two'), one)).toBe(false);
  });

  test('is the same however a keyboard composes its letters', async () => {
    const hash = await hashPassword(new Secret('für immer und ewig'.normalize('NFD')));
    expect(await isPassword(new Secret('für immer und ewig'.normalize('NFC')), hash)).toBe(true);
  });

  test('is nobody’s where there is no hash', async () => {
    expect(await isPassword(new Secret('a long enough one'), undefined)).toBe(false);
    expect(await isPassword(new Secret(''), undefined)).toBe(false);
  });

  test('is looked at beside three others and no more', async () => {
    const tried = () => isPassword(new Secret('a long enough one'), undefined);
    const ends = await Promise.allSettled(Array.from({ length: 7 }, tried));
    expect(ends.map(({ status }) => status)).toEqual([
      ...Array(4).fill('fulfilled'),
      ...Array(3).fill('rejected'),
    ]);
    expect(ends.at(-1)).toMatchObject({ reason: { code: 'too_many_requests' } });
    // There is room again.
    expect(await tried()).toBe(false);
  });
});

describe('what an identity provider says', () => {
  const roles = new Map<string, Role>([
    ['helpers', 'support'],
    ['chiefs', 'admin'],
    ['all', 'observer'],
  ]);
  test.each([
    [['all', 'chiefs', 'helpers'], 'admin'],
    [['helpers', 'unknown'], 'support'],
    ['all', 'observer'],
    [['Chiefs'], undefined],
    [[], undefined],
    [undefined, undefined],
    [{ chiefs: true }, undefined],
    [[['chiefs']], undefined],
    ['constructor', undefined],
  ])('%j is worth the role %s', (claim, role) => {
    expect(roleOf(claim, roles)).toBe(role);
  });

  test.each([
    [{ preferred_username: 'ada', email: 'a@b.c', sub: '1' }, 'ada'],
    [{ preferred_username: 'Ada L.', email: 'a@b.c', sub: '1' }, 'a@b.c'],
    [{ preferred_username: 7, sub: 'auth0|17' }, 'auth0_17'],
    [{ sub: 'ü'.repeat(300) }, '_'.repeat(100)],
    [{}, 'unnamed'],
  ])('%j is called %s', (claims, name) => {
    expect(nameOf(claims)).toBe(name);
    expect(operatorNameSchema.safeParse(name).success).toBe(true);
  });
});

describe('settings', () => {
  const most = {
    DATABASE_URL: 'postgresql://keyferry:word@database/keyferry',
    SEALING_KEYS: `one:${Buffer.from(Array.from({ length: 32 }, (_, each) => each)).toString('base64')}`,
    WORKER_PUBLIC_KEYS: freshWorkerKeys().WORKER_PUBLIC_KEYS,
    API_KEYS: 'one:abcdefghijklmnopqrstuvwxyz0123456789',
    BASE_DOMAIN: 'keyferry.test',
  };
  const oidc = {
    OIDC_ISSUER: 'https://login.example.com',
    OIDC_CLIENT_ID: 'keyferry',
    OIDC_CLIENT_SECRET: 'secret',
    OIDC_ROLES: 'a:observer, urn:b:c : admin',
  };

  test('of an identity provider are read', () => {
    const config = readConfig('api', { ...most, ...oidc });
    expect(config.OIDC_ROLES).toEqual(
      new Map([
        ['a', 'observer'],
        ['urn:b:c', 'admin'],
      ]),
    );
    expect([config.OIDC_ROLE_CLAIM, config.OIDC_NAME, config.OPERATOR_HOURS]).toEqual([
      'groups',
      'single sign-on',
      8,
    ]);
  });

  test.each(Object.keys(oidc))('of an identity provider do without %s only all together', (name) => {
    const without = () => readConfig('api', { ...most, ...oidc, [name]: '' });
    expect(without).toThrow(/OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_ROLES/);
  });

  test.each([
    ['OIDC_ROLES', 'a:root'],
    ['OIDC_ROLES', 'a:admin,a:observer'],
    ['OIDC_ROLES', 'admin'],
    ['OIDC_ISSUER', 'http://login.example.com'],
    ['OIDC_ISSUER', 'login.example.com'],
  ])('%s cannot be %s', (name, value) => {
    expect(() => readConfig('api', { ...most, ...oidc, [name]: value })).toThrow(new RegExp(`${name} must`));
  });

  test('an issuer on this machine may do without TLS', () => {
    for (const OIDC_ISSUER of ['http://127.0.0.1:4000', 'http://localhost:4000'])
      expect(readConfig('api', { ...most, ...oidc, OIDC_ISSUER }).OIDC_ISSUER).toBe(OIDC_ISSUER);
  });
});

describe('the console', () => {
  test.each(['admin.keyferry.test', 'ADMIN.Keyferry.Test'])('is at %s', (host) => {
    const domain = { BASE_DOMAIN: 'keyferry.test', BASE_SCHEME: 'https' as const };
    expect(placeOf(host, domain)).toEqual({ kind: 'console', origin: 'https://admin.keyferry.test' });
    expect(consoleOrigin(domain)).toBe('https://admin.keyferry.test');
  });
});

describe('the address that something came from', () => {
  const request = (remote: string, forwarded?: string) =>
    ({
      socket: { remoteAddress: remote },
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    }) as unknown as Parameters<ReturnType<typeof addressReader>>[0];

  test.each([
    [undefined, '203.0.113.9', '192.0.2.1', '203.0.113.9'],
    [['loopback'], '203.0.113.9', '192.0.2.1', '203.0.113.9'],
    [['loopback'], '127.0.0.1', '192.0.2.1', '192.0.2.1'],
    [['loopback'], '127.0.0.1', '10.9.9.9, 192.0.2.1', '192.0.2.1'],
    [['loopback', 'uniquelocal'], '127.0.0.1', '192.0.2.1, 10.0.0.1', '192.0.2.1'],
    [['loopback'], '127.0.0.1', undefined, '127.0.0.1'],
    [['loopback'], '127.0.0.1', '', '127.0.0.1'],
    [['loopback'], '127.0.0.1', 'x'.repeat(500), 'x'.repeat(64)],
  ])('with %j trusted, from %s by way of %s, is %s', (trusted, remote, forwarded, address) => {
    expect(addressReader(trusted)(request(remote, forwarded))).toBe(address);
  });
});
