import base from './jest.config.js';

// These tests run the gateway behind PgBouncer, which npm does not install (.ci/pgbouncer.js).
const { testPathIgnorePatterns, ...rest } = base;

export default { ...rest, testMatch: ['<rootDir>/test/suites/pgbouncer/**/*.test.ts'], maxWorkers: 1 };
