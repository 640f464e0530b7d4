import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { line, lines } from '../../input-rules.js';

@InputType('LabelInput', { description: 'A key and its value.' })
export class LabelInput {
  @Field(() => String, {
    description: '1 to 63 letters, digits, dots, dashes, slashes or underscores, first and last no sign.',
  })
  key!: string;

  @Field(() => String, { description: 'Up to 255 characters.' })
  value!: string;
}

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

const most = { name: 100, labels: 32, permissions: 100 };

/** Some of it takes time by the square of the length: what is longer than it may be is refused as it came. */
const within = <T extends string | unknown[]>(
  length: number,
  value: T | null | undefined,
  change: (value: T) => T,
): T | null => (value && value.length <= length ? change(value) : (value ?? null));

/** The input in the one form in which it is stored, and compared with that of a retry. */
export const normalise = (input: CreateServiceAccountInput) => ({
  // A character may be two units of UTF-16.
  name: within(2 * most.name, input.name, (name) => name.normalize('NFC')),
  description: input.description ?? null,
  owner: input.owner ?? null,
  labels: within(most.labels, pairs(input.labels ?? []), (labels) => labels.sort()) ?? [],
  permissions: within(most.permissions, input.permissions, (names) => names.toSorted()),
  expiresAt: input.expiresAt ?? null,
});

const pairs = (labels: LabelInput[]) => labels.map(({ key, value }): [string, string] => [key, value]);

export type Wanted = ReturnType<typeof normalise>;

const label = z.object({
  key: z
    .string()
    .regex(
      /^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$/,
      'must be 1 to 63 letters, digits, dots, dashes, slashes or underscores, first and last no sign',
    ),
  value: line(0, 255),
});

const isPermission = (name: string) => /^[a-z0-9_-]{1,50}:[a-z0-9_-]{1,50}$/.test(name);
const areDistinct = (values: string[]) => new Set(values).size === values.length;

export const createServiceAccountRules = z.object({
  name: line(1, most.name).nullish(),
  description: lines(1000).nullish(),
  owner: line(0, 255).nullish(),
  labels: z
    .array(label)
    .max(most.labels, `must have at most ${most.labels} entries`)
    .refine((labels) => areDistinct(labels.map(({ key }) => key)), 'must have each key once')
    .nullish(),
  permissions: z
    .array(z.string())
    .max(most.permissions, `must have at most ${most.permissions} entries`)
    .refine((names) => names.every(isPermission), 'must have entries such as api:read')
    .refine(areDistinct, 'must have each entry once')
    .nullish(),
  expiresAt: z
    .date()
    .refine((date) => date > new Date(), 'must be in the future')
    .nullish(),
});
