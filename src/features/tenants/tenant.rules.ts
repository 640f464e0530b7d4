import { z } from 'zod';
import { AppError, invalidField } from '../../platform/errors.js';
import { isUuid } from '../../platform/ids.js';
import { line, tokenLifetime } from '../../platform/input-rules.js';

/** The rules for the fields of a tenant, which all operations share. */
export const tenantRules = {
  name: line(1, 100),
  serviceAccountLimit: z.number('must not be null').min(0, 'must be 0 or more'),
  secretMaxAgeDays: z.number().min(1, 'must be 1 or more').max(3650, 'must be at most 3650'),
  maxTokenLifetimeSeconds: tokenLifetime,
};

/** Returns the ID of a tenant as it is stored, in lower case. @throws AppError BAD_USER_INPUT */
export function tenantUuid(id: string): string {
  if (!isUuid(id)) throw invalidField('id', 'must be a UUID');
  return id.toLowerCase();
}

export const tenantNotFoundError = () => new AppError('NOT_FOUND', { message: 'The tenant does not exist' });
