import { Migration } from '@mikro-orm/migrations';

/**
 * Partitions the audit log by time, so that its oldest part can be dropped without a deletion of single entries. The
 * existing table becomes the first partition, with its indexes. Gateways of the previous version find the new table
 * under the same name, also in statements that they have prepared.
 */
export class Migration20261130AuditPartitions extends Migration {
  override up(): void {
    this.addSql('alter table audit_event rename to audit_event_first');
    // The new table gets the names of the indexes. The prefix includes the name of the primary key.
    this.addSql(`
      do $$ declare index_name text; begin
        for index_name in select relname from pg_index join pg_class on pg_class.oid = indexrelid
          where indrelid = 'audit_event_first'::regclass and relname like 'audit\\_event\\_%' loop
          execute format('alter index %I rename to %I', index_name,
            'audit_event_first_' || substr(index_name, length('audit_event_') + 1));
        end loop;
      end $$`);
    this.addSql(`
      create table audit_event (like audit_event_first including defaults including constraints)
        partition by range (occurred_at)`);
    // An operator adds this constraint to a large table before the upgrade (docs/upgrades.md). It is for the first
    // partition only.
    this.addSql('alter table audit_event drop constraint if exists audit_event_first_end');

    this.addSql('alter table audit_event add constraint audit_event_pkey primary key (occurred_at, id)');
    this.addSql('create index audit_event_tenant_id_index on audit_event (tenant_id, occurred_at, id)');
    // Only gateways of the previous version use this index.
    this.addSql(`
      create index audit_event_denied_index on audit_event (caller_realm, caller_id, occurred_at)
        where outcome = 'denied'`);
    this.addSql('create index audit_event_id_index on audit_event (id)');
    this.addSql('create index audit_event_target_index on audit_event (target, occurred_at, id)');
    this.addSql(
      'create index audit_event_caller_index on audit_event (caller_realm, caller_id, occurred_at, id)',
    );
    this.addSql('create index audit_event_action_index on audit_event (tenant_id, action, occurred_at, id)');
    this.addSql('create index audit_event_all_actions_index on audit_event (action, occurred_at, id)');
    this.addSql('create index audit_event_request_index on audit_event (request_id, occurred_at, id)');
    this.addSql(`
      create index audit_event_outcome_index on audit_event (tenant_id, occurred_at, id)
        where outcome = 'denied'`);

    // Each partition gets a copy of the trigger for each row, but needs its own trigger for each statement.
    this.addSql('drop trigger audit_event_erase_only on audit_event_first');
    this.addSql(`
      create trigger audit_event_erase_only before update on audit_event
        for each row when (new.caller_name is not null or new.caller_email is not null)
        execute function refuse_change()`);
    this.addSql('create table audit_event_default partition of audit_event default');
    for (const table of ['audit_event', 'audit_event_default'])
      this.addSql(`
        create trigger audit_event_append_only
          before delete or truncate or update of
            occurred_at, id, tenant_id, caller_realm, caller_id, action, target, outcome, request_id, ip, user_agent,
            before, after
          on ${table} for each statement execute function refuse_change()`);
    this.addSql(attachFirst);
    this.addSql('alter table audit_event_first drop constraint if exists audit_event_first_end');
    this.addSql(copyPrivileges);
  }
}

/**
 * The first partition ends with the month, or later if its newest entry is later because a clock was wrong. If the
 * constraint of the operator says where it ends, PostgreSQL need not read the table to check this.
 */
const attachFirst = `
  do $$ declare until timestamptz; begin
    select (regexp_match(pg_get_constraintdef(oid), 'occurred_at < ''([^'']+)'''))[1] into until
    from pg_constraint
    where conrelid = 'audit_event_first'::regclass and conname = 'audit_event_first_end';
    if until is null then
      select (date_trunc('month', greatest(now(), max(occurred_at)) at time zone 'UTC') + interval '1 month')
        at time zone 'UTC' into until
      from audit_event_first;
    end if;
    execute format(
      'alter table audit_event attach partition audit_event_first for values from (minvalue) to (%L)', until);
  end $$`;

/** Whoever may read the table, such as a program that the operator has given a role, may read the new one, too. */
const copyPrivileges = `
  do $$ declare granted record; begin
    for granted in
      select privilege_type, is_grantable,
        case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as grantee
      from pg_class, aclexplode(relacl)
      where oid = 'audit_event_first'::regclass and grantee <> relowner loop
      execute format('grant %s on audit_event to %s%s', granted.privilege_type, granted.grantee,
        case when granted.is_grantable then ' with grant option' else '' end);
    end loop;
  end $$`;
