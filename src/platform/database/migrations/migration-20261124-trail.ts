import { Migration } from '@mikro-orm/migrations';

/** Adds the indexes to read the audit log and to list tenants, and allows erasing a person from the audit log. */
export class Migration20261124Trail extends Migration {
  override up(): void {
    // Each filter of the audit log has an index in the order of the pages. The entries of a target, a caller or a
    // request mostly belong to one tenant, so only the indexes by action and by outcome include the tenant. Actions
    // have a second index for the audit log of all tenants.
    this.addSql('create index if not exists audit_event_id_index on audit_event (id)');
    this.addSql(
      'create index if not exists audit_event_target_index on audit_event (target, occurred_at, id)',
    );
    this.addSql(`
      create index if not exists audit_event_caller_index
        on audit_event (caller_realm, caller_id, occurred_at, id)`);
    this.addSql(`
      create index if not exists audit_event_action_index on audit_event (tenant_id, action, occurred_at, id)`);
    this.addSql(
      'create index if not exists audit_event_all_actions_index on audit_event (action, occurred_at, id)',
    );
    this.addSql(
      'create index if not exists audit_event_request_index on audit_event (request_id, occurred_at, id)',
    );
    this.addSql(`
      create index if not exists audit_event_outcome_index on audit_event (tenant_id, occurred_at, id)
        where outcome = 'denied'`);

    // The audit log remains append-only, but names and email addresses can be set to null.
    this.addSql('drop trigger audit_event_append_only on audit_event');
    this.addSql(`
      create trigger audit_event_append_only
        before delete or truncate or update of
          occurred_at, id, tenant_id, caller_realm, caller_id, action, target, outcome, request_id, ip, user_agent,
          before, after
        on audit_event for each statement execute function refuse_change()`);
    this.addSql(`
      create trigger audit_event_erase_only before update on audit_event
        for each row when (new.caller_name is not null or new.caller_email is not null)
        execute function refuse_change()`);

    this.addSql('create index if not exists tenant_created_index on tenant (created_at, id)');
    this.addSql('create index if not exists tenant_name_index on tenant (name, id)');

    // This column contains the IDs of all secrets in a response with several secrets. Null means that secret_id is the
    // only one.
    this.addSql('alter table idempotency_key add column secret_ids uuid[]');
  }
}
