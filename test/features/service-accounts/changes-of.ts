import type { Gateway } from '../../harness/gateway.js';

/** Reads what the audit trail tells of an account after its creation. */
export const changesOf = (gateway: Gateway, id: string) =>
  gateway.sql<{ action: string }>(
    `select action, caller_id, before, after from audit_event
     where target = $1 and action <> 'service_account.create' order by occurred_at, id`,
    [id],
  );
