import base from './jest.config.js';

// Kills, stops and cuts what the gateway lives on. One test at a time, each with a PostgreSQL of its own, which
// is as durable as an operator's.
const { globalSetup, globalTeardown, testPathIgnorePatterns, ...rest } = base;

export default {
  ...rest,
  testMatch: ['<rootDir>/test/suites/faults/**/*.test.ts'],
  maxWorkers: 1,
  testTimeout: 150_000,
};
