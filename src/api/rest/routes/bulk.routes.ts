import * as operations from '../../../generated/operations.js';
import type { RouteTable } from '../route.js';

/** Changes of several service accounts with one request. */
export const bulkRoutes: RouteTable = {
  'POST /api/v1/admin/service-account/bulk/disable': {
    operation: operations.DisableServiceAccountsDocument,
    data: 'disableServiceAccounts.results',
    message: 'Disabling finished: see the result for each service account',
    example: { data: { serviceAccount: { status: 'disabled' } } },
  },
  'POST /api/v1/admin/service-account/bulk/enable': {
    operation: operations.EnableServiceAccountsDocument,
    data: 'enableServiceAccounts.results',
    message: 'Enabling finished: see the result for each service account',
  },
  'POST /api/v1/admin/service-account/bulk/delete': {
    operation: operations.DeleteServiceAccountsDocument,
    data: 'deleteServiceAccounts.results',
    message: 'Deletion finished: see the result for each service account',
    example: { data: { serviceAccount: { status: 'deleted', deletedAt: '2026-11-24T06:10:02.184Z' } } },
  },
  'POST /api/v1/admin/service-account/bulk/permissions': {
    operation: operations.SetServiceAccountsPermissionsDocument,
    data: 'setServiceAccountsPermissions.results',
    message: 'Permission changes finished: see the result for each service account',
  },
  'POST /api/v1/admin/service-account/bulk/rotate-secret': {
    operation: operations.RotateServiceAccountSecretsDocument,
    data: 'rotateServiceAccountSecrets.results',
    message: 'Rotation finished: see the result for each service account',
    example: { data: { error: null } },
  },
  'POST /api/v1/admin/service-account/revoke-all-secrets': {
    operation: operations.RevokeAllServiceAccountSecretsDocument,
    data: 'revokeAllServiceAccountSecrets',
    message: 'Secrets revoked successfully',
  },
};
