import { everyone, owners } from './callers.js';
import { mutation, type Operation, query } from './operation.js';

const permissions = '/api/v1/admin/permission';
const permission = `${permissions}/:name`;

/** The operations on the catalog of permissions, the erasure of a person, and the issuers that the operator names. */
export const permissionOperations: Operation[] = [
  query(
    'permissions',
    `query ($first: Int, $after: String, $last: Int, $before: String) {
      permissions(first: $first, after: $after, last: $last, before: $before) {
        nodes { name description isDefault restricted } pageInfo { endCursor } totalCount
      }
    }`,
    { rest: `GET ${permissions}`, may: everyone, isGlobal: true, args: () => ({ first: 10 }) },
  ),
  mutation('setPermission', 'permission { name }', {
    rest: `PUT ${permission}`,
    may: owners,
    isGlobal: true,
    args: ({ permission: name, number }) => ({ name, description: `Described anew ${number} ${Date.now()}` }),
  }),
  mutation('deletePermission', 'permission { name }', {
    rest: `DELETE ${permission}`,
    may: owners,
    isGlobal: true,
    args: ({ permission: name }) => ({ name }),
  }),
  mutation('erasePerson', 'serviceAccountCount auditEventCount', {
    may: owners,
    isGlobal: true,
    args: () => ({ realm: 'acme', id: 'a tenant_admin' }),
  }),
];
