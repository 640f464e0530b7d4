import {
  DeletePermissionDocument,
  PermissionsDocument,
  SetPermissionDocument,
} from '../../../generated/operations.js';
import { answered, toPage } from '../answers.js';
import { input, refuseBody } from '../call.js';
import { boolean, list, type Parameters, pageParameters, readParameters } from '../parameters.js';
import { route } from '../route.js';

const permissions = '/api/v1/admin/permission';

/** The body of a DELETE means nothing to many proxies (RFC 9110, section 9.3.5). */
const deletion: Parameters = { force: { at: 'input.force', kind: boolean } };

/** The catalogue of permissions. */
export const permissionRoutes = [
  route({
    method: 'GET',
    path: permissions,
    operation: PermissionsDocument,
    ...list(pageParameters),
    message: 'Permissions listed successfully',
    data: ({ permissions }) => answered(permissions).nodes,
    page: ({ permissions }) => toPage(answered(permissions)),
  }),
  route({
    method: 'PUT',
    path: `${permissions}/:name`,
    operation: SetPermissionDocument,
    variables: input,
    message: 'Permission set successfully',
    data: ({ setPermission }) => answered(setPermission).permission,
  }),
  route({
    method: 'DELETE',
    path: `${permissions}/:name`,
    operation: DeletePermissionDocument,
    parameters: deletion,
    variables: (call) => {
      refuseBody(call);
      const { input: given } = readParameters<{ input?: { force: boolean } }>(deletion, call);
      return { input: { name: call.params.name ?? '', ...given } };
    },
    message: 'Permission deleted successfully',
    data: ({ deletePermission }) => answered(deletePermission),
  }),
];
