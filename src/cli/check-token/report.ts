import { isSuperAdmin, type Role, type TenantRoles } from '../../platform/auth/caller.js';
import { claimAt, showPath } from '../../platform/auth/claims/claim-path.js';
import type { Reading, TenantRole } from '../../platform/auth/claims/token-content.js';
import { checkTexts, show } from './advice.js';
import type { Examination } from './examine.js';

/** What the database says about the tenants of a token. */
export interface TenantReport {
  /** The roles of the caller anywhere. */
  roles: readonly Role[];
  tenantRoles: TenantRoles;
  /** Each name of a tenant in the token, and the ID of the tenant, or the reason why the name does not count. */
  names: ReadonlyMap<string, Reading<string>>;
  /** The names of the tenants that exist, by ID. */
  existing: ReadonlyMap<string, string>;
  /** Why the database could not be read. */
  unread?: string;
}

/** Returns the operations that a caller with these roles may use. */
export type Allowed = (roles: readonly string[]) => string[];

/** Describes an examination in lines for a person. It never contains the token. */
export function report(
  examination: Examination,
  tenants: TenantReport | undefined,
  allowed: Allowed,
): string {
  return [
    ...checkLines(examination),
    ...(tenants
      ? [...claimLines(examination, tenants), ...permissionLines(examination, tenants, allowed)]
      : []),
    '',
    verdict(examination, tenants),
  ].join('\n');
}

const line = (state: 'ok' | 'FAULT' | '', label: string, text: string) =>
  `${state.padEnd(6)} ${label.padEnd(16)} ${text}`;
const detail = (text: string) => line('', '', text);
/** Returns sentences as lines of at most 90 characters, unless a word is longer. */
const paragraph = (text: string) => (text.match(/\S.{0,89}(?=\s|$)|\S+/g) ?? []).map(detail);

function checkLines({ token, realm, realmReason, outcomes }: Examination): string[] {
  const head = realm ? [line('ok', 'Realm', `${realm.name}, ${realmReason}`)] : [];
  const checks = outcomes.flatMap(({ name, fault }) => {
    if (!realm || name === 'Realm') return [line('FAULT', name, `${fault}.`)];
    const text = checkTexts[name];
    const found = line(fault ? 'FAULT' : 'ok', name, text.found(token, realm, fault));
    return fault ? [found, ...paragraph(`${sentence(fault)} ${text.advice(token, realm)}`)] : [found];
  });
  return [...head, ...checks, line('', 'Claims', Object.keys(token.claims).map(show).join(', '))];
}

function claimLines(
  { token, realm, content }: Examination,
  { names, existing, unread }: TenantReport,
): string[] {
  if (!realm || !content) return [];
  const { claims } = realm;
  const nameOf = (id: string) =>
    `${id}${existing.has(id) ? ` (${existing.get(id)})` : ', which does not exist'}`;
  const tenantLine = (text: string, name: string, role?: string) => {
    const { means, fault } = names.get(name) ?? {};
    return means
      ? detail(`counts:  ${show(text)} → ${role ? `${role} in ` : ''}${unread ? means : nameOf(means)}`)
      : detail(`dropped: ${show(text)} ${fault}`);
  };
  const roles = content.roles.map(({ text, means, fault }) =>
    detail(means ? `counts:  ${show(text)} → ${means}` : `dropped: ${show(text)} ${fault}`),
  );
  const tenants = content.tenants
    .filter(({ means, whole }) => !(whole && !names.get(means ?? '')?.means))
    .map(({ text, means, fault }) =>
      means === undefined ? detail(`dropped: ${show(text)} ${fault}`) : tenantLine(text, means),
    );
  const inTenants = content.tenantRoles.map(({ text, means, fault }: Reading<TenantRole>) =>
    means ? tenantLine(text, means.tenant, means.role) : detail(`dropped: ${show(text)} ${fault}`),
  );
  const section = (label: string, path: typeof claims.tenantRoles, lines: string[]) =>
    path === undefined
      ? []
      : [
          line('', label, `in the claim ${showPath(path)}`),
          ...(claimAt(token.claims, path) === undefined ? [detail('The token has no such claim.')] : lines),
        ];
  return [
    line(
      '',
      'Caller',
      `${show(content.id)} (${show(content.name ?? 'no name')}, ${show(content.email ?? 'no email address')})`,
    ),
    ...section('Roles', claims.roles, roles),
    ...section('Tenants', claims.tenants, tenants),
    ...section('Tenant roles', claims.tenantRoles, inTenants),
    ...(unread ? paragraph(`External IDs were not checked: ${sentence(unread)}`) : []),
  ];
}

function permissionLines(
  { rejection }: Examination,
  { roles, tenantRoles, existing }: TenantReport,
  allowed: Allowed,
): string[] {
  const label = rejection === undefined ? 'Allows' : 'Would allow';
  const describe = (roles: readonly string[]) => {
    const operations = allowed(roles);
    return paragraph(`${roles.join(' and ')}: ${operations.join(', ')}`);
  };
  if (isSuperAdmin({ roles })) return [line('', label, 'in every tenant'), ...describe(['super_admin'])];
  const held = [...tenantRoles].filter(([, roles]) => roles.length > 0);
  if (held.length === 0) return [line('', label, 'only the viewer query')];
  return held.flatMap(([id, roles]) => [
    line('', label, `in the tenant ${existing.get(id) ?? id}`),
    ...describe(roles),
  ]);
}

function verdict({ rejection }: Examination, tenants: TenantReport | undefined): string {
  if (rejection !== undefined || !tenants)
    return `The gateway rejects this token: ${sentence(`${rejection}`)}`;
  const lack = lackOf(tenants);
  if (lack)
    return paragraph(`The gateway accepts this token, but ${lack}`)
      .map((text) => text.trim())
      .join('\n');
  const everything = isSuperAdmin(tenants) ? ' The caller may use everything.' : '';
  return `The gateway accepts this token.${everything}`;
}

/** Returns why the caller may do nothing, and what to change. Returns undefined if the caller may do anything. */
export function lackOf({ roles, tenantRoles, existing, unread }: TenantReport): string | undefined {
  if (isSuperAdmin({ roles })) return undefined;
  if (roles.length === 0)
    return (
      'the caller has no role. Set claims.roles in the realms file to the claim that contains the roles, and use the ' +
      'role names of the gateway or map yours in roleMap.'
    );
  const held = [...tenantRoles].filter(([, given]) => given.length > 0);
  if (held.length === 0)
    return (
      'the caller has no role in any tenant. Set claims.tenants in the realms file to the claim that names the tenants, ' +
      'by their IDs or by the external IDs that a super_admin gives them.'
    );
  return unread || held.some(([id]) => existing.has(id))
    ? undefined
    : 'none of the tenants exists. A super_admin creates them with createTenant.';
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
