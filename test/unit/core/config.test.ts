import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigError, configRows, readConfig } from '../../../core/process/config.ts';
import { redisSettings } from '../../../core/store/redis.ts';
import { freshWorkerKeys } from '../../../lab/worker-keys.ts';

type Environment = Record<string, string>;

const sealing = (id = 'k1') => `${id}:${randomBytes(32).toString('base64')}`;
const apiKey = (name = 'dashboard') => `${name}:${randomBytes(32).toString('hex')}`;
const webhookSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

const DATABASE_URL = 'postgresql://keyferry:word@database/keyferry';
const { WORKER_KEYS, WORKER_PUBLIC_KEYS } = freshWorkerKeys();
const WORKER: Environment = {
  DATABASE_URL,
  SEALING_KEYS: sealing(),
  WORKER_KEYS,
  BOXES_FILE: './boxes.yaml',
};
const API: Environment = {
  DATABASE_URL,
  SEALING_KEYS: sealing(),
  WORKER_PUBLIC_KEYS,
  BASE_DOMAIN: 'keyferry.example',
  API_KEYS: apiKey(),
};

/** What is said of settings that are not right, a line each. */
function refused(who: 'api' | 'worker', environment: Environment): string[] {
  try {
    readConfig(who, environment);
  } catch (thrown) {
    if (thrown instanceof ConfigError) {
      const [first, ...lines] = thrown.message.split('\n');
      expect(first).toBe(`Keyferry's ${who} cannot start:`);
      expect(lines.pop()).toBe('`keyferry config` explains every variable.');
      return lines.map((line) => line.trim());
    }
    throw thrown;
  }
  throw new Error('it was taken');
}

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-config-'));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('settings', () => {
  test('of a worker have fallbacks for all but what nobody can guess', () => {
    expect(readConfig('worker', WORKER)).toMatchObject({
      REDIS_URL: 'redis://127.0.0.1:6379',
      REDIS_PREFIX: 'keyferry',
      LOG_LEVEL: 'info',
      HEALTH_HOST: '127.0.0.1',
      HEALTH_PORT: 9464,
      BOXES_FILE: './boxes.yaml',
      LIGHTSAIL_TAG: 'keyferry-customer',
      LIGHTSAIL_SSH_PORT: 22,
      CONCURRENCY: 1_000,
      WAITING_MINUTES: 15,
      LIVE_PROOF: true,
    });
    expect(refused('worker', {})).toEqual([
      'DATABASE_URL is missing.',
      'SEALING_KEYS is missing.',
      'WORKER_KEYS is missing.',
    ]);
    const { BOXES_FILE, ...nowhere } = WORKER;
    expect(BOXES_FILE).toBeDefined();
    expect(refused('worker', { ...nowhere, BOX_KINDS: 'none' })).toEqual([
      expect.stringMatching(/^BOX_KINDS is `none`, so BOXES_FILE or/),
    ]);
    expect(readConfig('worker', nowhere).BOX_KINDS).toEqual(new Set(['ssh', 'kubernetes']));
  });

  test('of the api have fallbacks for all but what nobody can guess', () => {
    const config = readConfig('api', API);
    expect(config).toMatchObject({
      BASE_DOMAIN: 'keyferry.example',
      BASE_SCHEME: 'https',
      HOST: '127.0.0.1',
      PORT: 8080,
      CONNECT_LINK_MINUTES: 10,
      SESSION_HOURS: 12,
      HAND_OVER: 'on',
      SIGN_IN_BEGINS: 'visit',
      QUEUE_LIMIT: 1000,
    });
    expect(config.WEBHOOK_URL).toBeUndefined();
    expect(refused('api', {})).toEqual([
      'DATABASE_URL is missing.',
      'SEALING_KEYS is missing.',
      'WORKER_PUBLIC_KEYS is missing.',
      'BASE_DOMAIN is missing.',
      'API_KEYS is missing.',
    ]);
  });

  test('that a process does not read are no matter to it', () => {
    expect(readConfig('worker', { ...WORKER, PORT: 'x', API_KEYS: 'y' })).not.toHaveProperty('PORT');
  });

  test('that are empty count as not set', () => {
    expect(readConfig('worker', { ...WORKER, LOG_LEVEL: '' }).LOG_LEVEL).toBe('info');
    expect(refused('api', { ...API, BASE_DOMAIN: '' })).toEqual(['BASE_DOMAIN is missing.']);
  });

  test('that are wrong are all named at once', () => {
    expect(refused('worker', { LOG_LEVEL: 'loud', CONCURRENCY: '0' })).toHaveLength(5);
  });

  /** For every variable: what it takes and as what, and what it does not take. */
  test.each<[string, 'api' | 'worker', [string, unknown][], string[]]>([
    [
      'DATABASE_URL',
      'worker',
      [
        [
          'postgresql://u:p@db:5433/keyferry?sslmode=verify-full',
          'postgresql://u:p@db:5433/keyferry?sslmode=verify-full',
        ],
      ],
      ['postgres://db/keyferry', 'db', 'https://db'],
    ],
    ['DATABASE_CONNECTIONS', 'api', [['20', 20]], ['1', '201', 'many']],
    [
      'REDIS_URL',
      'worker',
      [['rediss://u:p@redis:6380/1', 'rediss://u:p@redis:6380/1']],
      ['http://redis', 'redis'],
    ],
    ['REDIS_PREFIX', 'worker', [['kf-2', 'kf-2']], ['a:b', 'a b', 'x'.repeat(41)]],
    ['LOG_LEVEL', 'worker', [['debug', 'debug']], ['trace', 'INFO']],
    ['HEALTH_HOST', 'api', [['0.0.0.0', '0.0.0.0']], []],
    [
      'HEALTH_PORT',
      'api',
      [
        ['0', 0],
        ['65535', 65_535],
      ],
      ['65536', '-1', '80.5', 'http'],
    ],
    [
      'BASE_DOMAIN',
      'api',
      [
        ['keyferry.example', 'keyferry.example'],
        ['localhost:8080', 'localhost:8080'],
      ],
      ['https://x', 'X.example', '-x', 'a/b'],
    ],
    ['BASE_SCHEME', 'api', [['https', 'https']], ['ftp']],
    ['HOST', 'api', [['::', '::']], []],
    ['PORT', 'api', [['443', 443]], ['99999', 'x']],
    ['TRUSTED_PROXIES', 'api', [['loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']]], []],
    ['CONNECT_LINK_MINUTES', 'api', [['60', 60]], ['0', '61', '1.5']],
    ['SESSION_HOURS', 'api', [['168', 168]], ['0', '169']],
    ['QUEUE_LIMIT', 'api', [['1', 1]], ['0', '-1', '1000001']],
    [
      'WEBHOOK_URL',
      'worker',
      [['https://platform.example/hooks', 'https://platform.example/hooks']],
      ['ftp://x', 'platform'],
    ],
    [
      'BOX_KINDS',
      'api',
      [
        ['ssh', new Set(['ssh'])],
        ['ssh, local', new Set(['ssh', 'local'])],
        ['none', new Set()],
      ],
      ['telnet', 'ssh,none', 'ssh,,docker'],
    ],
    [
      'BOX_NETWORKS',
      'worker',
      [['127.0.0.0/8, fd00::/8', expect.anything()]],
      ['127.0.0.1', '127.0.0.0/33', 'localhost/8', '10.0.0.0/8,'],
    ],
    ['BOXES_FILE', 'worker', [['/etc/boxes.yaml', '/etc/boxes.yaml']], []],
    [
      'LIGHTSAIL_REGIONS',
      'worker',
      [
        ['eu-central-1', ['eu-central-1']],
        ['us-east-1, ap-southeast-2', ['us-east-1', 'ap-southeast-2']],
      ],
      ['Frankfurt', 'us-east-1a', 'us-east-1,', 'us-east-1,us-east-1'],
    ],
    [
      'PLATFORM_NAME',
      'api',
      [['Example & Söhne', 'Example & Söhne']],
      ['a'.repeat(61), 'two\nlines', 'a\u202eb'],
    ],
    ['PLATFORM_COLOR', 'api', [['#1f4e8c', '#1f4e8c']], ['blue', '#fff', '#ffcc00']],
    ['PLATFORM_COLOR_DARK', 'api', [['#9ec3f5', '#9ec3f5']], ['#1f4e8c']],
    [
      'SUPPORT_URL',
      'api',
      [['https://example.com/help', 'https://example.com/help']],
      ['http://example.com', 'help'],
    ],
    ['SUPPORT_EMAIL', 'api', [['help@example.com', 'help@example.com']], ['help', 'Help <help@example.com>']],
    [
      'RETURN_URL',
      'api',
      [['https://example.com/box', 'https://example.com/box']],
      ['http://example.com', `https://example.com/${'a'.repeat(2_000)}`],
    ],
    [
      'REFRESH_URL',
      'api',
      [['https://example.com/connect', 'https://example.com/connect']],
      // As a link may not have it, either.
      ['javascript:alert(1)', 'connect', 'http://localhost:3000/connect'],
    ],
    [
      'TERMS_URL',
      'api',
      [['https://example.com/terms', 'https://example.com/terms']],
      ['javascript:alert(1)'],
    ],
    [
      'PLATFORM_LOGO',
      'api',
      [['web/favicon.svg', expect.objectContaining({ type: 'image/svg+xml', ending: 'svg' })]],
      ['web/no-such-file.svg', 'web/main.tsx', 'package-lock.json'],
    ],
    ['LIGHTSAIL_TAG', 'worker', [['Customer:slug', 'Customer:slug']], ['a"b', 'x'.repeat(129)]],
    ['LIGHTSAIL_SSH_PORT', 'worker', [['2222', 2222]], ['0', '65536']],
    [
      'LIGHTSAIL_ENDPOINT',
      'worker',
      [
        ['https://lightsail.{region}.example', 'https://lightsail.{region}.example'],
        ['http://127.0.0.1:4566', 'http://127.0.0.1:4566'],
      ],
      // Temporary private keys come back from there.
      ['http://lightsail.example', 'http://127.0.0.1.example', 'lightsail'],
    ],
    [
      'CONCURRENCY',
      'worker',
      [
        ['1', 1],
        ['10000', 10_000],
      ],
      ['0', '10001', 'many'],
    ],
    [
      'WAITING_MINUTES',
      'worker',
      [
        ['0.1', 0.1],
        ['60', 60],
      ],
      ['0', '61', '-1', '5m'],
    ],
    [
      'LIVE_PROOF',
      'worker',
      [
        ['false', false],
        ['true', true],
      ],
      ['no', '1'],
    ],
  ])('%s', (name, who, good, bad) => {
    const base = who === 'api' ? API : WORKER;
    for (const [text, value] of good)
      expect(readConfig(who, { ...base, [name]: text })).toHaveProperty(name, value);
    for (const text of bad) {
      const [line, ...more] = refused(who, { ...base, [name]: text });
      expect(more).toEqual([]);
      expect(line).toMatch(new RegExp(`^${name} .+\\.$`));
    }
  });

  test('are all in the table for people, which says of the secret ones that they may come from a file', () => {
    const rows = configRows();
    for (const { name, about, fallback, readers } of rows) {
      expect(name).toMatch(/^[A-Z_]+$/);
      expect(about.length).toBeGreaterThan(20);
      expect(fallback).not.toBe('');
      expect(readers.length).toBeGreaterThan(0);
    }
    const secret = rows
      .filter(({ about }) => about.includes('Secret: may come from a file'))
      .map(({ name }) => name);
    expect(secret).toEqual([
      'REDIS_URL',
      'REDIS_SENTINEL_PASSWORD',
      'DATABASE_URL',
      'SEALING_KEYS',
      'WORKER_KEYS',
      'RECEIPT_KEYS',
      'API_KEYS',
      'WEBHOOK_SECRET',
      'SMTP_URL',
      'SUPPORT_WEBHOOK_URL',
      'OIDC_CLIENT_SECRET',
      'VAULT_KEYS',
      'PLATFORM_PROVIDER',
    ]);
  });
});

