import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { json, startKeyServer } from '../../platform/auth/key-server.js';
import { seconds } from './assertions.js';
import { type IssuerName, issuerNames, issuerShapes } from './issuer-shapes.js';

/** The issuer of a platform, on this machine, with its discovery document and its keys as the real one serves them. */
export interface Platform {
  name: IssuerName;
  /** The `iss` of its tokens, which is where its discovery document is. */
  issuer: string;
  /** Signs a token as the platform does for a workload. Given claims replace the usual ones. */
  sign(audience: string, claims?: JWTPayload): Promise<string>;
  close(): Promise<void>;
}

/** Starts the issuer of a platform. Its keys are the current one, and the one that it had before. */
async function startPlatform(name: IssuerName): Promise<Platform> {
  const shape = issuerShapes[name];
  const { alg } = shape;
  const pairs = await Promise.all([generateKeyPair(alg), generateKeyPair(alg)]);
  const [current] = pairs;
  const server = await startKeyServer(json({}));
  const { origin } = new URL(server.url);
  const issuer = origin + shape.path;
  const kid = (index: number) => `${name}-key-${index}`;
  const keys = await Promise.all(
    pairs.map(async ({ publicKey }, index) =>
      shape.key({ ...(await exportJWK(publicKey)), kid: kid(index) }, issuer),
    ),
  );
  const documents: Record<string, { type: string; body: object }> = {
    [`${shape.path}/.well-known/openid-configuration`]: {
      type: 'application/json',
      body: { issuer, jwks_uri: origin + shape.keysPath, ...shape.document },
    },
    [shape.keysPath]: { type: shape.contentType, body: { keys } },
  };
  server.answer = ({ url = '' }, response) => {
    const document = documents[url];
    if (!document) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': document.type }).end(JSON.stringify(document.body));
  };
  return {
    name,
    issuer,
    sign: (audience, claims = {}) => {
      const now = seconds();
      const { nbf, exp } = shape.times;
      const times = { iat: now, ...(nbf !== undefined && { nbf: now + nbf }), exp: now + exp };
      return new SignJWT({ iss: issuer, ...times, ...shape.claims(audience), ...claims })
        .setProtectedHeader({ alg, kid: kid(0), ...shape.header })
        .sign(current.privateKey);
    },
    close: server.close,
  };
}

/** Starts the issuers of all platforms. */
export const startPlatforms = (): Promise<Platform[]> => Promise.all(issuerNames.map(startPlatform));

/** Writes the file that names issuers, whose keys a gateway then finds by discovery. @returns its path */
export function writeIssuersFile(folder: string, platforms: readonly Platform[]): string {
  const path = join(folder, 'issuers.json');
  // Azure returns the same token for hours.
  const issuers = platforms.map(({ name, issuer }) => ({ name, issuer, maxTokenAge: 86_400 }));
  writeFileSync(path, JSON.stringify({ issuers }));
  return path;
}

/** Starts a gateway that trusts issuers. */
export async function startTrusting(platforms: readonly Platform[]): Promise<Gateway> {
  const folder = mkdtempSync(join(tmpdir(), 'platforms-'));
  const WORKLOAD_ISSUERS_FILE = writeIssuersFile(folder, platforms);
  return startGateway({ WORKLOAD_ISSUERS_FILE }).finally(() => rmSync(folder, { recursive: true }));
}
