import { randomUUID } from 'node:crypto';
import type { Answer, Gateway } from '../../harness/gateway.js';

/** Makes the headers of a new caller. */
export async function somebody({ issuer }: Gateway, claims = {}): Promise<Record<string, string>> {
  const tenant = randomUUID();
  const token = await issuer.sign({
    sub: randomUUID(),
    roles: ['tenant_admin'],
    tenants: [tenant],
    ...claims,
  });
  return { authorization: `Bearer ${token}`, 'x-tenantid': tenant };
}

type Transport = (gateway: Gateway, headers: Record<string, string>) => Promise<Answer>;

/** A call over each transport. The tenant does not exist, so that REST answers with a 404. */
export const transports: Record<'REST' | 'GraphQL', Transport> = {
  REST: (gateway, headers) => gateway.create(headers),
  GraphQL: (gateway, headers) => gateway.graphql(headers, '{ viewer { id } }'),
};

/** Collects one detail of the answers to several calls that are made one after the other. */
export async function each<T>(times: number, call: () => Promise<Answer>, say: (answer: Answer) => T) {
  const said: T[] = [];
  for (let n = 0; n < times; n++) said.push(say(await call()));
  return said;
}

export const status = (answer: Answer) => answer.status;
export const header = (name: string) => (answer: Answer) => answer.headers.get(name);
