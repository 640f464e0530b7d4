import base from './jest.config.js';

// These tests kill, stop and disconnect the processes and connections that the gateway depends on. They run one at a
// time, and each has its own PostgreSQL, which is as durable as an operator's.
const { globalSetup, globalTeardown, testPathIgnorePatterns, ...rest } = base;

export default {
  ...rest,
  testMatch: ['<rootDir>/test/suites/faults/**/*.test.ts'],
  maxWorkers: 1,
  testTimeout: 150_000,
};
