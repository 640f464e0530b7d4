import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

const wrong: [string, string][] = [
  ['2099-12-31T23:59:60Z', 'must not be a leap second, which is not supported; use the second after it'],
  [
    '2099-12-31T23:59:60.5+01:00',
    'must not be a leap second, which is not supported; use the second after it',
  ],
  ['2099-12-31T23:59:61Z', 'must have seconds from 00 to 59'],
  ['2099-12-31T23:60:00Z', 'must have minutes from 00 to 59'],
  ['2099-12-31T24:00:00Z', 'must have an hour from 00 to 23; midnight is 00:00:00 of the next day'],
  ['2099-12-31T25:00:00Z', 'must have an hour from 00 to 23'],
  ['2099-02-30T00:00:00Z', 'must be a day that exists in its month'],
  ['2099-02-29T00:00:00Z', 'must be a day that exists in its month'],
  ['2100-02-29T00:00:00Z', 'must be a day that exists in its month'],
  ['2099-04-31T00:00:00Z', 'must be a day that exists in its month'],
  ['2099-01-32T00:00:00Z', 'must have a day from 01 to 31'],
  ['2099-01-00T00:00:00Z', 'must have a day from 01 to 31'],
  ['2099-13-01T00:00:00Z', 'must have a month from 01 to 12'],
  ['2099-00-01T00:00:00Z', 'must have a month from 01 to 12'],
  ['2099-12-31T00:00:00', 'must end with a time zone: Z for UTC, or an offset such as +01:00'],
  ['2099-12-31T00:00:00.123', 'must end with a time zone: Z for UTC, or an offset such as +01:00'],
  ['2099-12-31T00:00:00+0100', 'must have an offset with hours and minutes, such as +01:00'],
  ['2099-12-31T00:00:00-01', 'must have an offset with hours and minutes, such as +01:00'],
  ['2099-12-31T00:00:00+24:00', 'must have an offset from -23:59 to +23:59'],
  ['2099-12-31T00:00:00+01:60', 'must have an offset from -23:59 to +23:59'],
  ['2099-12-31T00:00:00 Z', 'must not have a space before the time zone'],
  ['2099-12-31 00:00:00Z', 'must have a T between the date and the time'],
  ['2099-12-31_00:00:00Z', 'must have a T between the date and the time'],
  ['2099-12-31T00:00Z', 'must have seconds, such as 2027-12-31T00:00:00Z'],
  ['2099-12-31T00:00', 'must have seconds, such as 2027-12-31T00:00:00Z'],
  ['2099-12-31', 'must have a time of day and a time zone after the date, such as 2027-12-31T00:00:00Z'],
  ['2099-12-31T00:00:00,5Z', 'must have a period, not a comma, before the fraction of a second'],
  ['2099-12-31T00:00:00.Z', 'must have digits after the period'],
  ['10000-01-01T00:00:00Z', 'must have a year of four digits'],
  ['999-01-01T00:00:00Z', 'must have a year of four digits'],
  ['+010000-01-01T00:00:00Z', 'must have a year of four digits, without a sign'],
  [' 2099-12-31T00:00:00Z', 'must not start or end with a space'],
  ['2099-12-31T00:00:00Z\n', 'must not start or end with a space'],
  ['', 'must be a date and time with a time zone, such as 2027-12-31T00:00:00Z'],
  ['tomorrow', 'must be a date and time with a time zone, such as 2027-12-31T00:00:00Z'],
  ['20991231T000000Z', 'must be a date and time with a time zone, such as 2027-12-31T00:00:00Z'],
  ['31.12.2099', 'must be a date and time with a time zone, such as 2027-12-31T00:00:00Z'],
  ['4102444800', 'must be a date and time with a time zone, such as 2027-12-31T00:00:00Z'],
  ['2099-12-31T00:00:00 Europe/Berlin', 'must not have a space before the time zone'],
  ['2099-12-31T00:00:00Z[UTC]', 'must be a date and time with a time zone, such as 2027-12-31T00:00:00Z'],
];

const create = `mutation ($input: CreateServiceAccountInput) {
  createServiceAccount(input: $input) { serviceAccount { expiresAt } }
}`;

test.each(wrong)('a variable of %j %s', async (expiresAt, fault) => {
  const { status, body } = await admin.graphql(create, { input: { expiresAt } });
  expect([status, body.errors[0].message]).toEqual([400, `expiresAt: ${fault}`]);
});

test.each(wrong)('a literal of %j %s', async (expiresAt, fault) => {
  const document = `mutation { createServiceAccount(input: { expiresAt: ${JSON.stringify(expiresAt)} }) { clientSecret } }`;
  const { status, body } = await admin.graphql(document);
  expect([status, body.errors[0].message]).toEqual([400, `DateTime: ${fault}`]);
  expect(body.errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
});

test.each(wrong)('a REST body with %j %s', async (expiresAt, fault) => {
  const { status, body } = await gateway.create(admin.headers, { expiresAt });
  expect([status, body.message]).toEqual([400, `expiresAt: ${fault}`]);
});

test.each(wrong)('a query parameter of %j %s', async (createdAfter, fault) => {
  const { status, body } = await admin.rest('GET', `?${new URLSearchParams({ createdAfter })}`);
  expect([status, body.message]).toEqual([400, `createdAfter: ${fault}`]);
});

test.each([5, true, {}, ['2099-12-31T00:00:00Z']])(
  'a variable that is no text is reported: %j',
  async (expiresAt) => {
    const { body } = await admin.graphql(create, { input: { expiresAt } });
    expect(body.errors[0].message).toBe(
      'expiresAt: must be a string with a date and time, such as 2027-12-31T00:00:00Z',
    );
  },
);

test.each(['5', 'true', 'TOMORROW'])('a literal that is no text is reported: %s', async (literal) => {
  const document = `mutation { createServiceAccount(input: { expiresAt: ${literal} }) { clientSecret } }`;
  const { status, body } = await admin.graphql(document);
  expect([status, body.errors[0].message]).toEqual([
    400,
    'DateTime: must be a string with a date and time, such as 2027-12-31T00:00:00Z',
  ]);
});

test.each([
  ['2099-12-31T23:59:59Z', '2099-12-31T23:59:59.000Z'],
  ['2099-12-31t23:59:59z', '2099-12-31T23:59:59.000Z'],
  ['2099-12-31T23:59:59+01:00', '2099-12-31T22:59:59.000Z'],
  ['2099-12-31T23:59:59-00:00', '2099-12-31T23:59:59.000Z'], // an unknown local offset (RFC 3339, section 4.3)
  ['2099-12-31T23:59:59-23:59', '2100-01-01T23:58:59.000Z'],
  ['2099-12-31T23:59:59.1Z', '2099-12-31T23:59:59.100Z'],
  ['2099-12-31T23:59:59.123999999Z', '2099-12-31T23:59:59.123Z'],
  ['2096-02-29T00:00:00Z', '2096-02-29T00:00:00.000Z'],
  ['2400-02-29T00:00:00Z', '2400-02-29T00:00:00.000Z'],
])('%s is %s', async (expiresAt, shown) => {
  expect((await admin.run(create, { input: { expiresAt } })).createServiceAccount.serviceAccount).toEqual({
    expiresAt: shown,
  });
});

test.each(['0000-01-01T00:00:00Z', '0000-01-01T00:00:00+23:59', '9999-12-31T23:59:59-23:59'])(
  'a filter can have any time: %s',
  async (createdAfter) => {
    expect((await admin.rest('GET', `?${new URLSearchParams({ createdAfter })}`)).status).toBe(200);
  },
);
