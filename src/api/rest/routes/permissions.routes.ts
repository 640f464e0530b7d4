import * as operations from '../../../generated/operations.js';
import type { RouteTable } from '../route.js';

/** The permission catalog. */
export const permissionRoutes: RouteTable = {
  'GET /api/v1/admin/permission': {
    operation: operations.PermissionsDocument,
    data: 'permissions',
    message: 'Permissions listed successfully',
  },
  'PUT /api/v1/admin/permission/:name': {
    operation: operations.SetPermissionDocument,
    data: 'setPermission.permission',
    message: 'Permission set successfully',
  },
  'DELETE /api/v1/admin/permission/:name': {
    operation: operations.DeletePermissionDocument,
    data: 'deletePermission',
    message: 'Permission deleted successfully',
  },
};
