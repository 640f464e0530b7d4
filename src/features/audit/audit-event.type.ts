import { GraphQLJSONObject } from 'graphql-scalars';
import { Extensions, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { NodeType } from '../../platform/node.type.js';
import type { AuditEvent } from './audit-event.entity.js';

export enum AuditOutcome {
  SUCCESS = 'success',
  DENIED = 'denied',
}

registerEnumType(AuditOutcome, {
  name: 'AuditOutcome',
  description: 'What came of it.',
  valuesConfig: {
    SUCCESS: { description: 'It was done.' },
    DENIED: { description: 'Somebody tried it without being allowed to. At most one a minute is recorded.' },
  },
});

@ObjectType('Actor', { description: 'Who did something, as their token told it at that time.' })
export class ActorType {
  @Field(() => String, {
    description:
      'The realm that signed the token. Empty for the gateway itself, and for who signed in with a client id.',
  })
  realm!: string;

  @Field(() => ID, {
    description:
      'The subject of the token (`sub`), unique within the realm; where that is empty, the client id.',
  })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The name. Null if the token had none, or it was erased.',
  })
  name!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The e-mail address. Null if the token had none, or it was erased.',
  })
  email!: string | null;
}

/** The cost of a snapshot, which may have 100 names of permissions, 32 labels and a long text. */
const snapshotCost = 40;

@ObjectType('AuditEvent', {
  implements: NodeType,
  description: 'Something that was done, or was tried and denied. It never changes.',
})
export class AuditEventType extends NodeType {
  @Field(() => Date, { description: 'When.' })
  occurredAt!: Date;

  @Field(() => ID, {
    nullable: true,
    description: 'The tenant that it belongs to, which may be gone. Null if it belongs to none.',
  })
  tenantId!: string | null;

  @Field(() => ActorType, { description: 'Who.' })
  actor!: ActorType;

  @Field(() => String, {
    description:
      'What, such as `service_account.create`. No enum: versions to come add to it, and clients should expect that.',
  })
  action!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'To what: an id, or the name of what has none. Of what was denied: what was asked for; in a tenant that the caller does not belong to, that tenant. Null if it was about nothing in particular.',
  })
  target!: string | null;

  @Field(() => AuditOutcome, { description: 'What came of it.' })
  outcome!: AuditOutcome;

  @Field(() => String, { description: 'The x-request-id of the request, which the log has, too.' })
  requestId!: string;

  @Field(() => String, { nullable: true, description: 'The IP address that the request came from.' })
  ip!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The User-Agent of the request, cut to 255 characters.',
  })
  userAgent!: string | null;

  @Extensions({ cost: snapshotCost })
  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: 'What was changed, as it was before. Null if there was nothing, and where nothing changed.',
  })
  before!: Record<string, unknown> | null;

  @Extensions({ cost: snapshotCost })
  @Field(() => GraphQLJSONObject, { nullable: true, description: 'The same as it is since then.' })
  after!: Record<string, unknown> | null;
}

/** The columns of an event. Hand-written statements have null where the entity has undefined. */
export type EventFields = Pick<
  AuditEvent,
  'id' | 'occurredAt' | 'callerRealm' | 'callerId' | 'action' | 'outcome' | 'requestId'
> & {
  tenantId?: string | null;
  callerName?: string | null;
  callerEmail?: string | null;
  target?: string | null;
  ip?: string | null;
  userAgent?: string | null;
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
};

export const toEventType = (event: EventFields): AuditEventType => ({
  id: event.id,
  occurredAt: event.occurredAt,
  tenantId: event.tenantId ?? null,
  actor: {
    realm: event.callerRealm,
    id: event.callerId,
    name: event.callerName ?? null,
    email: event.callerEmail ?? null,
  },
  action: event.action,
  target: event.target ?? null,
  outcome: event.outcome as AuditOutcome,
  requestId: event.requestId,
  ip: event.ip ?? null,
  userAgent: event.userAgent ?? null,
  before: event.before ?? null,
  after: event.after ?? null,
});
