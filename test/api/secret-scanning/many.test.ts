import { expect, test } from '@jest/globals';
import { generateSecret } from '../../../src/features/service-accounts/secrets/secret.js';
import { startCountingGateway } from '../../harness/counting-gateway.js';
import { machine } from '../oauth/machine.js';
import { ended, scan } from './scanner.js';

test('invented secrets cost a statement for all of them, so that they do not delay real ones', async () => {
  const gateway = await startCountingGateway({ SECRET_SCANNING: 'on' });
  const one = await machine(gateway);
  const invented = Array.from({ length: 99 }, () => ({ token: generateSecret() }));
  gateway.statements.count = 0;
  await scan(gateway, [...invented, { token: one.clientSecret }]);
  await ended(gateway, one);
  // One finds the secrets that exist, and one ends the only one.
  expect(gateway.statements.count).toBe(2);
  await gateway.close();
});
