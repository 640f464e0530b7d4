import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { decode, machine } from './machine.js';
import { addTrust, trustingMachine, wayNames, ways, workloadToken } from './workloads.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

describe.each(wayNames)('with a %s', (way) => {
  const { present } = ways[way];

  test.each(['its issuer', 'the client ID'])('a workload may have %s as its subject', async (what) => {
    const one = await machine(gateway);
    const subject = what === 'its issuer' ? gateway.workloads.issuer : one.clientId;
    await addTrust(one, { subject });
    const token = await workloadToken(gateway.workloads, { subject });
    expect((await present(gateway, one.clientId, token)).status).toBe(200);
  });

  test('a token that expires within a second gets none that outlives it', async () => {
    const one = await trustingMachine(gateway);
    // The access token could otherwise expire at the next whole second.
    const exp = Math.floor(Date.now() / 1000) + 1.9;
    const token = await workloadToken(gateway.workloads, one, { exp });
    const { body } = await present(gateway, one.clientId, token);
    expect(body.access_token ? decode(body.access_token).payload.exp : 0).toBeLessThanOrEqual(exp);
    while (Date.now() / 1000 < Math.floor(exp) + 0.1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await present(gateway, one.clientId, token)).toMatchObject(ways[way].error);
  });

  test('a token that is bound to a key is rejected, because nobody checks the key', async () => {
    const one = await trustingMachine(gateway);
    const token = await workloadToken(gateway.workloads, one, { cnf: { jkt: 'x' } });
    const answer = await present(gateway, one.clientId, token);
    expect(answer).toMatchObject(ways[way].error);
    expect(answer.body.error_description).toContain('The claim cnf must be absent');
  });
});
