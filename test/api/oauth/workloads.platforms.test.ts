import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import type { Gateway } from '../../harness/gateway.js';
import { issuer as ownIssuer } from './assertions.js';
import { type IssuerName, issuerNames } from './issuer-shapes.js';
import { decode, type Machine, machine } from './machine.js';
import { type Platform, startPlatforms, startTrusting } from './platforms.js';
import { addTrust, wayNames, ways } from './workloads.js';

let platforms: Platform[];
let gateway: Gateway;
beforeAll(async () => {
  platforms = await startPlatforms();
  gateway = await startTrusting(platforms);
});
afterAll(async () => {
  await gateway.close();
  await Promise.all(platforms.map((platform) => platform.close()));
});

interface Case {
  /** What an administrator would require of a workload of the platform. */
  trust: { subject: string; audience?: string; claims?: { name: string; value: string }[] };
  /** The claims of another workload on the platform, which must not become the account. */
  other: JWTPayload;
}

const cases: Record<IssuerName, Case> = {
  github: {
    trust: {
      subject: 'repo:acme@123456/shop@456789:environment:production',
      claims: [
        { name: 'repository_owner_id', value: '123456' },
        { name: 'runner_environment', value: 'github-hosted' },
      ],
    },
    // Another owner has registered the name of an organization that was deleted.
    other: { repository_owner_id: '123457' },
  },
  gitlab: {
    trust: {
      subject: 'project_path:acme/shop:ref_type:branch:ref:main',
      claims: [
        { name: 'project_id', value: '20' },
        { name: 'ref_protected', value: 'true' },
        { name: 'runner_id', value: '1' },
      ],
    },
    other: { ref_protected: 'false' },
  },
  kubernetes: {
    trust: {
      subject: 'system:serviceaccount:shop:orders',
      claims: [
        { name: '/kubernetes.io/namespace', value: 'shop' },
        { name: '/kubernetes.io/serviceaccount/uid', value: '14ee3fa4-a7e2-420f-9f9a-dbc4507c3798' },
      ],
    },
    // The service account was deleted, and another one has its name.
    other: { 'kubernetes.io': { namespace: 'shop', serviceaccount: { name: 'orders', uid: 'another' } } },
  },
  google: {
    trust: {
      subject: '112233445566778899000',
      claims: [
        { name: 'email_verified', value: 'true' },
        { name: '/google/compute_engine/project_id', value: 'acme-prod' },
      ],
    },
    other: { google: { compute_engine: { project_id: 'acme-test' } } },
  },
  azure: {
    trust: {
      subject: '9f1c7a54-0e2b-4c7d-a3b8-51d6e4f0c913',
      // Entra ID issues tokens only for an application that is registered there.
      audience: 'd6c1f9b2-7a43-4e0d-9c58-3b2e8f1a0d67',
      claims: [{ name: 'tid', value: '3c8f0f6e-7d1c-4a52-9b6e-2f8d1a7c5e04' }],
    },
    other: { sub: '00000000-0e2b-4c7d-a3b8-51d6e4f0c913' },
  },
  spire: {
    trust: { subject: 'spiffe://example.org/ns/shop/sa/orders' },
    other: { sub: 'spiffe://example.org/ns/shop/sa/orders/' },
  },
};

describe.each(issuerNames)('a workload of %s', (name) => {
  const { trust, other } = cases[name];
  const { audience = ownIssuer } = trust;
  let one: Machine;
  let trustId: string;
  let platform: Platform;
  beforeAll(async () => {
    platform = platforms.find((each) => each.name === name) as Platform;
    one = await machine(gateway);
    trustId = await addTrust(one, { issuer: name, ...trust });
  });

  describe.each(wayNames)('with a %s', (way) => {
    const { present, error } = ways[way];

    test('gets an access token', async () => {
      const { status, body } = await present(gateway, one.clientId, await platform.sign(audience));
      expect({ status, body }).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
      expect(decode(body.access_token).payload).toMatchObject({ sub: one.id, credential_id: trustId });
    });

    test('gets nothing with a token for another service', async () => {
      const token = await platform.sign('https://vault.example.com');
      expect(await present(gateway, one.clientId, token)).toMatchObject(error);
    });

    test('is not another workload of the platform', async () => {
      const token = await platform.sign(audience, other);
      expect(await present(gateway, one.clientId, token)).toMatchObject(error);
    });

    test('is not the workload of another platform with the same claims', async () => {
      const another = platforms.find((each) => each.name !== name) as Platform;
      const token = await another.sign(audience, { sub: trust.subject });
      expect(await present(gateway, one.clientId, token)).toMatchObject(error);
    });
  });
});
