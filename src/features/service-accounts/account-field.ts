import type { z } from 'zod';

/** A field of an account that administrators can set. */
export interface AccountField {
  /** The property of the entity. Its column has the field's name in snake case. */
  property: object;
  /** The type of the column. */
  sqlType: 'text' | 'text[]' | 'jsonb' | 'timestamptz' | 'integer';
  /** The rule for input. */
  rule: z.ZodType;
  /** Whether the audit log shows the field. */
  audited: boolean;
  /** The GraphQL type. */
  type: () => unknown;
  /** The description in the schema. */
  description: string;
  nullable?: boolean;
  /** The GraphQL type in inputs, if it differs. */
  inputType?: () => unknown;
  /** The description in the input of each operation. An operation without a description does not set the field. */
  input: { create?: string; update?: string };
  /** Whether an update cannot set the field to null. */
  required?: boolean;
  /**
   * Normalizes a value of the input, so that it can be compared with the input of a retry. This runs before the input
   * is checked, so it must be fast for a value of any size.
   */
  normalize?(value: never): unknown;
  /** Converts a normalized value to the stored value. */
  toStored?(normalized: never): unknown;
  /** Converts a stored value to the GraphQL value. */
  toShown?(stored: never): unknown;
  /**
   * Whether an earlier version did not have the field. If its normalized value is null, the normalized input of a
   * create omits it, so that a retry still matches after an upgrade.
   */
  addedLater?: boolean;
  /** The weight of the field in the cost of a response (api/graphql/limits). */
  extensions?: { cost?: number; size?: number };
}
