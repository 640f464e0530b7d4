import * as operations from '../../../generated/operations.js';
import type { RouteTable } from '../route.js';

/** Changes of many service accounts at once. */
export const bulkRoutes: RouteTable = {
  'POST /api/v1/admin/service-account/bulk/disable': {
    operation: operations.DisableServiceAccountsDocument,
    data: 'disableServiceAccounts.results',
    message: 'Service accounts disabled: see the result of each',
    example: { data: { serviceAccount: { status: 'disabled' } } },
  },
  'POST /api/v1/admin/service-account/bulk/enable': {
    operation: operations.EnableServiceAccountsDocument,
    data: 'enableServiceAccounts.results',
    message: 'Service accounts enabled: see the result of each',
  },
  'POST /api/v1/admin/service-account/bulk/delete': {
    operation: operations.DeleteServiceAccountsDocument,
    data: 'deleteServiceAccounts.results',
    message: 'Service accounts deleted: see the result of each',
    example: { data: { serviceAccount: { status: 'deleted', deletedAt: '2026-11-24T06:10:02.184Z' } } },
  },
  'POST /api/v1/admin/service-account/bulk/permissions': {
    operation: operations.SetServiceAccountsPermissionsDocument,
    data: 'setServiceAccountsPermissions.results',
    message: 'Permissions set: see the result of each',
  },
  'POST /api/v1/admin/service-account/bulk/rotate-secret': {
    operation: operations.RotateServiceAccountSecretsDocument,
    data: 'rotateServiceAccountSecrets.results',
    message: 'Secrets rotated: see the result of each',
    example: { data: { error: null } },
  },
  'POST /api/v1/admin/service-account/revoke-all-secrets': {
    operation: operations.RevokeAllServiceAccountSecretsDocument,
    data: 'revokeAllServiceAccountSecrets',
    message: 'Secrets revoked successfully',
  },
};
