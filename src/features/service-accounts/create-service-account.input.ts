import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { fieldRules, LabelInput, most, normaliseName } from './service-account.rules.js';

@InputType('CreateServiceAccountInput', { description: 'All of it may be left out.' })
export class CreateServiceAccountInput {
  @Field(() => String, {
    nullable: true,
    description:
      '1 to 100 characters. Left out, it is `service-account-` and the time, YYYYMMDDHHmmss in UTC.',
  })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'What the account is for, up to 1000 characters.' })
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The team or person that answers for it, up to 255 characters.',
  })
  owner?: string | null;

  @Field(() => [LabelInput], { nullable: true, description: 'Up to 32 labels, each key once.' })
  labels?: LabelInput[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Names from the catalogue. Left out, the defaults are granted; an empty list grants nothing.',
  })
  permissions?: string[] | null;

  @Field(() => Date, {
    nullable: true,
    description: 'From when on the account cannot sign in. In the future.',
  })
  expiresAt?: Date | null;
}

/** Some of it takes time by the square of the length: what is longer than it may be is refused as it came. */
const within = <T extends unknown[]>(
  length: number,
  value: T | null | undefined,
  change: (value: T) => T,
): T | null => (value && value.length <= length ? change(value) : (value ?? null));

/** The input in the one form in which it is stored, and compared with that of a retry. */
export const normalise = (input: CreateServiceAccountInput) => ({
  name: input.name == null ? null : normaliseName(input.name),
  description: input.description ?? null,
  owner: input.owner ?? null,
  labels: within(most.labels, pairs(input.labels ?? []), (labels) => labels.sort()) ?? [],
  permissions: within(most.permissions, input.permissions, (names) => names.toSorted()),
  expiresAt: input.expiresAt ?? null,
});

const pairs = (labels: LabelInput[]) => labels.map(({ key, value }): [string, string] => [key, value]);

export type Wanted = ReturnType<typeof normalise>;

const { name, description, owner, labels, permissions, expiresAt } = fieldRules;

export const createServiceAccountRules = z.object({
  name: name.nullish(),
  description: description.nullish(),
  owner: owner.nullish(),
  labels: labels.nullish(),
  permissions: permissions.nullish(),
  expiresAt: expiresAt.nullish(),
});
