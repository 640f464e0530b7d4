// ESM and decorator metadata: jest runs as native ESM, and swc compiles as tsc does (see tsconfig.json).
// Libraries check more of themselves than an operator's gateway does: a quarter of the time of a generated request.
process.env.NODE_ENV = 'production';

export default {
  testEnvironment: '<rootDir>/test/harness/environment.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/suites/faults/'], // jest.faults.config.js
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
  // Half of the time the tests wait for processes and for PostgreSQL. Modules loaded as ESM are never freed.
  maxWorkers: '100%',
  workerIdleMemoryLimit: '1GB',
  // A worker with such a heap takes more than jest's half a second to end, and a warning would accuse the tests.
  workerGracefulExitTimeout: 10_000,
  testTimeout: 30_000,
};
