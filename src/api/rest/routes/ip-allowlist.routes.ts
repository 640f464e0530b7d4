import * as operations from '../../../generated/operations.js';
import type { RouteTable } from '../route.js';

/** Returns the paths of the fields in a response about the list of an account. */
const listOf = (account: string) => ({
  id: `${account}.id`,
  ipAllowlist: `${account}.ipAllowlist`,
  version: `${account}.version`,
});

/** The addresses from which a service account may authenticate. */
export const ipAllowlistRoutes: RouteTable = {
  'GET /api/v1/admin/service-account/:id/ip-list': {
    operation: operations.ServiceAccountIpAllowlistDocument,
    data: listOf('serviceAccount'),
    message: 'IP allowlist read successfully',
    description:
      'Returns the IP addresses and ranges from which a service account may authenticate at the OAuth 2.0 endpoints. `ipAllowlist` is null if it may authenticate from any address. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  },
  'PUT /api/v1/admin/service-account/:id/ip-list': {
    operation: operations.SetServiceAccountIpAllowlistDocument,
    body: { ipAllowlist: 'required', expectedVersion: 'optional' },
    data: listOf('updateServiceAccount.serviceAccount'),
    message: 'IP allowlist set successfully',
    description:
      'Replaces the IP addresses and ranges from which a service account may authenticate at the OAuth 2.0 endpoints. Null or an empty list lets it authenticate from any address. Access tokens already issued remain valid everywhere. Requires the role `tenant_admin` or `super_admin`.',
  },
};
