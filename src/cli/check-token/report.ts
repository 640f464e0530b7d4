import { isSuperAdmin } from '../../platform/auth/caller.js';
import { claimAt, showPath } from '../../platform/auth/claims/claim-path.js';
import type { Reading, TenantRole } from '../../platform/auth/claims/token-content.js';
import { rolesOf } from '../../platform/auth/resolve-caller.js';
import { issuerFault } from '../../platform/auth/token-checks.js';
import { checkTexts } from './advice.js';
import { absence } from './claim-hints.js';
import type { Examination } from './examine.js';
import { isUndecided, lackOf, type TenantReport, usableTenants } from './lack.js';
import { show } from './show.js';

/** Returns the operations that a caller with these roles may use. */
export type Allowed = (roles: readonly string[]) => string[];

/** Describes an examination in lines for a person. It never contains the token. */
export function report(
  examination: Examination,
  tenants: TenantReport | undefined,
  allowed: Allowed,
  realmsFile: string | undefined,
): string {
  const source = realmsFile ?? 'the development realm, because REALMS_FILE is not set';
  return [
    line('', 'Realms file', source),
    ...checkLines(examination),
    ...(tenants
      ? [...claimLines(examination, tenants), ...permissionLines(examination, tenants, allowed)]
      : []),
    '',
    ...verdict(examination, tenants, realmsFile).map((text) => text.trim()),
  ].join('\n');
}

const line = (state: 'ok' | 'FAULT' | '', label: string, text: string) =>
  `${state.padEnd(6)} ${label.padEnd(16)} ${text}`;
const detail = (text: string) => line('', '', text);
/** Returns sentences as lines of at most 90 characters, unless a word is longer. */
const paragraph = (text: string) => (text.match(/\S.{0,89}(?=\s|$)|\S+/g) ?? []).map(detail);

function checkLines({ token, realm, realmReason, outcomes }: Examination): string[] {
  const state = realm && issuerFault(token.claims, realm) ? '' : 'ok';
  const head = realm ? [line(state, 'Realm', `${realm.name}, ${realmReason}`)] : [];
  const checks = outcomes.flatMap(({ name, fault, isUnchecked }) => {
    if (isUnchecked) return [line('', name, 'not checked, because of the fault of the issuer')];
    if (!realm || name === 'Realm') {
      const [first = '', ...more] = paragraph(`${fault}.`);
      return [line('FAULT', name, first.trim()), ...more];
    }
    const text = checkTexts[name];
    const found = line(fault ? 'FAULT' : 'ok', name, text.found(token, realm, fault));
    return fault ? [found, ...paragraph(`${sentence(fault)} ${text.advice(token, realm, fault)}`)] : [found];
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
    const { means, fault = 'is too long for an external ID' } = names.get(name) ?? {};
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
  const section = (label: string, path: typeof claims.tenantRoles, lines: string[]) => {
    if (path === undefined) return [];
    const isAbsent = claimAt(token.claims, path) === undefined;
    const nothing = isAbsent ? absence(token.claims, path) : 'The claim is empty.';
    return [
      line('', label, `in the claim ${showPath(path)}`),
      ...(lines.length > 0 ? lines : paragraph(nothing)),
    ];
  };
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
  { rejection, content }: Examination,
  tenants: TenantReport,
  allowed: Allowed,
): string[] {
  const label = rejection ? 'Would allow' : 'Allows';
  const block = (place: string, roles: readonly string[]) => [
    line('', label, place),
    ...paragraph(`${roles.join(' and ')}: ${allowed(roles).join(', ')}`),
  ];
  if (content && isSuperAdmin({ roles: rolesOf(content) })) return block('in every tenant', ['super_admin']);
  const usable = usableTenants(tenants);
  const nowhere =
    content && isUndecided(content, tenants)
      ? 'cannot be said without the database'
      : 'only the viewer query';
  return usable.length === 0
    ? [line('', label, nowhere)]
    : usable.flatMap(([id, roles]) => block(`in the tenant ${tenants.existing.get(id) ?? id}`, roles));
}

function verdict(
  { rejection, content }: Examination,
  tenants: TenantReport | undefined,
  realmsFile: string | undefined,
): string[] {
  const fate = !rejection || rejection.status === 401 ? 'rejects' : `responds with ${rejection.status} to`;
  if (rejection || !content || !tenants)
    return [
      `The gateway ${fate} this token: ${sentence(`${rejection?.reason}`)}`,
      ...(realmsFile ? [] : paragraph(noRealmsFile)),
    ];
  const lack = lackOf(content, tenants);
  if (!lack) return ['The gateway accepts this token.'];
  return paragraph(
    isUndecided(content, tenants)
      ? 'The gateway accepts this token. Without the database, this command cannot say whether the token allows anything.'
      : `The gateway accepts this token, but it allows nothing. ${lack}`,
  );
}

const noRealmsFile =
  'REALMS_FILE is not set for this command, so it knows only the development realm. Run it with the environment ' +
  'variables of the gateway.';

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
