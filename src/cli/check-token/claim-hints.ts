import { type ClaimPath, showPath } from '../../platform/auth/claims/claim-path.js';
import type { Realm } from '../../platform/auth/realms/realms-file.js';
import type { Token } from '../../platform/auth/token-checks.js';

type Claims = Token['claims'];

/** Says what a claim lacks, and where it probably is. */
export function absence(claims: Claims, path: ClaimPath): string {
  const keys = pathWithDots(claims, [path].flat().join('.'));
  return keys
    ? `The token has no such claim, but one whose keys contain dots: use the list ${showPath(keys)}.`
    : 'The token has no such claim.';
}

/** Finds a claim although its keys contain the dots that separate the keys of a path. */
function pathWithDots(value: unknown, path: string): string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (key === path) return [key];
    const rest = path.startsWith(`${key}.`) && pathWithDots(inner, path.slice(key.length + 1));
    if (rest) return [key, ...rest];
  }
  return undefined;
}

/** Returns the name of a claim that contains an accepted audience although it is not the claim for the audience. */
export const claimWithAudience = (claims: Claims, { audience }: Realm): string | undefined =>
  Object.keys(claims).find((name) =>
    [claims[name]].flat().some((value) => audience.some((accepted) => accepted === value)),
  );
