import type { Gateway } from '../../harness/gateway.js';

/**
 * Finds incomplete accounts and changes, and wrong counts, none of which may exist after any number of requests. The
 * events are counted in one pass for all accounts, because a look for each account would take too long. No account is
 * old enough to have been removed.
 */
export const findHalves = (gateway: Gateway) =>
  gateway.sql(`
    with account as (select id, 'sa-' || id as target, tenant_id, status, version from service_account),
      secrets as (
        select service_account_id, count(*),
          count(*) filter (where revoked_at is null and (expires_at is null or expires_at > now())) as live
        from service_account_secret group by 1
      ),
      keys as (
        select service_account_id, count(*) from service_account_key group by 1
      ),
      trusts as (
        select service_account_id, count(*) from service_account_trust group by 1
      ),
      events as (
        select target,
          count(*) filter (where action = 'service_account.create') as creates,
          count(*) filter (where action in
            ('service_account.create', 'service_account.rotate_secret', 'service_account.create_secret')
            and after ->> 'secret' is not null) as secrets,
          count(*) filter (where action = 'service_account.add_key')
            - count(*) filter (where action = 'service_account.remove_key')
            - coalesce(sum(jsonb_array_length(after -> 'removedKeys')), 0) as keys,
          count(*) filter (where action = 'service_account.add_trust')
            - count(*) filter (where action = 'service_account.remove_trust')
            - coalesce(sum(jsonb_array_length(after -> 'removedTrusts')), 0) as trusts,
          count(*) filter (where action in
            ('service_account.update', 'service_account.set_permissions', 'service_account.disable',
              'service_account.enable', 'service_account.delete', 'service_account.restore')) as changes,
          count(*) filter (where action = 'service_account.delete')
            - count(*) filter (where action = 'service_account.restore') as deletes
        from audit_event where outcome = 'success' and target like 'sa-%' group by 1
      )
    select 'tenant' as what, id::text, service_account_count::text as stored,
      (select count(*) from account where tenant_id = tenant.id)::text as found
    from tenant
    where service_account_count <>
      (select count(*) from account where tenant_id = tenant.id and status <> 'deleted')
    union all
    select 'account', account.id::text, secrets.count::text, events.secrets::text
    from account
    left join secrets on secrets.service_account_id = account.id
    left join events using (target)
    where coalesce(secrets.count, 0) is distinct from events.secrets or events.creates is distinct from 1
    union all
    select 'keys', account.id::text, keys.count::text, events.keys::text
    from account
    left join keys on keys.service_account_id = account.id
    left join events using (target)
    where coalesce(keys.count, 0) <> events.keys or keys.count > 5 or (status = 'deleted' and keys.count > 0)
    union all
    select 'trusts', account.id::text, trusts.count::text, events.trusts::text
    from account
    left join trusts on trusts.service_account_id = account.id
    left join events using (target)
    where coalesce(trusts.count, 0) <> events.trusts or trusts.count > 20
      or (status = 'deleted' and trusts.count > 0)
    union all
    select 'change', account.id::text, version::text, changes::text
    from account join events using (target)
    where version <> 1 + changes or deletes <> case when status = 'deleted' then 1 else 0 end
    union all
    select 'secret', account.id::text, status, live::text
    from account join secrets on secrets.service_account_id = account.id
    where live > 5 or (status = 'deleted' and live > 0)
    union all
    select 'event', null, target, events.creates::text from events
    where not exists (select from account where account.target = events.target)`);
