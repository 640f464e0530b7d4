import {
  DeletePermissionDocument,
  PermissionsDocument,
  SetPermissionDocument,
} from '../../../generated/operations.js';
import type { Route } from '../route.js';

const permissions = '/api/v1/admin/permission';
const permission = `${permissions}/:name`;

/** The catalogue of permissions. */
export const permissionRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: permissions,
    operation: PermissionsDocument,
    data: 'permissions',
    message: 'Permissions listed successfully',
  },
  {
    method: 'PUT',
    path: permission,
    operation: SetPermissionDocument,
    data: 'setPermission.permission',
    message: 'Permission set successfully',
  },
  {
    method: 'DELETE',
    path: permission,
    operation: DeletePermissionDocument,
    data: 'deletePermission',
    message: 'Permission deleted successfully',
  },
];
