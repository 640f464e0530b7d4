import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { recordChange } from '../../platform/audit/insert-events.js';
import type { Context } from '../../platform/context.js';
import { type Database, run } from '../../platform/database/sql.js';
import { AppError } from '../../platform/errors.js';
import { type AudienceFields, audienceColumns } from './audience.entity.js';
import { requireUriKey } from './audience.rules.js';
import { AudienceType } from './audience.type.js';

@InputType('DeleteAudienceInput', { description: 'The input for deleting an audience.' })
export class DeleteAudienceInput {
  @Field(() => String, { description: 'The URI of the audience, such as `https://mcp.example.com`.' })
  uri!: string;
}

@ObjectType('DeleteAudiencePayload', { description: 'The result of deleting an audience.' })
export class DeleteAudiencePayload {
  @Field(() => AudienceType, { description: 'The deleted audience, as it was before the deletion.' })
  audience!: AudienceType;
}

@Resolver()
export class DeleteAudience {
  @Mutation(() => DeleteAudiencePayload, {
    nullable: true,
    description:
      'Deletes an audience from the audience catalog. Token requests that name it fail immediately. Access tokens that were issued for it remain valid until they expire. Requires the role `super_admin`.',
  })
  async deleteAudience(
    @Arg('input', () => DeleteAudienceInput, { description: 'The audience to delete.' })
    { uri }: DeleteAudienceInput,
    @Ctx() context: Context,
  ): Promise<DeleteAudiencePayload> {
    const key = requireUriKey(uri);
    const audience = await context.query((root) => root.transactional((em) => remove(em, key, context)));
    return { audience };
  }
}

/** @throws AppError NOT_FOUND */
async function remove(on: Database, key: string, context: Context): Promise<AudienceType> {
  const [audience] = await run<AudienceFields>(on, {
    text: `delete from audience where uri_key = $1 returning ${audienceColumns}`,
    values: [key],
  });
  if (!audience) {
    throw new AppError('NOT_FOUND', {
      message: 'uri: the audience catalog does not contain this URI',
      details: { field: 'uri' },
    });
  }
  const { uri: target, name, permissions, tenantId } = audience;
  const before = { name, permissions };
  await recordChange(on, context, { action: 'audience.delete', tenantId, payer: null, target, before });
  return audience;
}
