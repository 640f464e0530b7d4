import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { line, searchText } from '../../../platform/input-rules.js';
import { externalId } from '../external-ids/external-id.rules.js';
import { TenantExternalIdInput } from '../external-ids/external-id.type.js';
import { TenantStatus } from '../tenant.type.js';

@InputType('TenantFilter', { description: 'Selects tenants. A tenant must match all given fields.' })
export class TenantFilter {
  @Field(() => [TenantStatus], {
    nullable: true,
    description:
      'Matches tenants with any of these statuses. The list must not be empty. If null or omitted, all statuses match.',
  })
  status?: TenantStatus[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Matches tenants whose name contains this text, ignoring case. 1 to 100 characters.',
  })
  search?: string | null;

  @Field(() => TenantExternalIdInput, {
    nullable: true,
    description: 'Matches the tenant that has this external ID.',
  })
  externalId?: TenantExternalIdInput | null;
}

export const filterRules = z.object({
  status: z
    .array(z.string())
    .min(1, 'must contain at least one entry')
    .max(2, 'must contain at most 2 entries')
    .nullish(),
  search: searchText.nullish(),
  externalId: z.object({ realm: line(1, 255), id: externalId }).nullish(),
});
