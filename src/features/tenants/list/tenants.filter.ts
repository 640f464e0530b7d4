import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { searchText } from '../../../platform/input-rules.js';
import { TenantStatus } from '../tenant.type.js';

@InputType('TenantFilter', { description: 'What tenants have to be. All of it has to hold.' })
export class TenantFilter {
  @Field(() => [TenantStatus], { nullable: true, description: 'One of these. Left out, any.' })
  status?: TenantStatus[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Has this text in its name, in capitals or not. 1 to 100 characters.',
  })
  search?: string | null;
}

export const filterRules = z.object({
  status: z
    .array(z.string())
    .min(1, 'must contain at least one entry')
    .max(2, 'must contain at most 2 entries')
    .nullish(),
  search: searchText.nullish(),
});
