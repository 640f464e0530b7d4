import 'reflect-metadata';
import type { IncomingMessage, RequestListener } from 'node:http';
import cors from 'cors';
import express, { type Request } from 'express';
import type { Logger } from 'pino';
import proxyAddr from 'proxy-addr';
import { createExecute } from './api/graphql/execute.js';
import { guardSchema } from './api/graphql/guard.js';
import { createIdeRouter } from './api/graphql/ide/router.js';
import { logMasked, toPublicError } from './api/graphql/masking.js';
import { createGraphqlRouter } from './api/graphql/router.js';
import { allowedOperations, isInTenant, rootFields } from './api/graphql/rules.js';
import { createSchema } from './api/graphql/schema.js';
import { createApolloServer } from './api/graphql/server.js';
import { createMachines } from './api/oauth/machines.js';
import type { OAuth } from './api/oauth/oauth.js';
import { createHealthRouter } from './api/ops/health.js';
import { createMetrics, type Metrics } from './api/ops/metrics/metrics.js';
import { tallyRequests } from './api/ops/metrics/tally.js';
import { logRequests } from './api/ops/request-log.js';
import { createDocsRouter } from './api/rest/docs/router.js';
import { createOpenApi } from './api/rest/openapi/document.js';
import { createOpenApiRouter } from './api/rest/openapi/router.js';
import { createErrorHandler, createRestRouter } from './api/rest/router.js';
import { routes } from './api/rest/routes.js';
import type { Config } from './config/config.js';
import { createRecordDenial } from './features/audit/record-denial.js';
import { entities } from './features/entities.js';
import { createResolvers } from './features/resolvers.js';
import { refusalReasons } from './features/service-accounts/sign-in/refusal-reasons.js';
import { ensureTenant } from './features/tenants/ensure-tenant.js';
import { createAuthenticate } from './platform/auth/authenticate.js';
import { developmentTenant, developmentToken } from './platform/auth/development.js';
import { callerKey, createContextFactory } from './platform/context.js';
import { Lanes } from './platform/database/lanes.js';
import { type Database, openDatabase } from './platform/database/open.js';
import type { DatabaseServer } from './platform/database/server.js';
import { type AppError, findAppError, fromHttpError } from './platform/errors.js';
import { securityHeaders } from './platform/http/security-headers.js';
import { createRateLimits } from './platform/rate-limits/rate-limits.js';
import { readVersion } from './platform/version.js';
import { startSweeps } from './sweeps.js';

/** What a page of a named origin may read of an answer, beside its body. */
const exposedHeaders = [
  'x-request-id',
  'www-authenticate',
  'idempotency-replayed',
  'ratelimit-policy',
  'ratelimit',
  'link',
  'retry-after',
];

export interface App {
  handle: RequestListener;
  /**
   * Opens the OAuth 2.0 server, whose tokens name the URL that it has.
   * @param url under which users reach the gateway
   */
  open(url: string): void;
  metrics: Pick<Metrics, 'page' | 'watch'>;
  /** Closes what the app has opened. Requests have to be over by then. */
  close(): Promise<void>;
}

/**
 * Builds the gateway out of its parts. Everything that a part needs is handed to it here.
 * @param server the database; it is stopped by `close`
 * @throws StartError
 */
export async function createApp(config: Config, server: DatabaseServer, log: Logger): Promise<App> {
  const database = await openDatabase(entities, server, log);
  try {
    return await assemble(config, database, log);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function assemble(config: Config, { orm, pool, close }: Database, log: Logger): Promise<App> {
  const { development, serviceAccountLimit } = config;
  if (development) await ensureTenant(orm.em.fork(), { ...developmentTenant, serviceAccountLimit });

  const operations = rootFields.map(({ field }) => field);
  const metrics = createMetrics(config.metrics, { operations, refusals: refusalReasons }, pool, log);
  const resolvers = createResolvers({ pool, tenantLanes: new Lanes(), allowedOperations, ...config });
  const { schema, guards } = guardSchema(createSchema(resolvers), createRecordDenial(pool, log));
  const execute = createExecute(schema, guards, log);
  const limits = createRateLimits(config.rateLimits, pool, log, metrics.rateLimit);
  const authenticate = createAuthenticate(config, log);
  const createContext = createContextFactory(authenticate, limits.limitCaller, orm.em);
  const apollo = createApolloServer(schema, config, log);
  await apollo.start();
  const stopSweeps = startSweeps(pool, log);

  const toAppError = (error: unknown, { requestId, tally }: Request): AppError => {
    const known = findAppError(error) ?? fromHttpError(error);
    if (!known) logMasked(log, requestId, error);
    const told = known ?? toPublicError(error);
    tally.end(told.code);
    return told;
  };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustProxy);
  app.use(createHealthRouter(pool, () => machines.canSign(), log));
  if (metrics.page && config.metrics.port === undefined) app.get('/metrics', metrics.page);
  app.use(tallyRequests('rest', metrics.request));
  const credentials =
    development &&
    (async () => ({
      token: await developmentToken(development, { role: 'tenant_admin' }),
      tenant: developmentTenant.id,
    }));
  if (config.graphqlIde) app.use('/graphql', createIdeRouter(credentials));
  if (config.apiDocs) app.use('/docs', createDocsRouter(credentials));
  // Closed unless origins are named: without its headers a browser shows the answer to no other site.
  if (config.corsOrigins.length > 0) {
    app.use(cors({ origin: config.corsOrigins, exposedHeaders }));
  }
  app.use('/graphql', tallyRequests('graphql', metrics.request));
  app.use('/graphql', createGraphqlRouter(apollo, limits.limitAddress, createContext, toAppError));
  app.use(limits.limitAddress);
  if (config.apiDocs) {
    app.use(
      createOpenApiRouter(() =>
        createOpenApi({ routes, schema, isInTenant, publicUrl: config.publicUrl, version: readVersion() }),
      ),
    );
  }
  app.use(
    createRestRouter((request) => {
      const context = createContext(request);
      return {
        execute: (operation, variables) => execute(context, operation, variables),
        caller: async () => callerKey(await context),
      };
    }, config.publicUrl),
  );
  app.use(createErrorHandler(toAppError));

  // Of a proxy that passes on what it is told it is any text.
  const addressOf = (request: IncomingMessage) => proxyAddr(request, app.get('trust proxy fn'))?.slice(0, 64);
  const logRequest = logRequests(log, addressOf);
  const headers = securityHeaders(config.production && Boolean(config.publicUrl?.startsWith('https:')));
  const machines = await createMachines({ config, pool, limits, metrics, addressOf, log });
  let oauth: OAuth | undefined;

  return {
    metrics,
    handle: (request, response) => {
      logRequest(request, response);
      const path = pathOf(request);
      if (oauth?.owns(path)) {
        headers.setForMachines(response);
        oauth.handle(path, request, response);
      } else {
        headers.set(response);
        app(request, response);
      }
    },
    open: (url) => {
      oauth = machines.createOAuth(url);
    },
    close: async () => {
      stopSweeps();
      limits.close();
      metrics.close();
      await apollo.stop();
      await machines.close();
      await close();
    },
  };
}

/** A request line may hold a whole URL (RFC 9112, section 3.2.2). */
function pathOf({ url = '' }: IncomingMessage): string {
  const target = url.startsWith('/') ? url : URL.canParse(url) ? new URL(url).pathname : '';
  return target.split('?', 1)[0] ?? '';
}
