import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { auditActions } from '../../platform/audit/actions.js';
import { isUuid } from '../../platform/ids.js';
import { line, subject } from '../../platform/input-rules.js';
import { AuditOutcome } from './audit-event.type.js';

@InputType('ActorFilter', { description: 'Who did something.' })
export class ActorFilter {
  @Field(() => String, { nullable: true, description: 'The realm. Left out, any.' })
  realm?: string | null;

  @Field(() => ID, { description: 'The subject of the token.' })
  id!: string;
}

@InputType('AuditEventFilter', { description: 'What events have to be. All of it has to hold.' })
export class AuditEventFilter {
  @Field(() => ActorFilter, { nullable: true, description: 'Was done by somebody.' })
  actor?: ActorFilter | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Is one of these actions, such as `service_account.create`.',
  })
  action?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Was done to this: an id, or the name of what has none.',
  })
  target?: string | null;

  @Field(() => AuditOutcome, { nullable: true, description: 'Came to this.' })
  outcome?: AuditOutcome | null;

  @Field(() => Date, { nullable: true, description: 'Was at this time or later.' })
  occurredAfter?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Was before this time.' })
  occurredBefore?: Date | null;

  @Field(() => String, { nullable: true, description: 'Was part of the request with this x-request-id.' })
  requestId?: string | null;
}

@InputType('AllAuditEventFilter', {
  description: 'What events of any tenant have to be. All of it has to hold.',
})
export class AllAuditEventFilter extends AuditEventFilter {
  @Field(() => ID, { nullable: true, description: 'Belongs to this tenant.' })
  tenantId?: string | null;
}

const actions: ReadonlySet<string> = new Set(auditActions);

export const filterRules = z.object({
  actor: z.object({ realm: line(1, 255).nullish(), id: subject }).nullish(),
  action: z
    .array(z.string().refine((action) => actions.has(action), `must be one of ${auditActions.join(', ')}`))
    .min(1, 'must contain at least one entry')
    .max(actions.size, `must contain at most ${actions.size} entries`)
    .nullish(),
  target: line(1, 255).nullish(),
  requestId: line(1, 128).nullish(),
  tenantId: z.string().refine(isUuid, 'must be a UUID').nullish(),
});
