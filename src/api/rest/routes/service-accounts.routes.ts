import * as operations from '../../../generated/operations.js';
import type { RouteTable } from '../route.js';

/** Endpoints that read or change one service account or list several. */
export const accountRoutes: RouteTable = {
  'GET /api/v1/admin/service-account': {
    operation: operations.ServiceAccountsDocument,
    query: { createdBy: 'filter.createdBy.id' },
    data: 'serviceAccounts',
    message: 'Service accounts listed successfully',
  },
  'GET /api/v1/admin/service-account/:id': {
    operation: operations.ServiceAccountDocument,
    data: 'serviceAccount',
    message: 'Service account read successfully',
  },
  'GET /api/v1/admin/service-account/:id/token-usage': {
    operation: operations.ServiceAccountTokenUsageDocument,
    data: 'serviceAccount.tokensIssued',
    message: 'Token usage read successfully',
    description:
      'Returns the number of access tokens issued to a service account per hour, newest hour first. The parameter `hours` says how many hours to look back. Hours without access tokens are omitted. A new access token is counted after about ten seconds. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  },
  'PATCH /api/v1/admin/service-account/:id': {
    operation: operations.UpdateServiceAccountDocument,
    data: 'updateServiceAccount.serviceAccount',
    message: 'Service account updated successfully',
  },
  'DELETE /api/v1/admin/service-account/:id': {
    operation: operations.DeleteServiceAccountDocument,
    data: 'deleteServiceAccount.serviceAccount',
    message: 'Service account deleted successfully',
    example: { data: { status: 'deleted', deletedAt: '2026-11-24T06:10:02.184Z' } },
  },
  'PUT /api/v1/admin/service-account/:id/permissions': {
    operation: operations.SetServiceAccountPermissionsDocument,
    data: 'setServiceAccountPermissions.serviceAccount',
    message: 'Permissions set successfully',
  },
  'POST /api/v1/admin/service-account/:id/disable': {
    operation: operations.DisableServiceAccountDocument,
    data: 'disableServiceAccount.serviceAccount',
    message: 'Service account disabled successfully',
    example: { data: { status: 'disabled' } },
  },
  'POST /api/v1/admin/service-account/:id/enable': {
    operation: operations.EnableServiceAccountDocument,
    data: 'enableServiceAccount.serviceAccount',
    message: 'Service account enabled successfully',
  },
  'POST /api/v1/admin/service-account/:id/restore': {
    operation: operations.RestoreServiceAccountDocument,
    data: 'restoreServiceAccount.serviceAccount',
    message: 'Service account restored successfully',
    example: { data: { status: 'disabled' } },
  },
};
