// The command line of MikroORM loads the entity, and with it these decorators, without building a schema.
import 'reflect-metadata';
import { Extensions, Field, InputType, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { line } from '../../platform/input-rules.js';

/** The maximum number of labels of an account. */
export const maxLabels = 32;

@InputType('LabelInput', { description: 'A label for a service account: a key-value pair.' })
export class LabelInput {
  @Field(() => String, {
    description:
      'The key of the label: 1 to 63 letters, digits, dots, hyphens, slashes or underscores. The first and the last character must be a letter or a digit. Keys are case-sensitive.',
  })
  key!: string;

  @Field(() => String, { description: 'The value of the label, up to 255 characters.' })
  value!: string;
}

@ObjectType('Label', {
  description: 'A label of a service account: a key-value pair to organize and find accounts.',
})
export class LabelType {
  @Field(() => String, {
    description: 'The key of the label. An account has at most one label with a given key.',
  })
  key!: string;

  @Extensions({ cost: 3 })
  @Field(() => String, { description: 'The value of the label.' })
  value!: string;
}

/** The rule for the key of a label. */
export const labelKey = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$/,
    'must be 1 to 63 letters, digits, dots, hyphens, slashes or underscores, and must start and end with a letter or digit',
  );

/** The rule for the labels of an account. */
export const labelsRule = z
  .array(z.object({ key: labelKey, value: line(0, 255) }))
  .max(maxLabels, `must contain at most ${maxLabels} entries`)
  .refine(
    (labels) => new Set(labels.map(({ key }) => key)).size === labels.length,
    'must not contain a key twice',
  );

/**
 * Converts labels to sorted pairs, so that a retry with the labels in another order is the same request. Does not sort
 * too many labels: sorting could take long, and the rule rejects them anyway.
 */
export function toPairs(labels: readonly LabelInput[]): [string, string][] {
  const pairs = labels.map(({ key, value }): [string, string] => [key, value]);
  return pairs.length <= maxLabels ? pairs.sort() : pairs;
}

/** Converts stored labels to their GraphQL type, ordered by key. */
export const toLabelTypes = (labels: Readonly<Record<string, string>>): LabelType[] =>
  Object.keys(labels)
    .sort()
    .map((key) => ({ key, value: labels[key] ?? '' }));
