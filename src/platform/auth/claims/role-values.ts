import type { Realm } from '../realms/realms-file.js';
import { type ClaimValue, describe, isObject, readValues, unsplit } from './claim-values.js';

/**
 * Reads the claim for roles. An object counts only in the form of Zitadel: its keys are roles, and the value of a role
 * is an object with the organizations that grant it.
 */
export function roleValues(claim: unknown, { roleMap, splitRoles }: TextRules): ClaimValue[] {
  // The roles of the gateway contain no spaces, so a text with spaces may always contain several of them.
  return typeof claim === 'string' && !roleMap && !splitRoles
    ? claim.split(' ').filter(Boolean).map(unsplit)
    : readValues(claim, splitRoles, readItem);
}

type TextRules = Pick<Realm, 'roleMap' | 'splitRoles'>;

const readItem = (item: unknown): ClaimValue[] =>
  isObject(item)
    ? Object.entries(item).map(([text, granted]) =>
        organizationsIn(granted).length > 0 ? { text } : { text, fault: notGranted },
      )
    : [{ text: describe(item), fault: 'is not a text' }];

const notGranted = 'has no object with organizations as its value';

/** Returns the organizations that grant a role in the form of Zitadel: `{"<organization>": "<domain>"}`, not empty. */
export const organizationsIn = (granted: unknown): string[] =>
  isObject(granted)
    ? Object.keys(granted).filter((key) => granted[key] !== '' && typeof granted[key] === 'string')
    : [];
