import 'reflect-metadata';
import './platform/database/async-context.js';
import type { IncomingMessage, RequestListener } from 'node:http';
import express from 'express';
import type { Logger } from 'pino';
import { allowOrigins } from './api/cors.js';
import { OneTimeCodes } from './api/development-token/one-time-codes.js';
import { createTokenExchange, exchangePath, pageTokenLifetime } from './api/development-token/router.js';
import { createGraphqlEndpoint } from './api/graphql/endpoint.js';
import { createExecute } from './api/graphql/execute.js';
import { createExecutor } from './api/graphql/execution/executor.js';
import { guardSchema } from './api/graphql/guard.js';
import { createIdeRouter } from './api/graphql/ide/router.js';
import { logMasked, toPublicError } from './api/graphql/masking.js';
import { allowedOperations, isInTenant, rootFields } from './api/graphql/rules.js';
import { createSchema } from './api/graphql/schema.js';
import { createApolloServer } from './api/graphql/server.js';
import { createHomeRouter } from './api/home/router.js';
import { createListener } from './api/listener.js';
import { openOAuth, reservedAudiences } from './api/oauth/open-oauth.js';
import { createHealth, healthPaths } from './api/ops/health.js';
import { measureRequests } from './api/ops/metrics/measure-requests.js';
import { createMetrics, type Metrics } from './api/ops/metrics/metrics.js';
import { createDocsRouter } from './api/rest/docs/router.js';
import { createErrorHandler } from './api/rest/envelope.js';
import { createOpenApi } from './api/rest/openapi/document.js';
import { createOpenApiRouter } from './api/rest/openapi/router.js';
import { createRestRouter } from './api/rest/router.js';
import { routes } from './api/rest/routes.js';
import { createSecretScanning } from './api/secret-scanning/secret-scanning.js';
import type { Config } from './config/config.js';
import { createRecordDenial } from './features/audit/record-denial.js';
import { entities } from './features/entities.js';
import { createResolvers } from './features/resolvers.js';
import { logNameCollisions } from './features/service-accounts/name-collisions.js';
import { refusalReasons } from './features/service-accounts/sign-in/refusals.js';
import { ensureTenant } from './features/tenants/ensure-tenant.js';
import { createFindTenants } from './features/tenants/named-tenants.js';
import { issuerOf } from './platform/auth/access-token-settings.js';
import { createAuthentication } from './platform/auth/authenticate.js';
import { developmentTenant, developmentToken } from './platform/auth/development.js';
import { createResolveCaller } from './platform/auth/resolve-caller.js';
import { createWorkloadTokens } from './platform/auth/workload/verify-workload-token.js';
import { startJobs } from './platform/cleanup/start-jobs.js';
import { createContextFactory } from './platform/context.js';
import type { DatabaseServer } from './platform/database/database-server.js';
import { KeyedLimiter } from './platform/database/keyed-limiter.js';
import { type OpenDatabase, openDatabase } from './platform/database/open-database.js';
import { type AppError, findAppError, fromHttpError } from './platform/errors.js';
import { basePathOf } from './platform/http/base-path.js';
import { readAddressesBy } from './platform/http/client-address.js';
import { serveIcon } from './platform/http/pages/icon.js';
import { securityHeaders } from './platform/http/security-headers.js';
import { createCounters } from './platform/rate-limits/count.js';
import { createRateLimits } from './platform/rate-limits/rate-limits.js';
import { createTenantBudgets } from './platform/rate-limits/tenant-budgets.js';
import { readVersion } from './platform/version.js';

export interface App {
  handle: RequestListener;
  metrics: Pick<Metrics, 'page' | 'watch'>;
  /** Reads the keys of all realms and workload issuers, so that the log names each one that is unreachable. */
  readKeys(): Promise<void>;
  /**
   * Creates a one-time code for the URL of a page, which exchanges it for a token. Only development mode has tokens.
   */
  createCode: (() => string) | undefined;
  /** Releases the resources of the app. Call it when all requests have ended. */
  close(): Promise<void>;
}

/**
 * Creates the gateway, and passes every part its dependencies.
 * @param url the URL of the gateway for its users
 * @param server the database server, which `close` stops
 * @param signal ends the wait for a database that is not ready or that another gateway migrates
 * @throws StartError; or the reason of the signal
 */
