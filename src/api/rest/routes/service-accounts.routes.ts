import * as operations from '../../../generated/operations.js';
import type { RouteTable } from '../route.js';

/** Reading and changing service accounts. */
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
    summary: 'How many tokens a service account was issued, hour by hour, the newest first',
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
