import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, startGateway } from './gateway.js';
import type { Issuer } from './issuer.js';

/**
 * An issuer, and fields of its realm. A row without fields about keys gets the keys of the issuer. `as` replaces the name
 * of the issuer.
 */
export type RealmRow = { issuer: Issuer; as?: string } & Record<string, unknown>;

const everything = { roles: ['super_admin', 'tenant_admin', 'tenant_viewer'], tenants: '*' };

/** Starts a gateway with these realms, of which the first is the default, whose issuer is that of the gateway. */
export async function startGatewayWith(rows: Record<string, RealmRow>): Promise<Gateway> {
  const folder = mkdtempSync(join(tmpdir(), 'realms-'));
  const realms = Object.entries(rows).map(([name, { issuer, as = issuer.issuer, ...row }]) => ({
    name,
    issuer: as,
    audience: issuer.audience,
    ...(!row.jwksUri && { jwks: issuer.jwks }),
    grants: everything,
    ...row,
  }));
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
