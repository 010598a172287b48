if (Number.parseInt(process.versions.node, 10) < 24)
  throw new Error('Keyferry runs on Node 24. `npm install` brings it along, and so does ./scripts/test.');

/**
 * One project per kind of test. `./scripts/test` runs the first three: `unit` is pure, `integration` meets real
 * servers, `demo` is the demo from end to end. `system` has whole handshakes, command lines and processes on boxes of
 * every kind, `e2e` the whole system with a browser, `faults` what happens when something dies, `real` the real programs. `store` is the
 * database's part of `integration` and `system` alone: CI runs it again on Debian's PostgreSQL.
 */
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  // It has the repository's own name, and no test imports it.
  modulePathIgnorePatterns: ['<rootDir>/packages/cli'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { module: { type: 'es6' }, jsc: { target: 'es2024', parser: { syntax: 'typescript' } } },
    ],
    // The customer's page, which is drawn by Preact.
    '^.+\\.tsx$': [
      '@swc/jest',
      {
        module: { type: 'es6' },
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
        },
      },
    ],
  },
};

/** A PostgreSQL for those who meet real servers; see test/support/database.ts. */
const postgres = {
  globalSetup: '<rootDir>/test/support/postgres-setup.ts',
  globalTeardown: '<rootDir>/test/support/postgres-teardown.ts',
};

/** Files of test/real for which the short list has no time: what they hold to the real programs, others do in part. */
const LONG = [
  'canary',
  'endpoints',
  'keys-old',
  'host-changes',
  'login-after-token',
  'login-renewal',
  'looks',
  'migration',
  'openclaw-keys',
  'own-key',
  'platform-fallback',
  'renewal',
  'renewal-kills',
  'renewals',
  'replacement',
  'repairs',
  'usage',
  'usage-holds',
  'vault-restore',
];
const isShort = process.env.KEYFERRY_REAL === 'short';

const project = (name, ...folders) => ({
  ...base,
  ...(name === 'real' && isShort ? { testPathIgnorePatterns: LONG.map((file) => `/real/${file}\\.`) } : {}),
  ...(name === 'unit' || name === 'demo' ? {} : postgres),
  displayName: name,
  testMatch: (folders.length > 0 ? folders : [name]).map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
});

export default {
  projects: ['unit', 'integration', 'demo', 'system', 'e2e', 'faults', 'real']
    .map((name) => project(name))
    .concat(project('store', 'integration/database', 'system/database')),
};
