import type { AddressInfo } from 'node:net';
import { createLogger } from './api/ops/logging.js';
import { banner } from './cli/banner.js';
import { readConfig } from './config/config.js';
import { readEnvironment } from './config/environment.js';
import { developmentToken } from './platform/auth/development.js';
import { launchDatabaseServer } from './platform/database/server.js';
import { drain, listenAll } from './platform/http/listen.js';
import { StartError } from './platform/start-error.js';

async function main(): Promise<void> {
  const asked = stopSignal();
  const config = readConfig(readEnvironment());
  const log = await createLogger(config.logLevel, Boolean(config.development) && process.stderr.isTTY);
  log.info(config.databaseUrl ? 'starting' : `starting, with a PostgreSQL of its own in ${config.dataDir}`);
  const { ready } = await launchDatabaseServer(config, log);
  // Loading the rest keeps this process busy for as long as PostgreSQL takes to start.
  const { createApp } = await import('./app.js');
  const database = await ready;
  const app = await createApp(config, database, log);
  const servers = await listenAll(app, config).catch(async (error) => {
    await app.close();
    throw error;
  });

  const { port } = servers[0].address() as AddressInfo;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const url = config.publicUrl ?? `http://${host}:${port}`;
  app.open(url);
  const token = config.development && (await developmentToken(config.development, { role: 'tenant_admin' }));
  console.log(banner(url, { ide: config.graphqlIde, docs: config.apiDocs, token }));
  log.info({ host: config.host, port }, 'listening');

  const end = await Promise.race([asked, database.lost]);
  if (typeof end === 'string') log.info({ signal: end }, 'stopping: finishing what is in flight');
  else {
    log.fatal(`stopping, since the database is lost. ${end.message}`);
    process.exitCode = 1;
  }
  await Promise.all(servers.map((server) => drain(server, 10_000)));
  await app.close();
  log.info('stopped');
}

/**
 * Waits until the process is asked to stop; what is still starting is started first, and then stopped in order.
 * Asking again ends it at once, but not within a second: npm passes on a Ctrl-C that the terminal has sent to
 * the whole process group already.
 */
function stopSignal(): Promise<NodeJS.Signals> {
  let since: number | undefined;
  return new Promise((resolve) => {
    const ask = (signal: NodeJS.Signals) => {
      since ??= Date.now();
      if (Date.now() - since > 1000) process.exit(1);
      resolve(signal);
    };
    process.on('SIGINT', ask).on('SIGTERM', ask);
  });
}

main().catch((error) => {
  console.error(
    error instanceof StartError ? `service-account-gateway cannot start. ${error.message}` : error,
  );
  process.exit(1);
});
