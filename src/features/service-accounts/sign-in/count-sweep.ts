import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { startSweep } from '../../../platform/cleanup/cleanup.js';

/** How long it can be read how many tokens were issued in an hour. */
const keptDays = 90;
/** By then nobody waits for the answer about a batch any more. */
const batchDays = 7;
/** As many as are done within the time limit of a statement, with room. The rest is for the next minute. */
const most = 20_000;

const counts = () => ({
  text: `
    delete from token_count where (service_account_id, hour) in (
      select service_account_id, hour from token_count where hour < now() - make_interval(days => $2)
      order by hour limit $1 for update skip locked
    )`,
  values: [most, keptDays],
});

const batches = () => ({
  text: `
    delete from token_count_batch where id in (
      select id from token_count_batch where written_at < now() - make_interval(days => $2)
      order by written_at limit $1 for update skip locked
    )`,
  values: [most, batchDays],
});

/**
 * Deletes counts of tokens that are older than 90 days.
 * @param interval milliseconds
 * @returns what ends it
 */
export function startCountSweep(pool: Pool, log: Logger, interval?: number): () => void {
  const ends = [
    startSweep(pool, log, 'old counts of tokens', counts, interval),
    startSweep(pool, log, 'batches of counts', batches, interval),
  ];
  return () => {
    for (const end of ends) end();
  };
}
