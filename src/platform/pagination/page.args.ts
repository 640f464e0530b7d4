import { ArgsType, Field, Int } from 'type-graphql';
import { invalidField } from '../errors.js';

/** Items on a page when the caller does not say. */
export const usualPage = 50;
export const largestPage = 100;

/** The arguments of a connection (GraphQL Cursor Connections Specification, section 4). */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: 'How many from the beginning, 1 to 100. Otherwise 50.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'With `first`: those after this cursor.' })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many from the end, 1 to 100.' })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'With `last`: those before this cursor.' })
  before?: string | null;
}

/** Which page is asked for. */
export interface PageRequest {
  size: number;
  /** Whether it is read from its end towards its beginning. */
  backward: boolean;
  /** Where it begins, with the argument that says so. */
  cursor: { value: string; field: 'after' | 'before' } | undefined;
}

/**
 * Reads the arguments. A page goes one way: `first` with `after`, or `last` with `before`.
 * @throws AppError BAD_USER_INPUT that names the argument
 */
export function readPage({ first, after, last, before }: PageArgs): PageRequest {
  const backward = last != null || (first == null && before != null);
  if (first != null && last != null) throw invalidField('last', 'cannot go with first');
  if (backward && after != null) throw invalidField('after', 'goes with first');
  if (!backward && before != null) throw invalidField('before', 'goes with last');
  const [field, size] = backward ? (['last', last] as const) : (['first', first] as const);
  if (size != null && (size < 1 || size > largestPage))
    throw invalidField(field, `must be 1 to ${largestPage}`);
  const value = backward ? before : after;
  return {
    size: size ?? usualPage,
    backward,
    cursor: value == null ? undefined : { value, field: backward ? 'before' : 'after' },
  };
}
