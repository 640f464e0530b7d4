import type { Gateway } from '../../harness/gateway.js';

/** Reads the events of an account after its creation from the audit log. */
export const changesOf = (gateway: Gateway, id: string) =>
  gateway.sql<{ action: string; before: unknown; after: unknown }>(
    `select action, caller_id, before, after from audit_event
     where target = $1 and action <> 'service_account.create' order by occurred_at, id`,
    [id],
  );
