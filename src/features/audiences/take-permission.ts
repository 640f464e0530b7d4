import { contentOf, sizeOf } from '../../platform/audit/entry-size.js';
import { actorFrom, actorOf, insertEventsSql, nowSql } from '../../platform/audit/insert-events.js';
import type { Context } from '../../platform/context.js';
import { type Database, run } from '../../platform/database/sql.js';

/** Creates a query that counts the audiences that know a permission. @param name SQL for its name */
export const countAudiencesSql = (name: string): string =>
  `select count(*)::integer from audience where permissions @> array[${name}]`;

const takeSql = `
  with taken as (
    update audience
    set permissions = array_remove(permissions, $2), updated_at = ${nowSql}
    where permissions @> array[$2::text]
    returning uri_key, uri, tenant_id, updated_at, permissions as left_permissions
  ),
  event as (${insertEventsSql({
    actor: actorFrom('$1'),
    action: `'audience.set'`,
    tenantId: 'taken.tenant_id',
    target: 'taken.uri',
    occurredAt: 'taken.updated_at',
    before: `jsonb_build_object('permissions', audience.permissions)`,
    after: `jsonb_build_object('permissions', left_permissions)`,
    from: 'taken join audience on audience.uri_key = taken.uri_key',
  })}
  )
  select uri as target, left_permissions as permissions from taken`;

/**
 * Removes a permission from all audiences, with an audit log entry for each. An audience that knows no other permission
 * remains without permissions, and no access token is issued for it. The transaction has deleted the permission from
 * the catalog, so no other transaction adds it to an audience.
 * @returns the number of audiences
 */
export async function takeFromAudiences(tx: Database, name: string, context: Context): Promise<number> {
  const actor = actorOf(context);
  const taken = await run<{ target: string; permissions: string[] }>(tx, {
    text: takeSql,
    values: [JSON.stringify(actor), name],
  });
  if (taken.length === 0) return 0;
  const contents = taken.map(({ target, permissions }) =>
    contentOf({ target, before: { permissions: [...permissions, name] }, after: { permissions } }),
  );
  const entries = { entries: taken.length, bytes: contents.reduce((total, bytes) => total + bytes, 0) };
  await context.budgets.overspend(null, { changes: taken.length, bytes: sizeOf(actor, entries) });
  return taken.length;
}
