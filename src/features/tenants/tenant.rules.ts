import { z } from 'zod';
import { line } from '../../platform/input-rules.js';

/** What may stand in the fields of a tenant, whichever operation sets them. */
export const tenantRules = {
  name: line(1, 100),
  serviceAccountLimit: z.number('must not be null').min(0, 'must be 0 or more'),
  secretMaxAgeDays: z.number().min(1, 'must be 1 or more').max(3650, 'must be at most 3650'),
};
