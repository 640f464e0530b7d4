import type { Route } from './route.js';
import { audienceRoutes } from './routes/audiences.routes.js';
import { auditRoutes } from './routes/audit-events.routes.js';
import { bulkRoutes } from './routes/bulk.routes.js';
import { createServiceAccountRoute } from './routes/create-service-account.route.js';
import { ipAllowlistRoutes } from './routes/ip-allowlist.routes.js';
import { keyRoutes } from './routes/keys.routes.js';
import { permissionRoutes } from './routes/permissions.routes.js';
import { secretRoutes } from './routes/secrets.routes.js';
import { accountRoutes } from './routes/service-accounts.routes.js';
import { tenantRoutes } from './routes/tenants.routes.js';
import { trustRoutes } from './routes/trusts.routes.js';

/** The REST endpoints. Each runs a GraphQL operation. */
export const routes: readonly Route[] = [
  createServiceAccountRoute,
  accountRoutes,
  secretRoutes,
  keyRoutes,
  trustRoutes,
  ipAllowlistRoutes,
  bulkRoutes,
  tenantRoutes,
  permissionRoutes,
  audienceRoutes,
  auditRoutes,
]
  .flatMap((table) => Object.entries(table))
  .map(([call, row]) => {
    const [method, path] = call.split(' ') as [Route['method'], string];
    return { method, path, ...row };
  });
