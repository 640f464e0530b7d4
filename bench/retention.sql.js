/** Says where the first partition will end, as an operator does before the upgrade (docs/upgrades.md). */
export const prepareEnd = `
  do $$ begin
    execute format(
      'alter table audit_event add constraint audit_event_first_end check (occurred_at < %L) not valid',
      date_trunc('month', now() + interval '2 months'));
    alter table audit_event validate constraint audit_event_first_end;
  end $$`;

/** Lets the first partition end two months ago, so that it can be dropped, and adds one for the time since then. */
export const endFirstPartition = `
  do $$ declare ended timestamptz := now() - interval '2 months'; until text; begin
    select (regexp_match(pg_get_expr(relpartbound, oid), $re$TO \\('([^']+)'$re$))[1] into until
    from pg_class where relname = 'audit_event_first';
    create table recent as select * from audit_event where occurred_at >= ended;
    alter table audit_event detach partition audit_event_first;
    alter table audit_event_first disable trigger audit_event_append_only;
    delete from audit_event_first where occurred_at >= ended;
    execute format(
      'alter table audit_event attach partition audit_event_first for values from (minvalue) to (%L)', ended);
    execute format(
      'create table audit_event_recent partition of audit_event for values from (%L) to (%L)', ended, until);
    insert into audit_event select * from recent;
    drop table recent;
  end $$`;

/** Adds 10 partitions without entries after the existing ones. PostgreSQL plans each of them for each page. */
export const addEmptyPartitions = `
  do $$ declare month timestamp; begin
    for number in 1..10 loop
      select timestamp '2100-01-01' + count(*) * interval '1 month' into month from pg_inherits
      where inhparent = 'audit_event'::regclass;
      execute format('create table %I partition of audit_event for values from (%L) to (%L)',
        'audit_event_empty_' || to_char(month, 'YYYY_MM'), month, month + interval '1 month');
    end loop;
  end $$`;