export async function createApp(
  config: Config,
  url: string,
  server: DatabaseServer,
  log: Logger,
  signal?: AbortSignal,
): Promise<App> {
  const database = await openDatabase(entities, server, log, undefined, signal);
  try {
    return await assemble(config, url, database, log);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function assemble(
  config: Config,
  url: string,
  { orm, pool, besidePool, close }: OpenDatabase,
  log: Logger,
): Promise<App> {
  const { development, serviceAccountLimit, publicUrl, peppers } = config;
  const app = express().disable('x-powered-by').disable('etag').set('trust proxy', config.trustProxy);
  const addressOf = readAddressesBy(app.get('trust proxy fn'));
  const basePath = basePathOf(url);
  const headers = securityHeaders(config.production && Boolean(publicUrl?.startsWith('https:')));
  if (development) await ensureTenant(orm.em.fork(), { ...developmentTenant, serviceAccountLimit });
  await logNameCollisions(pool, log);

  const operations = rootFields.map(({ field }) => field);
  const metrics = createMetrics(config.metrics, { operations, refusals: refusalReasons }, pool, log);
  const limits = createRateLimits(config.rateLimits, pool, log, metrics.rateLimit);
  const { realms, production, developmentMode: listsRealms } = config;
  const trust = { realms, production, listsRealms, ownIssuer: issuerOf(url) };
  const authentication = createAuthentication(trust, log);
  const workloadTokens = createWorkloadTokens(config.workloadIssuers, production, log);
  const resolveCaller = createResolveCaller(realms, createFindTenants(pool), log);
  const counters = createCounters(config.rateLimits.store, besidePool, log);
  const budgets = createTenantBudgets(config.rateLimits, counters, metrics.rateLimit);
  const createContext = createContextFactory(
    authentication,
    limits.limitCaller,
    resolveCaller,
    budgets,
    orm.em,
  );

  const resolvers = createResolvers({
    pool,
    tenantLimiter: new KeyedLimiter(),
    peppers,
    serviceAccountLimit,
    workloadTokens,
    ownIssuer: trust.ownIssuer,
    realms: config.realms.realms.map(({ name }) => name),
    reservedAudiences: reservedAudiences(url, config),
    allowedOperations,
  });
  const { schema, guards } = guardSchema(createSchema(resolvers), createRecordDenial(pool, log));
  const executor = createExecutor(schema);
  const execute = createExecute(schema, executor, guards, log);
  const apollo = createApolloServer(schema, executor, config, log);
  await apollo.start();
  const oauth = await openOAuth(url, config, { pool, workloadTokens, limits, metrics, log });
  const scanning = createSecretScanning(config, { pool, limits, log });
  const health = createHealth(pool, oauth.canSign, log);
  const stopCleanup = await startJobs(config.auditRetentionDays, pool, log);

  const toAppError = (error: unknown, request: IncomingMessage): AppError => {
    const known = findAppError(error) ?? fromHttpError(error);
    if (!known) logMasked(log, request.requestId, error);
    const appError = known ?? toPublicError(error);
    request.metrics.end(appError.code);
    return appError;
  };
  const codes = development && new OneTimeCodes();
  const tenantOfPages = development && developmentTenant.id;
  const graphql = createGraphqlEndpoint(config, { apollo, limits, metrics, createContext, toAppError });

  // A request that `createListener` passes to Express goes through these stages in this order.
  // Here arrive only requests with another method or another spelling of the path.
  for (const path of healthPaths)
    app.get(path, (request, response) => health.handle(path, request, response));
  if (metrics.page && config.metrics.port === undefined) app.get('/metrics', metrics.page);
  app.use(measureRequests('rest', metrics.request));
  app.use(createHomeRouter(config, limits.limitPages, basePath));
  app.all('/favicon.ico', limits.limitPages, serveIcon);
  if (codes) {
    const createToken = () =>
      developmentToken(development, { role: 'tenant_admin', lifetime: pageTokenLifetime });
    app.use(`/${exchangePath}`, limits.limitAddress, createTokenExchange(codes, createToken));
  }
  if (config.graphqlIde) app.use('/graphql', createIdeRouter(limits.limitPages, tenantOfPages));
  if (config.apiDocs) app.use('/docs', createDocsRouter(limits.limitPages, tenantOfPages));
  app.use(allowOrigins(config.corsOrigins));
  app.use('/graphql', graphql.answer);
  app.use(scanning.path, scanning.router);
  app.use(limits.limitAddress);
  const openApi = () => createOpenApi({ routes, schema, isInTenant, publicUrl, version: readVersion() });
  if (config.apiDocs) app.use(createOpenApiRouter(openApi));
  app.use(createRestRouter({ schema, execute, createContext, publicUrl }));
  app.use(createErrorHandler(toAppError));

  return {
    handle: createListener({ app, oauth, graphql, health, headers, addressOf, basePath, log }),
    metrics,
    readKeys: async () => {
      await Promise.all([authentication.readKeys(), workloadTokens.readKeys()]);
    },
    createCode: codes && (() => codes.create()),
    close: async () => {
      await stopCleanup();
      metrics.close();
      await apollo.stop();
      await Promise.all([oauth.close(), scanning.close()]);
      await close();
    },
  };
}
