import { describe } from '../../platform/auth/claims/claim-values.js';
import { markUnreadable } from '../../platform/readable.js';

/**
 * Returns a claim as text for a terminal. A list or an object can be nested too deeply for JSON.stringify, and a
 * control character, such as the end of a line, could make a claim look like a part of the report.
 */
export const show = (value: unknown): string =>
  Array.isArray(value)
    ? value.slice(0, 10).map(showItem).join(', ')
    : value === undefined
      ? 'none'
      : showItem(value);

const showItem = (value: unknown): string => {
  const text = typeof value === 'string' ? markUnreadable(value) : describe(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

/** Returns a claim as JSON, so that "true" and true differ. */
export const showJson = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(show(value)) : show(value);
