import type { Pool } from 'pg';
import { Arg, Ctx, Extensions, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { type Context, tenantIdOf } from '../../platform/context.js';
import { run } from '../../platform/database/sql.js';
import { checkInput } from '../../platform/input-rules.js';
import { decodeCursor, encodeCursor } from '../../platform/pagination/cursor.js';
import { tenantNotFoundError } from '../tenants/tenant.rules.js';
import { type ExportRow, exportStatement } from './audit-event-export.sql.js';
import { AuditEventFilter, filterRules } from './audit-events.filter.js';
import { eventList } from './trail-page.js';

/** The cost of a part, which holds up to 200 complete entries. A GraphQL document can select one part only. */
const partCost = 20_000;

@ObjectType('AuditEventExport', { description: 'One part of an exported audit log.' })
export class AuditEventExport {
  @Field(() => String, {
    description:
      'The audit log entries in JSON Lines format, oldest first. Each line is a JSON object with the fields of `AuditEvent`; its `outcome` is in lower case. Empty if no entries are left.',
  })
  jsonLines!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The cursor of the last entry of this part. Use it as the `after` argument to get the next part. Null if this part is empty.',
  })
  endCursor!: string | null;

  @Field(() => Boolean, { description: 'Whether more entries follow after this part.' })
  hasNextPage!: boolean;
}

@Resolver()
export class ExportAuditEvents {
  constructor(private readonly pool: Pool) {}

  @Extensions({ cost: partCost })
  @Query(() => AuditEventExport, {
    nullable: true,
    description:
      'Exports the audit log of a tenant, oldest entry first, in parts of up to 200 entries. The `x-tenantid` header names the tenant. To get the next part, send `endCursor` as the `after` argument. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  })
  async auditEventExport(
    @Arg('filter', () => AuditEventFilter, {
      nullable: true,
      description: 'Selects the entries to export. Defaults to all entries.',
    })
    filterArgument: AuditEventFilter | null,
    @Arg('after', () => String, {
      nullable: true,
      description: 'The `endCursor` of the previous part. Omit it to get the first part.',
    })
    after: string | null,
    @Ctx() context: Context,
  ): Promise<AuditEventExport> {
    const tenantId = tenantIdOf(context);
    const filter = { ...filterArgument };
    checkInput(filterRules, filter);
    const list = eventList('export', tenantId);
    const position = after == null ? undefined : decodeCursor(list, after, 'after');
    const statement = exportStatement({ tenantId, filter, position });
    const [part] = await context.inTurn(() => run<ExportRow>(this.pool, statement));
    if (!part?.trailExists) throw tenantNotFoundError();
    const { jsonLines, hasNextPage, id, occurredAt } = part;
    return {
      jsonLines,
      endCursor: id && occurredAt && encodeCursor(list, { id, occurredAt }),
      hasNextPage,
    };
  }
}
