import { generateKeyPairSync } from 'node:crypto';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { pino } from 'pino';
import type { SigningKey } from '../../../src/api/oauth/keys/key-set.js';
import { createTokenSigner } from '../../../src/api/oauth/tokens/token-signer.js';
import { AppError } from '../../../src/platform/errors.js';

/** The built signer. The thread runs a compiled program, which does not exist beside the sources. */
const built: typeof import('../../../src/api/oauth/tokens/token-signer.js') = await import(
  resolve('dist/src/api/oauth/tokens/token-signer.js')
);

const createKey = (kid: string): SigningKey => ({
  kid,
  algorithm: 'ES256',
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
});
const keys = [createKey('one'), createKey('two')] as const;
const silent = pino({ enabled: false });
const numbers = Array.from({ length: 20 }, (_, index) => index);

/** Signs a token for each number. @returns the numbers in the tokens, whose signatures were verified, and their keys */
const signMany = ({ sign }: ReturnType<typeof createTokenSigner>) =>
  Promise.all(
    numbers.map(async (number) => {
      const token = await sign({ number });
      const { kid } = decodeProtectedHeader(token);
      const key = keys.find((one) => one.kid === kid) as SigningKey;
      return { number: (await jwtVerify(token, key.publicKey, { typ: 'at+jwt' })).payload.number, kid };
    }),
  );

const signedBy = (kid: string) => numbers.map((number) => ({ number, kid }));

test('each caller gets its own token, also while the key changes', async () => {
  let turn = 0;
  const signer = built.createTokenSigner({ current: () => keys[turn++ % 2] as SigningKey }, silent);
  for (let round = 0; round < 50; round++) {
    const rounds = await Promise.all([
      signMany(signer),
      new Promise(setImmediate).then(() => signMany(signer)),
    ]);
    expect(rounds).toEqual([signedBy('one'), signedBy('two')]);
  }
  await signer.close();
});

test('tokens are signed without the thread when it ends', async () => {
  const signer = built.createTokenSigner({ current: () => keys[0] }, silent);
  for (let round = 0; round < 50; round++) expect(await signMany(signer)).toEqual(signedBy('one'));
  const signing = signMany(signer);
  // The signer has just sent these tokens to the thread when this runs.
  setImmediate(signer.close);
  expect(await signing).toEqual(signedBy('one'));
  expect(await signMany(signer)).toEqual(signedBy('one'));
});

test('tokens are signed without the thread when it cannot start', async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line) => lines.push(line) });
  const signer = createTokenSigner({ current: () => keys[0] }, log);
  while (lines.length === 0) expect(await signMany(signer)).toEqual(signedBy('one'));
  expect(await signMany(signer)).toEqual(signedBy('one'));
  expect(lines).toEqual([expect.stringContaining('The thread that signs access tokens has failed')]);
});

test('without a key that can sign, each token is refused', async () => {
  const current = () => {
    throw new AppError('SERVICE_UNAVAILABLE');
  };
  const signer = createTokenSigner({ current }, silent);
  const results = await Promise.allSettled(numbers.map((number) => signer.sign({ number })));
  expect(results.map((result) => result.status === 'rejected' && result.reason.code)).toEqual(
    numbers.map(() => 'SERVICE_UNAVAILABLE'),
  );
});
