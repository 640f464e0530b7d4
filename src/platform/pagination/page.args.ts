import { ArgsType, Field, Int } from 'type-graphql';
import { invalidField } from '../errors.js';

/** The number of items on a page if the caller does not specify it. */
export const defaultPageSize = 50;
export const maxPageSize = 100;

/** The arguments of a connection (GraphQL Cursor Connections Specification, section 4). */
@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description:
      'The maximum number of items to return, 1 to 100, from the start of the list or after the cursor `after`. Defaults to 50.',
  })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The cursor of an item. The page starts after this item. If null or omitted, `first` counts from the start of the list.',
  })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The maximum number of items to return, 1 to 100, from the end of the list or before the cursor `before`. Defaults to 50 if only `before` is given. Cannot be combined with `first` or `after`.',
  })
  last?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The cursor of an item. The page ends before this item. If null or omitted, `last` counts from the end of the list. Cannot be combined with `first` or `after`.',
  })
  before?: string | null;
}

/** The page that a request asks for. */
export interface PageRequest {
  size: number;
  /** Whether the page is read from its end to its beginning. */
  backward: boolean;
  /** The cursor next to the page, and the argument that contained it. Undefined at the start or end of the list. */
  cursor: { value: string; argument: 'after' | 'before' } | undefined;
}

/**
 * Reads the arguments. A page has one direction: `first` with `after`, or `last` with `before`.
 * @throws AppError BAD_USER_INPUT that names the argument
 */
export function readPage({ first, after, last, before }: PageArgs): PageRequest {
  const backward = last != null || (first == null && before != null);
  if (first != null && last != null) throw invalidField('last', 'cannot be combined with first');
  if (backward && after != null) throw invalidField('after', 'cannot be combined with last or before');
  if (!backward && before != null) throw invalidField('before', 'cannot be combined with first');
  const [field, size] = backward ? (['last', last] as const) : (['first', first] as const);
  if (size != null && (size < 1 || size > maxPageSize))
    throw invalidField(field, `must be from 1 to ${maxPageSize}`);
  const value = backward ? before : after;
  return {
    size: size ?? defaultPageSize,
    backward,
    cursor: value == null ? undefined : { value, argument: backward ? 'before' : 'after' },
  };
}
