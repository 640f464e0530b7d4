import * as operations from '../../../generated/operations.js';
import type { RouteTable } from '../route.js';

/** The public keys of a service account. */
export const keyRoutes: RouteTable = {
  'GET /api/v1/admin/service-account/:id/key': {
    operation: operations.ServiceAccountKeysDocument,
    data: 'serviceAccount.keys',
    message: 'Public keys listed successfully',
    description:
      'Lists the public keys of a service account that have not expired, newest first. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  },
  'POST /api/v1/admin/service-account/:id/key': {
    operation: operations.AddServiceAccountKeyDocument,
    data: {
      id: 'addServiceAccountKey.serviceAccount.id',
      clientId: 'addServiceAccountKey.serviceAccount.clientId',
      key: 'addServiceAccountKey.key',
    },
    message: 'Public key added successfully',
    example: { data: { key: { expiresAt: '2099-12-31T00:00:00.000Z' } } },
  },
  'DELETE /api/v1/admin/service-account/:id/key/:keyId': {
    operation: operations.RemoveServiceAccountKeyDocument,
    data: 'removeServiceAccountKey.key',
    message: 'Public key removed successfully',
  },
};
