import { randomUUID } from 'node:crypto';
import type { Gateway } from '../../harness/gateway.js';
import { untilAvailable } from '../../harness/until-available.js';
import { assertThat } from '../generated/assert.js';
import { type Input, type Operation, type Reading, readAnswer, type Transport, toRequest } from './calls.js';
import { Counter } from './counter.js';
import { actionOf } from './facts.js';
import { Quota } from './quota.js';

/** Clients at once. Each has names of its own, so that it knows which of them are free. */
export const clients = 3;
const namesOfEach = 3;
const sharedAccounts = 2;
/** Less than there are names. */
const limit = 7;

export type Outcome = Reading & { replayed: boolean };

/** An account that all clients change at the same time: none of them knows more than this. */
export interface Shared {
  id: string;
  /** The highest that an answer told. */
  version: number;
  /** The ids of secrets that answers told. */
  secrets: string[];
  /** How often each action was acknowledged. Some were no change, such as to disable a disabled account. */
  counts: Counter;
}

/** They are fewer than there are accounts and names to give them, so that some are taken. */
export const sharedNames = ['shared 1', 'shared 2', 'shared 3'];

/** A tenant with few places, for one run. */
export interface Site {
  gateway: Gateway;
  tenant: string;
  quota: Quota;
  /** Accounts that all clients change. */
  shared: Shared[];
  /** How many answers there were of each kind. */
  answers: Counter;
  clients: Client[];
}

/** One of those who work in it at the same time, under a token of its own. */
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

  /** Asks through one transport, or through both at once under one idempotency key. */
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
