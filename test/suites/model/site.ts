import { randomUUID } from 'node:crypto';
import type { Gateway } from '../../harness/gateway.js';
import { untilAvailable } from '../../harness/until-available.js';
import { assertThat } from '../generated/assert.js';
import { type Door, type Input, type Operation, type Reading, readAnswer, toRequest } from './calls.js';
import { Places } from './places.js';
import { createShared, type Shared } from './shared.js';
import type { Tally } from './tally.js';

/** Clients at once. Each has names of its own, so that it knows which of them are free. */
export const clients = 3;
const namesOfEach = 3;
const sharedAccounts = 2;
/** Less than there are names. */
const limit = 7;

export type Outcome = Reading & { replayed: boolean };

/** A tenant with few places, for one run. */
export interface Site {
  gateway: Gateway;
  tenant: string;
  places: Places;
  /** Accounts that all clients change. */
  shared: Shared[];
  /** How many answers there were of each kind. */
  answers: Tally;
  clients: Client[];
}

/** One of those who work in it at the same time, under a token of its own. */
export class Client {
  constructor(
    readonly site: Site,
    readonly names: string[],
    private readonly headers: Record<string, string>,
  ) {}

  async ask(door: Door, operation: Operation, input: Input, key?: string): Promise<Outcome> {
    const { path, method, body } = toRequest(door, operation, input);
    const headers = {
      ...this.headers,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    };
    const answer = await untilAvailable(() =>
      this.site.gateway.request(path, { method, headers, body: JSON.stringify(body) }),
    );
    const replayed = answer.headers.get('idempotency-replayed') === 'true';
    const reading = readAnswer(door, operation, answer.body);
    this.site.answers.add('told' in reading ? (replayed ? 'replay' : 'success') : reading.refusal);
    return { ...reading, replayed };
  }

  /** Asks through one door, or through both at once under one idempotency key. */
  askThrough(door: Door | 'both', operation: Operation, input: Input): Promise<Outcome[]> {
    const key = door === 'both' ? `model-${randomUUID()}` : undefined;
    const doors: Door[] = door === 'both' ? ['graphql', 'rest'] : [door];
    return Promise.all(doors.map((one) => this.ask(one, operation, input, key)));
  }
}

export async function createSite(gateway: Gateway, answers: Tally): Promise<Site> {
  const tenant = await gateway.createTenant({ limit });
  const site: Site = {
    gateway,
    tenant,
    places: new Places(limit, sharedAccounts),
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
