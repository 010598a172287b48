/** One project per kind of test: `unit` is pure, `integration` meets real servers, `e2e` the whole system with a browser, `faults` what happens when something dies, `real` the real programs. */
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { module: { type: 'es6' }, jsc: { target: 'es2022', parser: { syntax: 'typescript' } } },
    ],
  },
};

const project = (name) => ({
  ...base,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
});

export default {
  projects: [project('unit'), project('integration'), project('e2e'), project('faults'), project('real')],
};