describe('a secret setting', () => {
  test.each<[string, 'api' | 'worker', string[]]>([
    [
      'SEALING_KEYS',
      'worker',
      [
        '',
        'k1',
        'k1:short',
        `k1:${'A'.repeat(43)}=`,
        `k1:${'ab'.repeat(21)}c`,
        `${sealing('a')},${sealing('a')}`,
        `:${sealing()}`,
        `${sealing()},`,
      ],
    ],
    [
      'WORKER_KEYS',
      'worker',
      [
        '',
        'k1',
        'k1:short',
        `k1:${'A'.repeat(43)}=`,
        // Not below the order of the curve.
        `k1:${Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex').toString('base64')}`,
        `${WORKER_KEYS},${WORKER_KEYS}`,
        `${WORKER_KEYS},`,
        WORKER_PUBLIC_KEYS,
      ],
    ],
    [
      'API_KEYS',
      'api',
      ['', 'short', 'dashboard:short', `dashboard:${'a'.repeat(64)}`, `dashboard:${'password'.repeat(8)}`],
    ],
    ['WEBHOOK_SECRET', 'api', ['whsec_', 'secret', `whsec_${'%'.repeat(40)}`]],
  ])(
    '%s that is missing or weak stops the start with a sentence that does not quote it',
    (name, who, weak) => {
      const base = who === 'api' ? { ...API, WEBHOOK_URL: 'https://platform.example' } : WORKER;
      for (const text of weak) {
        const lines = refused(who, { ...base, [name]: text });
        expect(lines).toHaveLength(1);
        expect(lines[0]).toMatch(new RegExp(`^${name}.*\\.$`));
        for (const part of text.split(/[:,]/).filter((each) => each.length > 7))
          expect(lines[0]).not.toContain(part);
      }
    },
  );

  test('REDIS_URL is not quoted, because there may be a password in it', () => {
    const [line] = refused('worker', { ...WORKER, REDIS_URL: 'http://keyferry:hunter2@redis' });
    expect(line).toMatch(/^REDIS_URL must be an address/);
    expect(line).not.toMatch(/hunter2/);
  });

  test('may be several keys', () => {
    const config = readConfig('worker', { ...WORKER, SEALING_KEYS: `${sealing('new')}, ${sealing('old')}` });
    expect(config.SEALING_KEYS.map(({ id, key }) => [id, key.length])).toEqual([
      ['new', 32],
      ['old', 32],
    ]);
    const { API_KEYS } = readConfig('api', { ...API, API_KEYS: `${apiKey('a')},${apiKey('b')}` });
    expect(API_KEYS.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('does not print where it has been read', () => {
    const secret = webhookSecret();
    const config = readConfig('api', {
      ...API,
      WEBHOOK_URL: 'https://platform.example',
      WEBHOOK_SECRET: secret,
    });
    const told = `${inspect(config.WEBHOOK_SECRET)}${inspect(config.API_KEYS)}${JSON.stringify([config.WEBHOOK_SECRET, config.API_KEYS])}`;
    expect(told).not.toContain(secret.slice(6, 20));
    expect(told).not.toContain(API.API_KEYS?.slice(-20));
  });

  test('may come from a file, with a line end behind it', () => {
    const path = join(directory, 'keys');
    writeFileSync(path, `${sealing('filed')}\n`);
    const { SEALING_KEYS: _, ...rest } = WORKER;
    const { SEALING_KEYS } = readConfig('worker', { ...rest, SEALING_KEYS_FILE: path });
    expect(SEALING_KEYS[0].id).toBe('filed');
  });

  test('that comes from both, or from a file that is not there, stops the start', () => {
    const both = refused('worker', { ...WORKER, SEALING_KEYS_FILE: join(directory, 'keys') });
    expect(both).toEqual(['SEALING_KEYS and SEALING_KEYS_FILE are both set: set one.']);
    const gone = join(directory, 'gone');
    const { SEALING_KEYS: _, ...rest } = WORKER;
    expect(refused('worker', { ...rest, SEALING_KEYS_FILE: gone })).toEqual([
      `SEALING_KEYS_FILE names a file that cannot be read: ${gone}.`,
    ]);
  });

  test('has no file where it is no secret', () => {
    const { BASE_DOMAIN: _, ...rest } = API;
    expect(refused('api', { ...rest, BASE_DOMAIN_FILE: '/x' })).toEqual(['BASE_DOMAIN is missing.']);
  });
});

describe('the public keys of the workers', () => {
  test('are read in base64 and base64url, several of them, and from a file', () => {
    const { WORKER_PUBLIC_KEYS: two } = freshWorkerKeys('new', 'old');
    const [one = '', other = ''] = two.split(',');
    const padded = `new:${Buffer.from(one.slice(4), 'base64url').toString('base64')}`;
    const read = readConfig('api', { ...API, WORKER_PUBLIC_KEYS: `${padded}, ${other}` }).WORKER_PUBLIC_KEYS;
    expect(read.map(({ id, key }) => `${id}:${key}`)).toEqual([one, other]);
    const path = join(directory, 'public-keys');
    writeFileSync(path, `${two}\n`);
    const { WORKER_PUBLIC_KEYS: _, ...rest } = API;
    expect(readConfig('api', { ...rest, WORKER_PUBLIC_KEYS_FILE: path }).WORKER_PUBLIC_KEYS).toEqual(read);
  });

  test('that are none are refused', () => {
    const point = WORKER_PUBLIC_KEYS.replace(/.{4}$/, 'AAAA');
    for (const text of ['', 'k1', WORKER_KEYS, point, `${WORKER_PUBLIC_KEYS},${WORKER_PUBLIC_KEYS}`])
      expect(refused('api', { ...API, WORKER_PUBLIC_KEYS: text })).toEqual([
        expect.stringMatching(/^WORKER_PUBLIC_KEYS (is missing|must be `id:key`)/),
      ]);
  });
});

describe('settings that are right one by one and wrong together', () => {
  test.each<[string, Environment, RegExp]>([
    ['cookies without TLS', { BASE_SCHEME: 'http' }, /^BASE_SCHEME can be http only if/],
    [
      'a stand-in for real customers',
      { STAND_IN_SIGN_IN: 'http://127.0.0.1:1' },
      /^STAND_IN_SIGN_IN is for demonstrations/,
    ],
    [
      'webhooks that nobody can check',
      { WEBHOOK_URL: 'https://platform.example' },
      /^WEBHOOK_URL is set, so/,
    ],
  ])('%s', (_, more, sentence) => {
    const [line, ...others] = refused('api', { ...API, ...more });
    expect(others).toEqual([]);
    expect(line).toMatch(sentence);
  });

  test.each(['localhost', 'localhost:8080', 'demo.localhost:80'])('are right below %s', (domain) => {
    const local = { BASE_DOMAIN: domain, BASE_SCHEME: 'http', STAND_IN_SIGN_IN: 'http://127.0.0.1:1' };
    expect(readConfig('api', { ...API, ...local }).BASE_SCHEME).toBe('http');
  });
});

describe('where Redis is', () => {
  const settings = (more: Environment) => redisSettings(readConfig('worker', { ...WORKER, ...more }));
  const ca = () => {
    const file = join(directory, 'ca.pem');
    writeFileSync(file, '-----BEGIN CERTIFICATE-----\n');
    return file;
  };

  test('is an address, with TLS where it says so', () => {
    expect(settings({})).toEqual({ url: 'redis://127.0.0.1:6379', prefix: 'keyferry', more: {} });
    expect(settings({ REDIS_URL: 'rediss://cache' }).more).toEqual({ tls: {} });
    expect(settings({ REDIS_URL: 'rediss://cache', REDIS_CA_FILE: ca() }).more).toEqual({
      tls: { ca: '-----BEGIN CERTIFICATE-----\n' },
    });
  });

  test('or what Sentinels say, which are spoken to as Redis is', () => {
    const { url, more } = settings({
      REDIS_URL: 'rediss://user:word@redis/2',
      REDIS_SENTINELS: 'one.internal, 10.0.0.2:26380,[::1]:26381',
      REDIS_MASTER_NAME: 'cache-1',
      REDIS_SENTINEL_PASSWORD: 'another-word',
      REDIS_CA_FILE: ca(),
    });
    expect(url).toBe('rediss://user:word@redis/2');
    expect(more).toMatchObject({
      name: 'cache-1',
      sentinels: [
        { host: 'one.internal', port: 26_379 },
        { host: '10.0.0.2', port: 26_380 },
        { host: '::1', port: 26_381 },
      ],
      sentinelPassword: 'another-word',
      enableTLSForSentinelMode: true,
      sentinelTLS: { ca: expect.any(String) },
    });
    expect(settings({ REDIS_SENTINELS: 'one' }).more).not.toHaveProperty('sentinelTLS');
  });

  test.each<[string, Environment, RegExp]>([
    [
      'a file that is no CA',
      { REDIS_CA_FILE: 'package.json' },
      /^REDIS_CA_FILE must name a file .* in PEM\.$/,
    ],
    ['a CA that is not there', { REDIS_CA_FILE: '/nowhere/ca.pem' }, /^REDIS_CA_FILE must name a file/],
    ['a list that is none', { REDIS_SENTINELS: 'one,,two' }, /^REDIS_SENTINELS must be addresses/],
    ['a port that is none', { REDIS_SENTINELS: 'one:70000' }, /^REDIS_SENTINELS must be addresses/],
    ['addresses of Redis', { REDIS_SENTINELS: 'redis://one:1' }, /^REDIS_SENTINELS must be addresses/],
    ['a password for nobody', { REDIS_SENTINEL_PASSWORD: 'x' }, /so REDIS_SENTINELS must be too\.$/],
    [
      'a Cluster',
      { REDIS_URL: 'redis+cluster://one:6379' },
      /^REDIS_URL must be an address that begins with/,
    ],
  ])('is not told by %s', (_, environment, sentence) => {
    expect(refused('worker', { ...WORKER, ...environment })).toEqual([expect.stringMatching(sentence)]);
  });

  test('is told with a CA for TLS alone', () => {
    expect(refused('worker', { ...WORKER, REDIS_CA_FILE: ca() })).toEqual([
      'REDIS_CA_FILE is set, so REDIS_URL must begin with rediss://.',
    ]);
  });
});

describe('what is mailed and told', () => {
  const read = (environment: Environment) => readConfig('api', { ...API, ...environment });
  const FROM = { MAIL_FROM: 'no-reply@example.com' };

  test.each([
    ['smtps://mail.example.com', { host: 'mail.example.com', port: 465, tls: 'always', user: undefined }],
    ['smtp://mail.example.com:2525/', { port: 2525, tls: 'required' }],
    ['smtp://mail.example.com?tls=offered', { port: 587, tls: 'offered' }],
    ['smtp://127.0.0.1:25', { host: '127.0.0.1', port: 25, tls: 'offered' }],
    ['smtp://[::1]:25', { host: '::1', tls: 'offered' }],
    ['smtps://key%40ferry:pass%3Aword@mail.example.com', { user: 'key@ferry', tls: 'always' }],
  ])('goes to the mail server %s', (SMTP_URL, server) => {
    expect(read({ SMTP_URL, ...FROM }).SMTP_URL).toMatchObject(server);
  });

  test.each([
    'https://mail.example.com',
    'smtps://mail.example.com?tls=offered',
    'smtp://mail.example.com?tls=off',
    'smtp://mail.example.com/box',
    'smtp://u:secretword@mail.example.com?ignoreTLS=true',
    'mail.example.com',
  ])('does not go to %s', (SMTP_URL) => {
    const [line = ''] = refused('api', { ...API, SMTP_URL, ...FROM });
    expect(line).toMatch(/^SMTP_URL must be smtps:/);
    expect(line).not.toContain('secretword');
  });

  test('never shows a password', () => {
    const config = read({ SMTP_URL: 'smtps://keyferry:secretword@mail.example.com', ...FROM });
    expect(config.SMTP_URL?.password?.length).toBe(10);
    expect(`${inspect(config, { depth: 5 })}${JSON.stringify(config)}`).not.toContain('secretword');
  });

  test.each([
    ['no-reply@example.com', { name: '', address: 'no-reply@example.com' }],
    ['Example Hosting <no-reply@example.com>', { name: 'Example Hosting', address: 'no-reply@example.com' }],
    ['Größe & Co. <a@example.com>', { name: 'Größe & Co.', address: 'a@example.com' }],
  ])('comes from %s', (MAIL_FROM, sender) => {
    expect(read({ MAIL_FROM }).MAIL_FROM).toEqual(sender);
  });

  test.each(['nobody', 'A <a@example.com', 'A\r\nBcc: b@example.com <a@example.com>', 'a@b c@d'])(
    'does not come from %j',
    (MAIL_FROM) => {
      expect(refused('api', { ...API, MAIL_FROM })).toEqual([
        expect.stringMatching(/^MAIL_FROM must be an e-mail address/),
      ]);
    },
  );

  test('has a sender, a link without plain HTTP, and kinds that there are', () => {
    expect(refused('api', { ...API, SMTP_URL: 'smtps://mail.example.com' })).toEqual([
      'SMTP_URL is set, so MAIL_FROM must be too.',
    ]);
    expect(refused('api', { ...API, MAIL_LINK: 'http://example.com/{customer}' })).toHaveLength(1);
    expect(read({ MAIL_LINK: 'https://{customer}.example.com/x' }).MAIL_LINK).toContain('{customer}');
    expect(read({}).SUPPORT_NOTICES.size).toBe(9);
    expect([...read({ SUPPORT_NOTICES: 'failed, attention' }).SUPPORT_NOTICES]).toEqual([
      'failed',
      'attention',
    ]);
    expect(refused('api', { ...API, SUPPORT_NOTICES: 'failed,everything' })).toHaveLength(1);
    expect(refused('api', { ...API, SUPPORT_WEBHOOK_URL: 'http://example.com/x' })).toHaveLength(1);
    expect(`${read({ SUPPORT_WEBHOOK_URL: 'https://chat.example.com/T0/B0' }).SUPPORT_WEBHOOK_URL}`).toBe(
      '[redacted]',
    );
  });
});
