import type { FindCredential } from '../../features/service-accounts/sign-in/find-credential.js';
import type { CheckSecret } from './client.js';

/** What comes of it is kept with the request: the credential, or why it was refused, which its client is not told. */
export function createCheckSecret(find: FindCredential): CheckSecret {
  return async ({ state }, clientId, secret) => {
    const found = await find(secret);
    const credential = found?.clientId === clientId ? found : undefined;
    const refused = credential ? credential.deadBecause : 'wrong_secret';
    Object.assign(state, refused ? { refused } : { credential });
    return refused === null;
  };
}
