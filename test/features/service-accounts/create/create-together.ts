import { type Answer, createPath, type Gateway } from '../../../harness/gateway.js';
import { holdTable } from '../../../harness/hold-table.js';
import { untilLocked } from '../../../harness/until-locked.js';

export interface Call {
  headers: Record<string, string>;
  body?: unknown;
}

/** Sends a create to a gateway that may run in another process. */
export async function sendCreate(url: string, { headers, body = {} }: Call) {
  const response = await fetch(url + createPath, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

/**
 * Holds the statements of creates of a gateway: both statements that may run at the same time wait for a table. Every
 * create that is sent after that waits for the next statement. Of creates in one tenant only one statement waits.
 * @returns a function that lets them go
 */
export async function holdCreates(gateway: Gateway, url = gateway.url): Promise<() => Promise<void>> {
  const letGo = await holdTable(gateway, 'service_account_secret');
  const first: Promise<unknown>[] = [];
  for (let running = 1; running <= 2; running++) {
    const headers = await gateway.as('tenant_admin', await gateway.createTenant());
    first.push(sendCreate(url, { headers }));
    await untilLocked(gateway, running);
  }
  return async () => {
    await letGo();
    await Promise.all(first);
  };
}

/** Sends creates in the order of the calls, so that one statement runs all of them. @returns their answers */
export async function createTogether(gateway: Gateway, calls: Call[]): Promise<Answer[]> {
  const letGo = await holdCreates(gateway);
  const answers = calls.map(({ headers, body }) => gateway.create(headers, body));
  await haveArrived(gateway);
  await letGo();
  return Promise.all(answers);
}

/** A request that is sent after others, and needs the database, has its answer after these have arrived. */
export async function haveArrived(gateway: Gateway, url = gateway.url): Promise<void> {
  const headers = await gateway.as('tenant_viewer', await gateway.createTenant());
  for (let probe = 0; probe < 3; probe++) {
    const response = await fetch(`${url}/api/v1/admin/service-account`, { headers });
    await response.text();
  }
}

/** Returns how many transactions have created the accounts of tenants. */
export async function transactionsOf(gateway: Gateway, tenants: string[]): Promise<number> {
  const rows = await gateway.sql(
    'select distinct xmin::text from service_account where tenant_id = any ($1)',
    [tenants],
  );
  return rows.length;
}

export async function administrator(gateway: Gateway, fields?: Parameters<Gateway['createTenant']>[0]) {
  const tenant = await gateway.createTenant(fields);
  return { tenant, headers: await gateway.as('tenant_admin', tenant) };
}

export const administrators = (gateway: Gateway, count: number) =>
  Promise.all(times(count, gateway).map((one) => administrator(one)));

export const times = <T>(count: number, one: T): T[] => Array(count).fill(one);

export const statusesOf = (answers: { status: number }[]) => answers.map(({ status }) => status);
