import type { ModernFakeTimers } from '@jest/fake-timers';
import type { createApp } from '../../src/app.js';
import type { readConfig } from '../../src/config/config.js';
import type { startDatabaseServer } from '../../src/platform/database/database-server.js';
import type { drain, listen } from '../../src/platform/http/listen.js';
import type { findFreePort } from '../../src/platform/http/ports.js';

interface Program {
  createApp: typeof createApp;
  readConfig: typeof readConfig;
  startDatabaseServer: typeof startDatabaseServer;
  drain: typeof drain;
  findFreePort: typeof findFreePort;
  listen: typeof listen;
  /** Fake timers for the gateway, which has another global object than a test. */
  timers: ModernFakeTimers;
}

/** The built gateway, which does not run in jest's sandbox (environment.js). */
export const { program } = globalThis as unknown as { program: Program };
