import type { Pool } from 'pg';
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import { type Actor, actorOf, recordChange } from '../../platform/audit/insert-events.js';
import type { Context } from '../../platform/context.js';
import { type Database, longTransaction, run } from '../../platform/database/sql.js';
import { checkInput, line, subject } from '../../platform/input-rules.js';

@InputType('ErasePersonInput', {
  description: 'The input for erasing the name and email address of a person.',
})
export class ErasePersonInput {
  @Field(() => String, {
    description: 'The name of the realm: the identity provider that issued the access tokens of the person.',
  })
  realm!: string;

  @Field(() => ID, {
    description:
      'The ID of the person: the subject (`sub` claim) of the access tokens of the person. The ID itself is not erased.',
  })
  id!: string;
}

const rules = z.object({ realm: line(1, 255), id: subject });

@ObjectType('ErasePersonPayload', {
  description: 'The result of erasing the name and email address of a person.',
})
export class ErasePersonPayload {
  @Field(() => Int, {
    description:
      'The number of service accounts from which the name or email address of their creator was erased.',
  })
  serviceAccountCount!: number;

  @Field(() => Int, {
    description:
      'The number of audit log entries from which the name or email address of the actor was erased.',
  })
  auditEventCount!: number;
}

@Resolver()
export class ErasePerson {
  constructor(private readonly pool: Pool) {}

  @Mutation(() => ErasePersonPayload, {
    nullable: true,
    description:
      'Erases the name and email address of a person from the service accounts that the person created and from the audit log, in all tenants. The realm and the ID of the person are kept. Requires the role `super_admin`.',
  })
  async erasePerson(
    @Arg('input', () => ErasePersonInput, {
      description: 'The person whose name and email address to erase.',
    })
    { realm, id }: ErasePersonInput,
    @Ctx() context: Context,
  ): Promise<ErasePersonPayload> {
    checkInput(rules, { realm, id });
    return context.inTurn(() =>
      longTransaction(this.pool, async (tx) => {
        const erased = {
          serviceAccountCount: await count(tx, eraseCreator, [realm, id]),
          auditEventCount: await count(tx, eraseCaller, [realm, id]),
        };
        if (erased.serviceAccountCount + erased.auditEventCount > 0) {
          const target = JSON.stringify([realm, id]);
          const actor = eraser({ realm, id }, context);
          await recordChange(tx, context, {
            action: 'person.erase',
            tenantId: null,
            actor,
            target,
            after: erased,
          });
        }
        return erased;
      }),
    );
  }
}

/**
 * Locks accounts in the order of their IDs, as every transaction does, to prevent deadlocks. Leaves `version` and
 * `updated_at` unchanged.
 */
const eraseCreator = `
  with account as materialized (
    select id from service_account
    where created_by_realm = $1 and created_by_id = $2
      and (created_by_name is not null or created_by_email is not null)
    order by id for no key update
  ),
  erased as (
    update service_account set created_by_name = null, created_by_email = null
    where id in (select id from account) returning id
  )
  select count(*)::integer as count from erased`;

/** The only change that the triggers of the audit log allow (`migration-20261124-trail.ts`). */
const eraseCaller = `
  with erased as (
    update audit_event set caller_name = null, caller_email = null
    where caller_realm = $1 and caller_id = $2 and (caller_name is not null or caller_email is not null)
    returning id
  )
  select count(*)::integer as count from erased`;

async function count(tx: Database, text: string, values: unknown[]): Promise<number> {
  const [row] = await run<{ count: number }>(tx, { text, values });
  return row?.count ?? 0;
}

/** Returns the actor of the entry. The name and email address are null if the caller erases itself. */
function eraser({ realm, id }: ErasePersonInput, context: Context): Actor {
  const actor = actorOf(context);
  const isSelf = actor.realm === realm && actor.id === id;
  return isSelf ? { ...actor, name: null, email: null } : actor;
}
