import { auditRoutes } from './routes/audit-events.js';
import { bulkRoutes } from './routes/bulk.js';
import { permissionRoutes } from './routes/permissions.js';
import { secretRoutes } from './routes/secrets.js';
import { accountRoutes } from './routes/service-accounts.js';
import { tenantRoutes } from './routes/tenants.js';

/** The REST calls, each of which is a GraphQL operation under another name. */
export const routes = [
  ...accountRoutes,
  ...secretRoutes,
  ...bulkRoutes,
  ...tenantRoutes,
  ...permissionRoutes,
  ...auditRoutes,
];
