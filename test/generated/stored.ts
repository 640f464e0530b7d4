import type { Gateway } from '../harness/gateway.js';

/**
 * What cannot be, however many requests there were: half of an account, or a count that is wrong. The events
 * are counted once for all accounts: the trail has no index by target, and a look for each would take its square.
 */
export const findHalves = (gateway: Gateway) =>
  gateway.sql(`
    with account as (select id, 'sa-' || id as target, tenant_id, status from service_account),
      secrets as (select service_account_id, count(*) from service_account_secret group by 1),
      events as (
        select target, count(*) from audit_event
        where action = 'service_account.create' and outcome = 'success' group by 1
      )
    select 'tenant' as what, id::text, service_account_count::text as stored,
      (select count(*) from account where tenant_id = tenant.id)::text as found
    from tenant
    where service_account_count <>
      (select count(*) from account where tenant_id = tenant.id and status <> 'deleted')
    union all
    select 'account', account.id::text, secrets.count::text, events.count::text
    from account
    left join secrets on secrets.service_account_id = account.id
    left join events using (target)
    where secrets.count is distinct from 1 or events.count is distinct from 1
    union all
    select 'event', null, target, events.count::text from events
    where not exists (select from account where account.target = events.target)`);
