/** A value in a claim for roles or tenants. */
export interface ClaimValue {
  text: string;
  /** Why the value cannot count, whatever the realm makes of it. */
  fault?: string;
  /**
   * Whether the value is a whole text of which the values between its separators count as well. It is only worth
   * mentioning if it counts.
   */
  whole?: true;
  /** Whether the value is a whole text that may contain several values, which the realm does not separate. */
  isUnsplit?: true;
}

/** A claim with an object, such as Zitadel's roles or Keycloak's organizations. */
export type ClaimObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is ClaimObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a list, or a text. A text is one value, because a name such as "Printer Admins" must not count as the value
 * "Admins" that it contains. A realm can say that texts contain several values.
 * @param isSplit whether a text contains values between spaces or commas, like `scope` (RFC 8693, section 4.2), or JSON,
 *   because custom attributes of Amazon Cognito can only be texts
 * @param readItem reads an object, or an item of a list that is not a string
 */
export function readValues(
  claim: unknown,
  isSplit: boolean,
  readItem: (item: unknown) => ClaimValue[],
): ClaimValue[] {
  const value = isSplit ? parsed(claim) : claim;
  if (value === undefined || value === null || value === '') return [];
  if (typeof value === 'string') return isSplit ? separated(value) : [unsplit(value)];
  if (!Array.isArray(value)) return readItem(value);
  return value.flatMap((item) => (typeof item === 'string' ? { text: item } : readItem(item)));
}

/** Returns a whole text as one value. */
export const unsplit = (text: string): ClaimValue =>
  /[\s,[{]/.test(text) ? { text, isUnsplit: true } : { text };

/** Parses a text that contains a JSON list or object. Returns any other claim as it is. */
export function parsed(claim: unknown): unknown {
  if (typeof claim !== 'string' || !/^\s*[[{]/.test(claim)) return claim;
  try {
    return JSON.parse(claim);
  } catch {
    return claim;
  }
}

/** Returns the values between spaces and commas, and the whole text, because a name may contain either. */
function separated(text: string): ClaimValue[] {
  const values = text.split(/[\s,]+/).filter(Boolean);
  return values.length === 1 && values[0] === text
    ? [{ text }]
    : [...values.map((value) => ({ text: value })), { text, whole: true }];
}

/** Describes a value that is not a text. A claim can be nested too deeply for JSON.stringify. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : String(value);
}
