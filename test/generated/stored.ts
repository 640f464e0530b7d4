import type { Gateway } from '../harness/gateway.js';

/** What cannot be, however many requests there were: half of an account, or a count that is wrong. */
export const findHalves = (gateway: Gateway) =>
  gateway.sql(`
    select 'tenant' as what, id::text, service_account_count::text as stored,
      (select count(*) from service_account where tenant_id = tenant.id)::text as found
    from tenant
    where service_account_count <>
      (select count(*) from service_account where tenant_id = tenant.id and status <> 'deleted')
    union all
    select 'account', account.id::text,
      (select count(*) from service_account_secret where service_account_id = account.id)::text,
      (select count(*) from audit_event where target = 'sa-' || account.id
        and action = 'service_account.create' and outcome = 'success')::text
    from service_account account
    where (select count(*) from service_account_secret where service_account_id = account.id) <> 1
      or (select count(*) from audit_event where target = 'sa-' || account.id
        and action = 'service_account.create' and outcome = 'success') <> 1
    union all
    select 'event', event.id::text, event.target, null
    from audit_event event
    where action = 'service_account.create' and outcome = 'success'
      and not exists (select from service_account account where 'sa-' || account.id = event.target)`);
