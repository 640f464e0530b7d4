import { actorFrom, insertEventsSql } from '../../platform/audit/insert-events.js';

/** Deletes the audiences of a tenant ($2), with an audit log entry for each. The actor is $1. */
export const removeAudiencesSql = `
  with removed as (
    delete from audience where tenant_id = $2 returning uri, name, permissions
  )
  ${insertEventsSql({
    actor: actorFrom('$1'),
    action: `'audience.delete'`,
    tenantId: '$2',
    target: 'uri',
    before: `jsonb_build_object('name', name, 'permissions', permissions)`,
    from: 'removed',
  })}`;
