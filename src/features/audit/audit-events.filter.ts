import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { auditActions } from '../../platform/audit/actions.js';
import { isUuid } from '../../platform/ids.js';
import { line, subject } from '../../platform/input-rules.js';
import { AuditOutcome } from './audit-event.type.js';

@InputType('ActorFilter', {
  description:
    'Selects audit log entries by the actor: the administrator, the machine or the gateway that performed the action.',
})
export class ActorFilter {
  @Field(() => String, {
    nullable: true,
    description:
      'The realm of the actor with the given ID. If null or omitted, the actor can be in any realm.',
  })
  realm?: string | null;

  @Field(() => ID, {
    description:
      'Matches entries whose actor has this ID: the subject (`sub` claim) of an access token, or the client ID of a machine.',
  })
  id!: string;
}

@InputType('AuditEventFilter', {
  description: 'Selects audit log entries. An entry must match all given fields.',
})
export class AuditEventFilter {
  @Field(() => ActorFilter, { nullable: true, description: 'Matches entries with this actor.' })
  actor?: ActorFilter | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Matches entries with any of these actions, such as `service_account.create`. The list must not be empty.',
  })
  action?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Matches entries about this object: its ID, or its name if it has no ID.',
  })
  target?: string | null;

  @Field(() => AuditOutcome, { nullable: true, description: 'Matches entries with this outcome.' })
  outcome?: AuditOutcome | null;

  @Field(() => Date, { nullable: true, description: 'Matches entries at or after this time.' })
  occurredAfter?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Matches entries before this time.' })
  occurredBefore?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'Matches entries that were recorded for the request with this `x-request-id`.',
  })
  requestId?: string | null;
}

@InputType('AllAuditEventFilter', {
  description: 'Selects audit log entries of all tenants. An entry must match all given fields.',
})
export class AllAuditEventFilter extends AuditEventFilter {
  @Field(() => ID, {
    nullable: true,
    description: 'Matches entries that belong to the tenant with this ID, a UUID.',
  })
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
