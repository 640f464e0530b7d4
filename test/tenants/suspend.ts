import type { Gateway } from '../harness/gateway.js';

/** Suspends a tenant, or resumes it. */
export const setSuspended = ({ sql }: Gateway, tenant: string, suspended: boolean) =>
  sql('update tenant set status = $2 where id = $1', [tenant, suspended ? 'suspended' : 'active']);
