import { AppError } from '../../platform/errors.js';

export const noTenant = () => new AppError('NOT_FOUND', { message: 'There is no such tenant' });
