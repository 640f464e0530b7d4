import { AppError, invalidField } from '../../platform/errors.js';

/** Makes the error for an account that the tenant does not have, whether or not another tenant has it. */
export const accountNotFoundError = () =>
  new AppError('NOT_FOUND', { message: 'The service account does not exist in this tenant' });

/** Makes the error for a change of a deleted account. */
export const accountDeletedError = () =>
  new AppError('CONFLICT', {
    message: 'status: the service account is deleted; restore it first',
    details: { field: 'status', status: 'deleted' },
  });

/** Makes the error for a restore of an account that is not deleted. @param status of the account */
export const accountNotDeletedError = (status: string) =>
  new AppError('CONFLICT', {
    message: `status: the service account is ${status}; only a deleted service account can be restored`,
    details: { field: 'status', status },
  });

/** Makes the error for a name that another account of the tenant has, deleted accounts aside. */
export const nameTakenError = () =>
  new AppError('CONFLICT', {
    message: 'name: another service account in this tenant already has this name',
    details: { field: 'name' },
  });

/** Makes the error for an account that was changed since the caller read it. @param version of the account now */
export const versionConflictError = (version: number) =>
  new AppError('CONFLICT', {
    message: `expectedVersion: the service account was changed in the meantime and is now at version ${version}`,
    details: { field: 'expectedVersion', version },
  });

/** Makes the error for permissions that are not in the permission catalog. */
export const unknownPermissionsError = (names: string[]) =>
  invalidField('permissions', `the permission catalog does not contain ${names.join(', ')}`);

/** Makes the error for permissions that only a super_admin may grant. */
export const restrictedPermissionsError = (names: string[]) =>
  new AppError('FORBIDDEN', {
    message: `Only a super_admin may grant ${names.join(', ')}`,
    details: { field: 'permissions' },
  });
