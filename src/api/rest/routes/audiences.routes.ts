import * as operations from '../../../generated/operations.js';
import type { RouteTable } from '../route.js';

/** The audience catalog. A URI is not part of a path, because many proxies decode or reject an encoded slash. */
export const audienceRoutes: RouteTable = {
  'GET /api/v1/admin/audience': {
    operation: operations.AudiencesDocument,
    data: 'audiences',
    message: 'Audiences listed successfully',
  },
  'PUT /api/v1/admin/audience': {
    operation: operations.SetAudienceDocument,
    data: 'setAudience.audience',
    message: 'Audience set successfully',
  },
  'DELETE /api/v1/admin/audience': {
    operation: operations.DeleteAudienceDocument,
    data: 'deleteAudience.audience',
    message: 'Audience deleted successfully',
  },
};
