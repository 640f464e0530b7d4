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
    ...(tenants ? [...claimLines(examination, tenants), ...permissionLines(tenants, allowed)] : []),
    '',
    verdict(examination, tenants),
  ].join('\n');
}

const line = (state: 'ok' | 'FAULT' | '', label: string, text: string) =>
  `${state.padEnd(6)} ${label.padEnd(16)} ${text}`;
const detail = (text: string) => line('', '', text);

function checkLines({ token, realm, outcomes }: Examination): string[] {
  const head = realm ? [line('ok', 'Realm', realm.name)] : [];
  const checks = outcomes.flatMap(({ name, fault }) => {
    const text = checkTexts[name];
    if (!realm || !text) return [line('FAULT', name, `${fault}.`)];
    const found = line(fault ? 'FAULT' : 'ok', name, text.found(token, realm));
    return fault ? [found, detail(`${sentence(fault)} ${text.advice(token, realm)}`)] : [found];
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
    ...(unread ? [detail(`External IDs were not checked: ${sentence(unread)}`)] : []),
  ];
}

function permissionLines({ roles, tenantRoles, existing }: TenantReport, allowed: Allowed): string[] {
  const describe = (roles: readonly string[]) => {
    const operations = allowed(roles);
    return [detail(`${roles.join(' and ')}: ${operations.join(', ')}`)];
  };
  if (isSuperAdmin({ roles })) return [line('', 'Allows', 'in every tenant'), ...describe(['super_admin'])];
  const held = [...tenantRoles].filter(([, roles]) => roles.length > 0);
  if (held.length === 0) return [line('', 'Allows', 'only the viewer query')];
  return held.flatMap(([id, roles]) => [
    line('', 'Allows', `in the tenant ${existing.get(id) ?? id}`),
    ...describe(roles),
  ]);
}

function verdict({ rejection }: Examination, tenants: TenantReport | undefined): string {
  if (rejection !== undefined) return `The gateway rejects this token: ${sentence(rejection)}`;
  if (!tenants) return 'The gateway accepts this token.';
  if (isSuperAdmin(tenants)) return 'The gateway accepts this token. The caller may use everything.';
  if (tenants.roles.length === 0)
    return (
      'The gateway accepts this token, but the caller has no role. Set claims.roles in the realms file to the claim ' +
      'that contains the roles, and use the role names of the gateway or map yours in roleMap.'
    );
  return [...tenants.tenantRoles.values()].some((roles) => roles.length > 0)
    ? 'The gateway accepts this token.'
    : 'The gateway accepts this token, but the caller has no role in any tenant. Set claims.tenants in the realms file ' +
        'to the claim that names the tenants, by their IDs or by the external IDs that a super_admin gives them.';
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
