import { Router } from 'express';
import { AppError, invalidField } from '../../platform/errors.js';
import { readBody } from '../../platform/http/json-body.js';
import { isFromThisMachine, isOfSameOrigin } from '../../platform/http/pages/this-machine.js';
import { requireSingleHeaders } from '../../platform/http/single-headers.js';
import type { OneTimeCodes, Redemption } from './one-time-codes.js';

/** The lifetime in seconds of the access token of a page. It lasts a working day, because a code works only once. */
export const pageTokenLifetime = 8 * 60 * 60;

/** The path of the exchange, below the URL of the gateway. */
export const exchangePath = 'development-token';

const refusals: Record<Exclude<Redemption, 'redeemed'>, string> = {
  used: 'The code has already been used, and it works only once',
  unknown: 'The code is not valid',
};

/**
 * Exchanges the one-time code of a URL that the gateway printed for an access token. Whoever only reaches the gateway,
 * for example through a tunnel, has no code. The code comes in the body, so no log and no `Referer` header contains it,
 * and a form of another site cannot send it.
 * @param createToken creates an access token of development mode
 */
export function createTokenExchange(codes: OneTimeCodes, createToken: () => Promise<string>): Router {
  const router = Router();
  router.use(requireSingleHeaders);
  router.post('/', async (request, response) => {
    if (!isFromThisMachine(request) || !isOfSameOrigin(request))
      throw new AppError('FORBIDDEN', {
        message: 'Only a page of this gateway on this machine gets a token',
      });
    const redemption = codes.redeem(codeIn(await readBody(request, response)));
    if (redemption !== 'redeemed')
      throw new AppError('FORBIDDEN', { message: refusals[redemption], details: { reason: redemption } });
    response.set('cache-control', 'no-store').json({ token: await createToken() });
  });
  router.all('/', () => {
    throw new AppError('METHOD_NOT_ALLOWED', { headers: { allow: 'POST' } });
  });
  return router;
}

/** Returns the code in a body, which contains nothing else. @throws AppError BAD_USER_INPUT */
function codeIn(body: Record<string, unknown> = {}): string {
  const { code, ...others } = body;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalidField(unknown, 'is not a known field');
  if (typeof code !== 'string') throw invalidField('code', 'must be a string');
  return code;
}
