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
  description: 'The outcome of an action.',
  valuesConfig: {
    SUCCESS: { description: 'The action succeeded.' },
    DENIED: {
      description: 'The action was denied. Repeated denials are recorded at most once in a calendar minute.',
    },
  },
});

@ObjectType('Actor', {
  description:
    'The administrator, the machine or the gateway that performed an action. The name and the email address are those at the time of the action.',
})
export class ActorType {
  @Field(() => String, {
    description:
      'The name of the realm: the identity provider that issued the access token of the actor. Empty for the gateway itself and for a machine that authenticated with its client ID.',
  })
  realm!: string;

  @Field(() => ID, {
    description:
      'The subject (`sub` claim) of the access token of the actor, unique within the realm. If `realm` is empty, this is the client ID of the machine, or `service-account-gateway` for the gateway itself.',
  })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The name of the actor. Null if it is unknown or was erased.',
  })
  name!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The email address of the actor. Null if it is unknown or was erased.',
  })
  email!: string | null;
}

/** The cost of a snapshot, which can contain 100 permission names, 32 labels and a long text. */
const snapshotCost = 40;

@ObjectType('AuditEvent', {
  implements: NodeType,
  description:
    'An audit log entry: a record of an action that was performed or denied. Entries do not change, except that the name and email address of a person can be erased.',
})
export class AuditEventType extends NodeType {
  @Field(() => ID, { description: 'The ID of the entry: `audit-` followed by a UUID.' })
  override id!: string;

  @Field(() => Date, { description: 'The time of the action.' })
  occurredAt!: Date;

  @Field(() => ID, {
    nullable: true,
    description:
      "The ID of the tenant whose audit log contains the entry. The tenant may have been deleted. If the actor was denied access to another tenant, this is one of the actor's own tenants. Null if the entry belongs to no tenant.",
  })
  tenantId!: string | null;

  @Field(() => ActorType, {
    description: 'The administrator, the machine or the gateway that performed the action, or tried to.',
  })
  actor!: ActorType;

  @Field(() => String, {
    description:
      'The action, such as `service_account.create`. Future versions may add actions, so clients must accept unknown values.',
  })
  action!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The object of the action: its ID, or its name if it has no ID. If the actor was denied access to another tenant, this is the ID of that tenant. Null if the action has no particular object.',
  })
  target!: string | null;

  @Field(() => AuditOutcome, { description: 'Whether the action succeeded or was denied.' })
  outcome!: AuditOutcome;

  @Field(() => String, {
    description:
      'The ID of the request, as in the `x-request-id` response header and in the log of the gateway. For an action of the gateway itself, a random UUID.',
  })
  requestId!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The IP address that the request came from, in its canonical form (RFC 5952). Null for an action of the gateway itself, and if a proxy forwards no valid address.',
  })
  ip!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The `User-Agent` header of the request, without control characters, truncated to 255 characters. Null if the request had none, and for an action of the gateway itself.',
  })
  userAgent!: string | null;

  @Extensions({ cost: snapshotCost })
  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description:
      'The changed fields with their values before the action. Of `labels`, it has only the keys that changed; a key that did not exist has the value null. Null if no field had a value before, for example because the action created the object.',
  })
  before!: Record<string, unknown> | null;

  @Extensions({ cost: snapshotCost })
  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description:
      'The changed fields with their values after the action, and other details, such as the IDs of revoked secrets. Of `labels`, it has only the keys that changed; a removed key has the value null. Null if the entry has neither.',
  })
  after!: Record<string, unknown> | null;
}

/** The columns of an audit log entry. Hand-written statements return null where the entity has undefined. */
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
