import type { AddressInfo } from 'node:net';
import { developmentToken } from './auth/development.js';
import { banner } from './banner.js';
import { readConfig } from './config.js';
import { startDatabaseServer } from './database/server.js';
import { readEnvironment } from './environment.js';
import { createLogger } from './ops/logging.js';
import { drain, listen } from './server.js';
import { StartError } from './start-error.js';

async function main(): Promise<void> {
  const config = readConfig(readEnvironment());
  const log = await createLogger(config.logLevel, Boolean(config.development) && process.stderr.isTTY);
  // PostgreSQL starts in a process of its own while this one is still loading the rest.
  const [database, { createApp }] = await Promise.all([startDatabaseServer(config), import('./app.js')]);
  const app = await createApp(config, database, log);
  const server = await listen(app.express, config.host, config.port).catch(async (error) => {
    await app.close();
    throw error;
  });

  const { port } = server.address() as AddressInfo;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const token = config.development && (await developmentToken(config.development, { role: 'tenant_admin' }));
  console.log(banner(config.publicUrl ?? `http://${host}:${port}`, { ide: config.graphqlIde, token }));
  log.info({ host: config.host, port }, 'listening');

  const stop = async (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping: finishing what is in flight');
    // Whoever asks twice does not want to wait.
    process.on(signal, () => process.exit(1));
    await drain(server, 10_000);
    await app.close();
    log.info('stopped');
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
}

main().catch((error) => {
  console.error(
    error instanceof StartError ? `service-account-gateway cannot start. ${error.message}` : error,
  );
  process.exit(1);
});
