import { bulkRoutes } from './routes/bulk.js';
import { secretRoutes } from './routes/secrets.js';
import { accountRoutes } from './routes/service-accounts.js';

/** The REST calls, each of which is a GraphQL operation under another name. */
export const routes = [...bulkRoutes, ...accountRoutes, ...secretRoutes];
