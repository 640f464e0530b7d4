import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { trustCalls } from '../../features/service-accounts/trusts/trust-calls.js';
import { type Answer, type Gateway, startGateway } from '../../harness/gateway.js';
import type { Issuer } from '../../harness/issuer.js';
import { until } from '../../harness/until.js';
import { encode, es256, forge, type Signer } from '../../platform/auth/forge.js';
import { issuer as ownIssuer, seconds } from './assertions.js';
import { type TrustingMachine, trustingMachine, wayNames, ways } from './workloads.js';

/** A token that authenticates nobody: what is wrong with it, the reason in the audit log, the token, the trust. */
export type Attack = [
  what: string,
  reason: string,
  make: (one: TrustingMachine) => string | Promise<string>,
  trust?: Record<string, unknown>,
];

/** Starts a gateway with these issuers of tokens of workloads. @param env of a gateway on the same database, if any */
export async function startGatewayFor(issuers: object[], env: NodeJS.ProcessEnv = {}): Promise<Gateway> {
  const folder = mkdtempSync(join(tmpdir(), 'issuers-'));
  const file = join(folder, 'issuers.json');
  writeFileSync(file, JSON.stringify({ issuers }));
  const gateway = await startGateway({ ...env, WORKLOAD_ISSUERS_FILE: file });
  const close = async () => {
    await gateway.close();
    rmSync(folder, { recursive: true });
  };
  return { ...gateway, close };
}

/** Writes an issuer as in the file, with its keys in it. */
export const withKeys = (name: string, { issuer, jwks }: Issuer, changes: object = {}) => ({
  name,
  issuer,
  jwks,
  ...changes,
});

/** The claims of a valid token of a workload. */
export const claimsOf = ({ issuer }: Issuer, { subject }: Pick<TrustingMachine, 'subject'>) => ({
  iss: issuer,
  aud: ownIssuer,
  sub: subject,
  iat: seconds(),
  exp: seconds() + 300,
});

/** Signs a token as nobody else would. Claims and members of the header replace the valid ones. */
export const forged = (
  issuer: Issuer,
  one: Pick<TrustingMachine, 'subject'>,
  claims: object = {},
  header: object = {},
  signer: Signer = es256(issuer),
): string =>
  forge(
    { alg: 'ES256', kid: issuer.jwks.keys[0]?.kid, typ: 'JWT', ...header },
    { ...claimsOf(issuer, one), ...claims },
    signer,
  );

/** Signs claims that are given as a text, which JSON.stringify would not write. */
export function written(issuer: Issuer, payload: string): string {
  const input = `${encode(JSON.stringify({ alg: 'ES256', kid: issuer.jwks.keys[0]?.kid }))}.${encode(payload)}`;
  return `${input}.${encode(es256(issuer)(input))}`;
}

/** Returns a client ID that no account has. */
export const unknownClientId = () => `sa_client_${randomBytes(6).toString('hex')}`;

/** Reads the outcomes and the reasons of rejections in the audit log of an account, once it has any. */
export const rejectionsOf = (gateway: Gateway, { id }: Pick<TrustingMachine, 'id'>) =>
  until(
    () =>
      gateway.sql<{ outcome: string; reason: string }>(
        `select outcome, after ->> 'reason' as reason from audit_event
         where target = $1 and action = 'service_account.sign_in' order by occurred_at`,
        [id],
      ),
    ({ length }) => length > 0,
  );

/** What a client sees of an answer, without what differs between any two answers, such as the age of the token. */
export const visible = ({ status, headers, body }: Answer) => ({
  status,
  body: JSON.parse(JSON.stringify(body).replace(/\d+ (?=seconds (ago|old))/, 'some ')),
  headers: [...headers].filter(([name]) => !['date', 'x-request-id', 'retry-after'].includes(name)),
});

/**
 * Expects that a token is rejected: with the error of its way, which is the same for an unknown client; with the reason
 * in the audit log of the account; and with the same reason by the test of trusts.
 */
export async function expectRejection(
  gateway: Gateway,
  way: keyof typeof ways,
  one: TrustingMachine,
  token: string,
  reason: string,
  error: object = ways[way].error,
): Promise<void> {
  const { present } = ways[way];
  const answer = await present(gateway, one.clientId, token);
  expect(answer).toMatchObject(error);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(Object.keys(answer.body)).toEqual(['error', 'error_description']);
  expect(visible(await present(gateway, unknownClientId(), token))).toEqual(visible(answer));
  expect(await rejectionsOf(gateway, one)).toEqual([{ outcome: 'denied', reason }]);
  expect(await trustCalls.GraphQL(one.admin).test(one.id, token)).toMatchObject({ accepted: false, reason });
}

/** Tests attacks in both ways, each on a new account. */
export function testAttacks(gateway: () => Gateway, attacks: readonly Attack[]): void {
  const rows = attacks.flatMap(([what, reason, make, trust]) =>
    wayNames.map((way) => ({ what, reason, make, trust, way })),
  );
  test.each(rows)('token $what: rejected by $way, $reason', async ({ reason, make, trust, way }) => {
    const one = await trustingMachine(gateway(), trust);
    await expectRejection(gateway(), way, one, await make(one), reason);
  });
}
