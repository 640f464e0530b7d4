import type { RequestListener } from 'node:http';
import type { JWTPayload } from 'jose';
import type { Answer, Gateway } from '../../harness/gateway.js';
import { type RealmRow, startGatewayWith } from '../../harness/gateway-with.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';
import { json, type KeyServer, startKeyServer } from './key-server.js';

interface TokenOptions {
  by?: Issuer;
  kid?: string | undefined;
  claims?: JWTPayload;
}

/** A gateway whose realms each have a key server. It remembers keys, so that every test needs its own realm. */
export interface ServedRealms {
  gateway: Gateway;
  /** The issuer whose keys the servers publish until a test changes that. */
  issuer: Issuer;
  server(realm: string): KeyServer;
  /** Makes the headers of a token that the gateway has not seen yet. */
  headers(realm: string, options?: TokenOptions): Promise<Record<string, string>>;
  /** Sends a request with these headers, or with a new token. */
  ask(realm: string, headers?: Record<string, string> | TokenOptions): Promise<Answer>;
  /** Returns the lines of the log about the keys of a realm. */
  log(realm: string): Record<string, unknown>[];
  close(): Promise<void>;
}

export async function startServedRealms(
  names: string[],
  row: (url: string, issuer: Issuer, name: string) => RealmRow = (url, issuer) => ({ issuer, jwksUri: url }),
): Promise<ServedRealms> {
  const issuer = await createIssuer('partner');
  const servers = new Map<string, KeyServer>();
  for (const name of names) servers.set(name, await startKeyServer(json(issuer.jwks)));
  const rows = [...servers].map(([name, { url }]) => [name, row(url, issuer, name)]);
  const gateway = await startGatewayWith(Object.fromEntries(rows));

  const realms: ServedRealms = {
    gateway,
    issuer,
    server: (realm) => {
      const server = servers.get(realm);
      if (!server) throw new Error(`no key server for ${realm}`);
      return server;
    },
    headers: async (realm, { by = issuer, claims = {}, ...header } = {}) => {
      const payload = { aud: issuer.audiences, roles: ['super_admin'], jti: crypto.randomUUID(), ...claims };
      const kid = 'kid' in header ? header.kid : by.jwks.keys[0]?.kid;
      return { authorization: `Bearer ${await by.sign(payload, { kid })}`, realmname: realm };
    },
    ask: async (realm, given = {}) => {
      const headers = 'authorization' in given ? given : await realms.headers(realm, given);
      return gateway.graphql(headers as Record<string, string>, '{ viewer { realm } }');
    },
    log: (realm) =>
      gateway.log
        .map((line) => JSON.parse(line))
        .filter((line) => line.realm === realm && 'msg' in line && !('requestId' in line)),
    close: async () => {
      await gateway.close();
      for (const { close } of servers.values()) await close();
    },
  };
  return realms;
}

/** Answers with the first keys of these issuers, with the same changes in each of them. */
export const published = (issuers: Issuer[], changes: object = {}): RequestListener =>
  json({ keys: issuers.map(({ jwks }) => ({ ...jwks.keys[0], ...changes })) });

/** Holds an answer back until the test releases it. */
export function held(answer: RequestListener) {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const listener: RequestListener = (request, response) =>
    void released.then(() => answer(request, response));
  return { listener, release };
}
