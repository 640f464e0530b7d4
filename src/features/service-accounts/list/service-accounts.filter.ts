import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { line, searchText, subject } from '../../../platform/input-rules.js';
import { isPermissionName } from '../../permissions/permission.rules.js';
import { labelKey, maxLabels } from '../account-labels.js';
import { contactRule } from '../fields.js';
import { ServiceAccountStatus } from '../service-account.type.js';

@InputType('LabelFilter', { description: 'A label that an account must have.' })
export class LabelFilter {
  @Field(() => String, { description: 'Its key.' })
  key!: string;

  @Field(() => String, { nullable: true, description: 'Its value. Left out, any.' })
  value?: string | null;
}

@InputType('CreatorFilter', { description: 'Who created an account.' })
export class CreatorFilter {
  @Field(() => String, { nullable: true, description: 'The realm. Left out, any.' })
  realm?: string | null;

  @Field(() => ID, { description: 'The subject of the token.' })
  id!: string;
}

@InputType('ServiceAccountFilter', { description: 'What accounts have to be. All of it has to hold.' })
export class ServiceAccountFilter {
  @Field(() => [ServiceAccountStatus], {
    nullable: true,
    description: 'One of these. Left out, those that are not deleted.',
  })
  status?: ServiceAccountStatus[] | null;

  @Field(() => String, { nullable: true, description: 'Is granted this.' })
  permission?: string | null;

  @Field(() => [LabelFilter], { nullable: true, description: 'Has all of these labels.' })
  labels?: LabelFilter[] | null;

  @Field(() => String, { nullable: true, description: 'Has this owner.' })
  owner?: string | null;

  @Field(() => String, { nullable: true, description: 'Has this contact.' })
  contact?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Has this text in its name or description, in capitals or not. 1 to 100 characters.',
  })
  search?: string | null;

  @Field(() => CreatorFilter, { nullable: true, description: 'Was created by somebody.' })
  createdBy?: CreatorFilter | null;

  @Field(() => Date, { nullable: true, description: 'Was created at this time or later.' })
  createdAfter?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Was created before this time.' })
  createdBefore?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Signed in last at this time or later.' })
  lastUsedAfter?: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'Signed in last before this time. One that never did is not among these: see `unusedSince`.',
  })
  lastUsedBefore?: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'Has not signed in since this time, or never, and was there already.',
  })
  unusedSince?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Expires at this time or later.' })
  expiresAfter?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Expires, or has expired, before this time.' })
  expiresBefore?: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Has, or has not, a live secret that is older than the tenant's `secretMaxAgeDays`.",
  })
  secretOverdue?: boolean | null;
}

export const filterRules = z.object({
  status: z
    .array(z.string())
    .min(1, 'must contain at least one entry')
    .max(3, 'must contain at most 3 entries')
    .nullish(),
  permission: z
    .string()
    .refine(isPermissionName, 'must have the form resource:action, such as api:read')
    .nullish(),
  labels: z
    .array(z.object({ key: labelKey, value: line(0, 255).nullish() }))
    .max(maxLabels, `must contain at most ${maxLabels} entries`)
    .nullish(),
  owner: line(0, 255).nullish(),
  contact: contactRule.nullish(),
  search: searchText.nullish(),
  createdBy: z.object({ realm: line(1, 255).nullish(), id: subject }).nullish(),
});
