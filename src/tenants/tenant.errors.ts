import { AppError } from '../errors.js';

export const noTenant = () => new AppError('NOT_FOUND', { message: 'There is no such tenant' });
