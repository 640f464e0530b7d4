import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { line, searchText, subject } from '../../../platform/input-rules.js';
import { isPermissionName } from '../../permissions/permission.rules.js';
import { labelKey, maxLabels } from '../account-labels.js';
import { contactRule } from '../fields.js';
import { ServiceAccountStatus } from '../service-account.type.js';

@InputType('LabelFilter', { description: 'Selects service accounts by a label.' })
export class LabelFilter {
  @Field(() => String, { description: 'The key of the label.' })
  key!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The value of the label. If null or omitted, any value matches.',
  })
  value?: string | null;
}

@InputType('CreatorFilter', { description: 'Selects service accounts by their creator.' })
export class CreatorFilter {
  @Field(() => String, {
    nullable: true,
    description:
      'The realm of the creator with the given ID. If null or omitted, the creator can be in any realm.',
  })
  realm?: string | null;

  @Field(() => ID, {
    description: 'Matches accounts whose creator has this ID: the subject (`sub` claim) of an access token.',
  })
  id!: string;
}

@InputType('ServiceAccountFilter', {
  description: 'Selects service accounts. An account must match all given fields.',
})
export class ServiceAccountFilter {
  @Field(() => [ServiceAccountStatus], {
    nullable: true,
    description:
      'Matches accounts with any of these statuses. The list must not be empty. If null or omitted, all accounts that are not deleted match.',
  })
  status?: ServiceAccountStatus[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Matches accounts that have this permission, such as `api:read`.',
  })
  permission?: string | null;

  @Field(() => [LabelFilter], {
    nullable: true,
    description: 'Matches accounts that have all of these labels, up to 32.',
  })
  labels?: LabelFilter[] | null;

  @Field(() => String, { nullable: true, description: 'Matches accounts whose owner is exactly this text.' })
  owner?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Matches accounts whose contact is exactly this email address.',
  })
  contact?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Matches accounts whose name or description contains this text, ignoring case. 1 to 100 characters.',
  })
  search?: string | null;

  @Field(() => CreatorFilter, {
    nullable: true,
    description: 'Matches accounts that were created by this administrator.',
  })
  createdBy?: CreatorFilter | null;

  @Field(() => Date, { nullable: true, description: 'Matches accounts created at or after this time.' })
  createdAfter?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Matches accounts created before this time.' })
  createdBefore?: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'Matches accounts that last authenticated at or after this time.',
  })
  lastUsedAfter?: Date | null;

  @Field(() => Date, {
    nullable: true,
    description:
      'Matches accounts that last authenticated before this time. Accounts that never authenticated do not match; use `unusedSince` to include them.',
  })
  lastUsedBefore?: Date | null;

  @Field(() => Date, {
    nullable: true,
    description:
      'Matches accounts that were created before this time and have not authenticated since then, including accounts that never authenticated.',
  })
  unusedSince?: Date | null;

  @Field(() => Date, {
    nullable: true,
    description:
      'Matches accounts that expire at or after this time. Accounts that do not expire do not match.',
  })
  expiresAfter?: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'Matches accounts whose `expiresAt` is before this time.',
  })
  expiresBefore?: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'If true, matches accounts that have an overdue secret. If false, matches accounts that have none. A secret is overdue if it is valid and older than the `secretMaxAgeDays` of the tenant.',
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
