import { isDeepStrictEqual } from 'node:util';
import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { recordChange } from '../../platform/audit/insert-events.js';
import type { Context } from '../../platform/context.js';
import { run } from '../../platform/database/sql.js';
import { AppError } from '../../platform/errors.js';
import { checkInput, compose } from '../../platform/input-rules.js';
import { unknownPermissionsError } from '../service-accounts/service-account.errors.js';
import { Audience, type AudienceFields } from './audience.entity.js';
import { audienceRules, type ReservedAudiences, requireFreeUri } from './audience.rules.js';
import { AudienceType } from './audience.type.js';
import { uriKey } from './audience-uri.js';

@InputType('SetAudienceInput', {
  description: 'The input for creating or replacing an audience. Omitted fields are set to their defaults.',
})
export class SetAudienceInput {
  @Field(() => String, {
    description:
      'The URI of the audience, such as `https://mcp.example.com`: an absolute URI without a fragment, 1 to 255 ASCII characters. An address with an empty path and the same address with the path `/` are the same audience. Must not be an audience that a realm accepts, a URL of the OAuth 2.0 endpoints, or the default audience.',
  })
  uri!: string;

  @Field(() => String, { description: 'The name of the audience, 1 to 100 characters.' })
  name!: string;

  @Field(() => [String], {
    description:
      'The names of the permissions that the API knows, 1 to 100, such as `api:read`. They must exist in the permission catalog.',
  })
  permissions!: string[];

  @Field(() => ID, {
    nullable: true,
    description:
      'The ID of the tenant whose service accounts get access tokens for the audience. If null or omitted, the audience is for all tenants. Cannot be changed: a request with another tenant than before fails with `CONFLICT`.',
  })
  tenantId?: string | null;
}

@ObjectType('SetAudiencePayload', { description: 'The result of creating or replacing an audience.' })
export class SetAudiencePayload {
  @Field(() => AudienceType, { description: 'The audience after the operation.' })
  audience!: AudienceType;
}

@Resolver()
export class SetAudience {
  constructor(private readonly reserved: ReservedAudiences) {}

  @Mutation(() => SetAudiencePayload, {
    nullable: true,
    description:
      'Creates an audience in the audience catalog, or replaces an existing one. Access tokens that were issued before do not change. Requires the role `super_admin`.',
  })
  async setAudience(
    @Arg('input', () => SetAudienceInput, { description: 'The audience to create or replace.' })
    input: SetAudienceInput,
    @Ctx() context: Context,
  ): Promise<SetAudiencePayload> {
    checkInput(audienceRules, input);
    requireFreeUri(input.uri, this.reserved);
    const now = new Date();
    const audience = {
      uri: input.uri,
      name: compose(input.name, 100),
      permissions: input.permissions.toSorted(),
      tenantId: input.tenantId?.toLowerCase() ?? null,
      createdAt: now,
      updatedAt: now,
    };
    return {
      audience: await context.query((root) => root.transactional((em) => set(em, audience, context))),
    };
  }
}

/**
 * Inserts an audience, or updates the existing audience with the same URI. An update that changes nothing is not
 * recorded.
 * @throws AppError BAD_USER_INPUT, NOT_FOUND or CONFLICT; SERVICE_UNAVAILABLE if another request deletes the audience at
 *   the same time
 */
async function set(em: EntityManager, audience: AudienceFields, context: Context): Promise<AudienceFields> {
  const { uri, name, permissions, tenantId, updatedAt } = audience;
  if (tenantId !== null) await requireTenant(em, tenantId);
  await requirePermissions(em, permissions);
  const created = await run(em, {
    text: `insert into audience (uri_key, uri, name, permissions, tenant_id, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $6) on conflict do nothing returning uri_key`,
    values: [uriKey(uri), uri, name, permissions, tenantId, updatedAt],
  });
  const stored = created.length > 0 ? undefined : await find(em, audience);
  const before = stored && fieldsOf(stored);
  const after = fieldsOf(audience);
  if (stored && isDeepStrictEqual(before, after)) return { ...audience, ...timesOf(stored) };
  if (stored) em.assign(stored, { ...after, updatedAt });
  const entry = { action: 'audience.set', tenantId, payer: null, target: uri, at: updatedAt } as const;
  await recordChange(em, context, { ...entry, before, after });
  return stored ? { ...audience, ...timesOf(stored) } : audience;
}

const fieldsOf = ({ uri, name, permissions }: Pick<Audience, 'uri' | 'name' | 'permissions'>) => ({
  uri,
  name,
  permissions,
});

const timesOf = ({ createdAt, updatedAt }: Audience) => ({ createdAt, updatedAt });

/** Finds and locks the audience to replace. @throws AppError CONFLICT or SERVICE_UNAVAILABLE */
async function find(em: EntityManager, { uri, tenantId }: AudienceFields): Promise<Audience> {
  const found = await em.findOne(Audience, { uriKey: uriKey(uri) }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!found) throw new AppError('SERVICE_UNAVAILABLE');
  // The API trusts every token for its audience. A change of the tenant would open it to accounts of another tenant.
  if ((found.tenant?.id ?? null) === tenantId) return found;
  throw new AppError('CONFLICT', {
    message: `tenantId: the audience ${found.tenant ? 'belongs to another tenant' : 'is for all tenants'}; delete it first to change that`,
    details: { field: 'tenantId' },
  });
}

/** Requires that a tenant exists, and prevents its deletion until the transaction ends. @throws AppError NOT_FOUND */
async function requireTenant(em: EntityManager, id: string): Promise<void> {
  const found = await run(em, { text: 'select id from tenant where id = $1 for key share', values: [id] });
  if (found.length > 0) return;
  throw new AppError('NOT_FOUND', { message: 'The tenant does not exist', details: { field: 'tenantId' } });
}

/**
 * Requires that all permissions are in the permission catalog, and prevents their deletion until the transaction ends.
 * @throws AppError BAD_USER_INPUT
 */
async function requirePermissions(em: EntityManager, names: readonly string[]): Promise<void> {
  const found = await run<{ name: string }>(em, {
    text: 'select name from permission where name = any ($1) order by name for key share',
    values: [names],
  });
  const unknown = names.filter((permission) => !found.some(({ name }) => name === permission));
  if (unknown.length > 0) throw unknownPermissionsError(unknown);
}
