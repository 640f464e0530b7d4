import { prepared } from '../../../platform/database/sql.js';

/**
 * Adds to counts, in the order of their keys, so that gateways that add to the same ones follow each other. What was
 * added under the same id before is not added again: who lost the answer asks again. Accounts that were removed
 * meanwhile are left out.
 */
export const addCounts = prepared(
  'add-token-counts',
  `with batch as (
     insert into token_count_batch (id) values ($1::uuid) on conflict do nothing returning id
   )
   insert into token_count (service_account_id, hour, count)
   select counted.id, counted.hour, counted.count
   from unnest($2::uuid[], $3::timestamptz[], $4::integer[]) as counted (id, hour, count)
     join service_account account on account.id = counted.id
   where exists (select from batch)
   order by counted.id, counted.hour
   on conflict (service_account_id, hour) do update set count = token_count.count + excluded.count`,
);
