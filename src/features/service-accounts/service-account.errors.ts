import { AppError, invalidField } from '../../platform/errors.js';

/** Whatever the reason, be it another tenant's: the answer is the same. */
export const noAccount = () => new AppError('NOT_FOUND', { message: 'There is no such service account' });

export const isDeleted = () =>
  new AppError('CONFLICT', {
    message: 'status: the service account is deleted, restore it first',
    details: { field: 'status', status: 'deleted' },
  });

/** @param status which the account has */
export const isNotDeleted = (status: string) =>
  new AppError('CONFLICT', {
    message: `status: the service account is ${status}, and not deleted`,
    details: { field: 'status', status },
  });

/** Names are unique among the tenant's accounts that are not deleted. */
export const nameTaken = () =>
  new AppError('CONFLICT', {
    message: 'name: another service account of this tenant has it',
    details: { field: 'name' },
  });

/** @param version which the account has by now */
export const isAtVersion = (version: number) =>
  new AppError('CONFLICT', {
    message: `expectedVersion: the service account has been changed since, and is at version ${version}`,
    details: { field: 'expectedVersion', version },
  });

/** What is not in the catalogue. */
export const unknownPermissions = (names: string[]) =>
  invalidField('permissions', `there is no permission ${names.join(', ')}`);

/** What a super_admin alone may grant. */
export const restrictedPermissions = (names: string[]) =>
  new AppError('FORBIDDEN', {
    message: `Only a super_admin may grant ${names.join(', ')}`,
    details: { field: 'permissions' },
  });
