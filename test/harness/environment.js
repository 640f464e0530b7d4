// Jest gives each test file modules of its own. Those of a whole gateway are some 1,700 files, and run slower
// in jest's sandbox than outside: what the tests start and then reach through HTTP is loaded once for each of
// jest's workers, by Node itself, as `npm test` has built it.
import { ModernFakeTimers } from '@jest/fake-timers';
import { TestEnvironment } from 'jest-environment-node';
import { createApp } from '../../dist/src/app.js';
import { readConfig } from '../../dist/src/config/config.js';
import { startDatabaseServer } from '../../dist/src/platform/database/database-server.js';
import { drain, findFreePort, listen } from '../../dist/src/platform/http/listen.js';

const program = { createApp, readConfig, startDatabaseServer, drain, findFreePort, listen };

export default class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    const timers = new ModernFakeTimers({ config: config.projectConfig, global: globalThis });
    this.global.program = { ...program, timers };
  }

  /** Jest maps each line of each stack to its source, also where a GraphQLError copies a stack that nobody reads. */
  async setup() {
    await super.setup();
    delete Error.prepareStackTrace;
  }
}
