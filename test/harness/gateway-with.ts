import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, startGateway } from './gateway.js';
import type { Issuer } from './issuer.js';

/**
 * An issuer, and fields of its realm. A row without fields about keys gets the keys of the issuer. `as` replaces the
 * name of the issuer.
 */
export type RealmRow = { issuer: Issuer; as?: string } & Record<string, unknown>;

const everything = { roles: ['super_admin', 'tenant_admin', 'tenant_viewer'], tenants: '*' };

/**
 * Starts a gateway with these realms, of which the first is the default, whose issuer is that of the gateway. Several
 * realms with one issuer have different audiences, and the tokens of the issuer are for all of them.
 */
export async function startGatewayWith(rows: Record<string, RealmRow>): Promise<Gateway> {
  const folder = mkdtempSync(join(tmpdir(), 'realms-'));
  const known = new Set<string>();
  const audienceOf = (name: string, { issuer, as = issuer.issuer, audience: given }: RealmRow) => {
    const { audience, audiences } = issuer;
    const own = known.has(as) ? `${audience}-${name}` : audience;
    known.add(as);
    if (given === undefined && own !== audience) audiences.push(own);
    return given ?? own;
  };
  const realms = Object.entries(rows).map(([name, fields]) => {
    const { issuer, as = issuer.issuer, ...row } = fields;
    const keys = !row.jwksUri && { jwks: issuer.jwks };
    return { name, issuer: as, ...keys, grants: everything, ...row, audience: audienceOf(name, fields) };
  });
  const file = join(folder, 'realms.json');
  writeFileSync(file, JSON.stringify({ default: realms[0]?.name, realms }));
  const gateway = await startGateway({ REALMS_FILE: file });
  return {
    ...gateway,
    issuer: Object.values(rows)[0]?.issuer ?? gateway.issuer,
    close: async () => {
      await gateway.close();
      rmSync(folder, { recursive: true });
    },
  };
}
