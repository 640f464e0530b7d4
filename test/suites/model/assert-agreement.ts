import { assertThat } from '../generated/assert.js';
import { assertSame } from './account.js';
import { isLive, type Row, readRows } from './rows.js';
import type { Shared, Site } from './site.js';
import { actionOf } from './snapshot.js';
import { assertTrail } from './trail.js';

const statuses = ['active', 'disabled', 'deleted'];
const mostSecrets = 5;

/** Operations that can succeed without a change, because another client has made the same change before. */
const mayChangeNothing = ['setPermissions', 'disable', 'enable', 'delete', 'revoke'] as const;

/**
 * Asserts that everything that is stored of a site is possible.
 * @param own the ids of the accounts that only one client has changed
 */
export async function verify(site: Site, own: readonly string[]): Promise<void> {
  const rows = await readRows(site);
  const [tenant] = await site.gateway.sql('select service_account_count as count from tenant where id = $1', [
    site.tenant,
  ]);
  const kept = rows.filter(({ snapshot }) => snapshot.status !== 'deleted');
  assertSame(tenant?.count, kept.length, 'the count of the tenant');
  assertThat(kept.length <= site.quota.limit, `${kept.length} accounts in ${site.quota.limit} places`);
  assertSame(
    new Set(kept.map(({ snapshot }) => snapshot.name)).size,
    kept.length,
    'names of accounts that are kept',
  );
  const known = [...own, ...site.shared.map(({ id }) => id)];
  assertSame(
    rows.map(({ id }) => id),
    known.sort(),
    'accounts',
  );
  for (const row of rows) {
    assertMayBe(row);
    assertTrail(row);
  }
  for (const shared of site.shared)
    assertAcknowledged(
      shared,
      rows.find(({ id }) => id === shared.id),
    );
}

function assertMayBe({ id, snapshot, secrets }: Row): void {
  const live = secrets.filter(isLive).length;
  assertThat(statuses.includes(snapshot.status), `${id} is ${snapshot.status}`);
  assertThat(live <= mostSecrets, `${id} has ${live} valid secrets`);
  assertThat(snapshot.status !== 'deleted' || live === 0, `${id} is deleted, and has ${live} valid secrets`);
}

function assertAcknowledged({ id, counts, version }: Shared, row: Row | undefined): void {
  assertThat(row, `${id} is not there`);
  assertThat(row.version >= version, `${id} is at version ${row.version}, and was at ${version}`);
  const unsure = new Set<string>(mayChangeNothing.map((operation) => actionOf[operation]));
  const told = counts.toObject();
  const actions = new Set([...Object.keys(told), ...row.events.map(({ action }) => action)]);
  for (const action of actions) {
    const events = row.events.filter((event) => event.action === action).length;
    const acknowledged = told[action] ?? 0;
    const fits = unsure.has(action) ? events <= acknowledged : events === acknowledged;
    assertThat(fits, `${id}: ${events} events of ${action}, ${acknowledged} acknowledged`);
  }
}
