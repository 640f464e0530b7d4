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

/** The cost of a part, which is 200 whole events. A document can ask for one part only. */
const partCost = 20_000;

@ObjectType('AuditEventExport', { description: 'A part of an audit trail as JSON Lines.' })
export class AuditEventExport {
  @Field(() => String, {
    description:
      'A line for each event, the oldest first: an object with the fields of AuditEvent, `outcome` in lower case.',
  })
  jsonLines!: string;

  @Field(() => String, { nullable: true, description: 'The cursor of the last event, for `after`.' })
  endCursor!: string | null;

  @Field(() => Boolean, { description: 'Whether there is more after this part.' })
  hasNextPage!: boolean;
}

@Resolver()
export class ExportAuditEvents {
  constructor(private readonly pool: Pool) {}

  @Extensions({ cost: partCost })
  @Query(() => AuditEventExport, {
    nullable: true,
    description:
      'The audit trail of the tenant of the x-tenantid header to take away, part after part, each of up to 200 events.',
  })
  async auditEventExport(
    @Arg('filter', () => AuditEventFilter, { nullable: true, description: 'Which events. Otherwise all.' })
    filterArgument: AuditEventFilter | null,
    @Arg('after', () => String, { nullable: true, description: 'Where the part before this one ended.' })
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
