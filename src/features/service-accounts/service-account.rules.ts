import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { compose, line, lines } from '../../platform/input-rules.js';
import { isPermissionName } from '../permissions/permission-name.js';

@InputType('LabelInput', { description: 'A key and its value.' })
export class LabelInput {
  @Field(() => String, {
    description: '1 to 63 letters, digits, dots, dashes, slashes or underscores, first and last no sign.',
  })
  key!: string;

  @Field(() => String, { description: 'Up to 255 characters.' })
  value!: string;
}

/** How much an account may have of each. */
export const most = { name: 100, labels: 32, permissions: 100 };

export const labelKey = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$/,
    'must be 1 to 63 letters, digits, dots, dashes, slashes or underscores, first and last no sign',
  );

const areDistinct = (values: string[]) => new Set(values).size === values.length;

/** What may stand in the fields of an account, whichever operation sets them. */
export const fieldRules = {
  name: line(1, most.name),
  description: lines(1000),
  owner: line(0, 255),
  labels: z
    .array(z.object({ key: labelKey, value: line(0, 255) }))
    .max(most.labels, `must have at most ${most.labels} entries`)
    .refine((labels) => areDistinct(labels.map(({ key }) => key)), 'must have each key once'),
  permissions: z
    .array(z.string())
    .max(most.permissions, `must have at most ${most.permissions} entries`)
    .refine((names) => names.every(isPermissionName), 'must have entries such as api:read')
    .refine(areDistinct, 'must have each entry once'),
  // A zone west of Greenwich takes the last hours of 9999 into a year that RFC 3339 cannot tell.
  expiresAt: z
    .date()
    .refine((date) => date > new Date(), 'must be in the future')
    .refine((date) => date.getUTCFullYear() < 10_000, 'must be before the year 10000 in UTC'),
};

export const normaliseName = (name: string): string => compose(name, most.name);
