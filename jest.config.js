// Jest runs the tests as native ES modules. swc compiles them as tsc does, with decorator metadata (see tsconfig.json).
// Without this value, libraries run checks that they do not run in an operator's gateway. The checks take a quarter of
// the time of a generated request.
process.env.NODE_ENV = 'production';

export default {
  testEnvironment: '<rootDir>/test/harness/environment.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // See jest.faults.config.js and jest.pgbouncer.config.js.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/suites/(faults|pgbouncer)/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
      },
    ],
  },
  testSequencer: '<rootDir>/test/harness/longest-first.js',
  globalSetup: '<rootDir>/test/harness/global-setup.js',
  globalTeardown: '<rootDir>/test/harness/global-teardown.js',
  // Tests spend half of their time waiting for processes and for PostgreSQL, so each CPU core has a worker. Node never
  // frees an ES module, so jest restarts a worker that exceeds this memory.
  maxWorkers: '100%',
  workerIdleMemoryLimit: '1GB',
  // A worker with such a large heap needs longer to exit than the half second that jest waits by default. Jest would
  // then print a warning that blames the tests.
  workerGracefulExitTimeout: 10_000,
  testTimeout: 60_000, // A first start of the embedded PostgreSQL alone takes 15 seconds on a busy machine.
};
