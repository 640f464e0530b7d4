import type { Logger } from 'pino';
import { createLogger } from './api/ops/logging.js';
import { banner } from './cli/banner.js';
import { type Config, readConfig, readEnvironment } from './config/config.js';
import { localUrl } from './platform/auth/access-token-settings.js';
import { developmentToken } from './platform/auth/development.js';
import { launchDatabaseServer } from './platform/database/database-server.js';
import { drain, listenAll } from './platform/http/listen.js';
import { checkPorts } from './platform/http/ports.js';
import { StartError } from './platform/start-error.js';

async function main(): Promise<void> {
  const stop = stopSignal();
  const config = readConfig(readEnvironment());
  const port = await checkPorts(config);
  const log = await createLogger(config.logLevel, config.developmentMode && process.stderr.isTTY);
  if (config.generated.length > 0)
    log.warn(
      `Development mode uses the ${config.generated.join(' and ')} in ${config.dataDir}/development.json. Set them yourself in production.`,
    );
  log.info(config.databaseUrl ? 'Starting' : `Starting with an embedded PostgreSQL in ${config.dataDir}`);
  await serve({ ...config, port }, log, stop).catch(async (error) => {
    if (error !== stop.signal.reason) throw error;
    log.info({ signal: await stop.requested }, 'Stopped before the start was complete');
  });
}

/** Starts the gateway, and stops it when the operating system requests this, or when it has lost its PostgreSQL. */
async function serve(config: Config, log: Logger, stop: Stop): Promise<void> {
  const url = config.publicUrl ?? localUrl(config.host, config.port);
  const { ready } = await launchDatabaseServer(config, log, stop.signal);
  // PostgreSQL starts while the rest of the code loads, because both take about the same time.
  const { createApp } = await import('./app.js');
  const database = await ready;
  const app = await createApp(config, url, database, log, stop.signal);
  // The token is signed before the port opens, so that the banner appears as soon as the gateway accepts requests.
  const token = config.development && (await developmentToken(config.development, { role: 'tenant_admin' }));
  const servers = await listenAll(app, config).catch(async (error) => {
    await app.close();
    throw error;
  });
  const isTrial = config.developmentMode && !token;
  const codes = app.createCode && { ide: app.createCode(), docs: app.createCode() };
  if (!stop.signal.aborted)
    console.log(banner(url, { ide: config.graphqlIde, docs: config.apiDocs, token, codes, isTrial }));
  log.info({ host: config.host, port: config.port }, 'Listening');
  void app.readKeys();

  const end = await Promise.race([stop.requested, database.lost]);
  if (typeof end === 'string') log.info({ signal: end }, 'Stopping; waiting for requests in progress');
  else {
    log.fatal(`Stopping because this gateway can no longer use its PostgreSQL. ${end.message}`);
    process.exitCode = 1;
  }
  await Promise.all(servers.map((server) => drain(server, 10_000)));
  await app.close();
  log.info('Stopped');
}

/** The request of the operating system to stop. */
interface Stop {
  /** Is aborted by the request. */
  signal: AbortSignal;
  requested: Promise<NodeJS.Signals>;
}

/**
 * Waits for a signal to stop. While the embedded PostgreSQL creates its files, and while the gateway waits for its
 * database or for another gateway that migrates it, this ends the start. Otherwise, the gateway completes the start and
 * then stops in order. A second signal ends the process immediately, unless it arrives within a
 * second of the first. The embedded PostgreSQL then continues, and the next start takes it over. npm forwards a Ctrl-C
 * that the terminal has already sent to the whole process group.
 */
function stopSignal(): Stop {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const requested = new Promise<NodeJS.Signals>((resolve) => {
    const onSignal = (signal: NodeJS.Signals) => {
      firstAt ??= Date.now();
      if (Date.now() - firstAt > 1000) process.exit(1);
      resolve(signal);
      controller.abort();
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
  return { signal: controller.signal, requested };
}

main().catch((error) => {
  console.error(
    error instanceof StartError ? `service-account-gateway cannot start. ${error.message}` : error,
  );
  process.exit(1);
});
