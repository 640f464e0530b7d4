import * as operations from '../../../generated/operations.js';
import type { RouteTable } from '../route.js';

/** The trusts of a service account, and the issuers that it can trust. */
export const trustRoutes: RouteTable = {
  'GET /api/v1/admin/service-account/:id/trust': {
    operation: operations.ServiceAccountTrustsDocument,
    data: 'serviceAccount.trusts',
    message: 'Trusts listed successfully',
    description:
      'Lists the trusts of a service account that have not expired, newest first. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  },
  'POST /api/v1/admin/service-account/:id/trust': {
    operation: operations.AddServiceAccountTrustDocument,
    data: {
      id: 'addServiceAccountTrust.serviceAccount.id',
      clientId: 'addServiceAccountTrust.serviceAccount.clientId',
      trust: 'addServiceAccountTrust.trust',
    },
    message: 'Trust added successfully',
    example: { data: { trust: { expiresAt: '2099-12-31T00:00:00.000Z' } } },
  },
  'POST /api/v1/admin/service-account/:id/trust/test': {
    operation: operations.TestServiceAccountTrustDocument,
    data: 'testServiceAccountTrust',
    message: 'Token tested successfully',
  },
  'DELETE /api/v1/admin/service-account/:id/trust/:trustId': {
    operation: operations.RemoveServiceAccountTrustDocument,
    data: 'removeServiceAccountTrust.trust',
    message: 'Trust removed successfully',
  },
  'GET /api/v1/admin/workload-issuer': {
    operation: operations.WorkloadIssuersDocument,
    data: 'workloadIssuers',
    message: 'Workload issuers listed successfully',
  },
};
