import { CreateServiceAccountDocument } from '../../../generated/operations.js';
import type { RouteTable } from '../route.js';

const account = 'createServiceAccount.serviceAccount';

/**
 * The endpoint of the founding document. It runs the mutation `createServiceAccount` under its shield rule, like a GraphQL
 * client, and returns exactly the documented fields in the documented order.
 */
export const createServiceAccountRoute: RouteTable = {
  'POST /api/v1/admin/service-account/create': {
    operation: CreateServiceAccountDocument,
    // This endpoint has always ignored query parameters.
    variables: ({ body }) => ({ input: body }),
    message: 'Service account created successfully',
    data: {
      id: `${account}.id`,
      name: `${account}.name`,
      clientId: `${account}.clientId`,
      clientSecret: 'createServiceAccount.clientSecret',
      type: `${account}.type`,
      status: `${account}.status`,
      permissions: `${account}.permissions`,
      createdAt: `${account}.createdAt`,
      createdBy: `${account}.createdBy`,
      tenant: `${account}.tenant`,
    },
  },
};
