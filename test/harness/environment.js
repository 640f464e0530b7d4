// Jest loads all modules anew for each test file. A gateway has about 1,700 files, which also run slower in jest's
// sandbox. Node itself therefore loads the gateway, as `npm test` has built it, once for each worker of jest, and the
// tests reach it through HTTP.
import { ModernFakeTimers } from '@jest/fake-timers';
import { TestEnvironment } from 'jest-environment-node';
import { createApp } from '../../dist/src/app.js';
import { readConfig } from '../../dist/src/config/config.js';
import { startDatabaseServer } from '../../dist/src/platform/database/database-server.js';
import { drain, listen } from '../../dist/src/platform/http/listen.js';
import { findFreePort } from '../../dist/src/platform/http/ports.js';

const program = { createApp, readConfig, startDatabaseServer, drain, findFreePort, listen };

export default class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    const timers = new ModernFakeTimers({ config: config.projectConfig, global: globalThis });
    this.global.program = { ...program, timers };
  }

  /** Stops jest from mapping stacks to their sources, which is slow: each GraphQLError copies a stack. */
  async setup() {
    await super.setup();
    delete Error.prepareStackTrace;
  }
}
