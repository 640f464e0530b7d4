import { randomUUID } from 'node:crypto';
import type { Gateway } from '../../harness/gateway.js';
import { untilAvailable } from '../../harness/until-available.js';
import { assertThat } from '../generated/assert.js';
import { type Input, type Operation, type Reading, readAnswer, type Transport, toRequest } from './calls.js';
import { Counter } from './counter.js';
import { Quota } from './quota.js';
import { actionOf } from './snapshot.js';

/** The number of clients at the same time. Each client has its own names, so that it knows which of them are free. */
export const clients = 3;
const namesOfEach = 3;
const sharedAccounts = 2;
/** The number of places in the tenant, which is less than the number of names. */
const limit = 7;

export type Outcome = Reading & { replayed: boolean };

/** The facts that clients know about an account that all of them change at the same time. */
export interface Shared {
  id: string;
  /** The highest version in an answer so far. */
  version: number;
  /** The ids of the secrets in answers so far. */
  secrets: string[];
  /** How often each action succeeded, including actions without a change, for example on a disabled account. */
  counts: Counter;
}

/** The names for shared accounts. They are few, so that updates often find a name taken. */
export const sharedNames = ['shared 1', 'shared 2', 'shared 3'];

/** A tenant with few places for one run, and its clients. */
export interface Site {
  gateway: Gateway;
  tenant: string;
  quota: Quota;
  /** The accounts that all clients change. */
  shared: Shared[];
  /** The number of answers by their kind. */
  answers: Counter;
  clients: Client[];
}

/** A client that works in the tenant at the same time as others, with its own token. */
export class Client {
  constructor(
    readonly site: Site,
    readonly names: string[],
    private readonly headers: Record<string, string>,
  ) {}

  async ask(transport: Transport, operation: Operation, input: Input, key?: string): Promise<Outcome> {
    const { path, method, body } = toRequest(transport, operation, input);
    const headers = {
      ...this.headers,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    };
    const answer = await untilAvailable(() =>
      this.site.gateway.request(path, { method, headers, body: JSON.stringify(body) }),
    );
    const replayed = answer.headers.get('idempotency-replayed') === 'true';
    const reading = readAnswer(transport, operation, answer.body);
    this.site.answers.add('told' in reading ? (replayed ? 'replay' : 'success') : reading.refusal);
    return { ...reading, replayed };
  }

  /** Sends an operation over one transport, or over both at the same time under the same idempotency key. */
  askThrough(transport: Transport | 'both', operation: Operation, input: Input): Promise<Outcome[]> {
    const key = transport === 'both' ? `model-${randomUUID()}` : undefined;
    const transports: Transport[] = transport === 'both' ? ['graphql', 'rest'] : [transport];
    return Promise.all(transports.map((one) => this.ask(one, operation, input, key)));
  }
}

export async function createSite(gateway: Gateway, answers: Counter): Promise<Site> {
  const tenant = await gateway.createTenant({ limit });
  const site: Site = {
    gateway,
    tenant,
    quota: new Quota(limit, sharedAccounts),
    shared: [],
    answers,
    clients: [],
  };
  for (let number = 1; number <= clients; number++) {
    const claims = { sub: `client ${number}`, roles: ['tenant_admin'], tenants: [tenant] };
    const headers = { authorization: `Bearer ${await gateway.issuer.sign(claims)}`, 'x-tenantid': tenant };
    const names = Array.from({ length: namesOfEach }, (_, n) => `${number}.${n + 1}`);
    site.clients.push(new Client(site, names, headers));
  }
  const [first] = site.clients;
  assertThat(first, 'there is no client');
  for (let n = 0; n < sharedAccounts; n++) site.shared.push(await createShared(first, n));
  return site;
}

async function createShared(client: Client, number: number): Promise<Shared> {
  const outcome = await client.ask('rest', 'create', { name: sharedNames[number] });
  assertThat('told' in outcome && outcome.told.account, 'no account to share');
  const counts = new Counter();
  counts.add(actionOf.create);
  return { id: outcome.told.account.id, version: 1, secrets: [], counts };
}
