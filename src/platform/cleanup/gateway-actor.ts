import { v7 as uuid } from 'uuid';
import type { Actor } from '../audit/insert-events.js';

/**
 * Returns the gateway as the actor that removes accounts and parts of the audit log. The realm is empty, which no realm
 * in the realms file can be.
 */
export const gatewayActor = (): Actor => ({
  realm: '',
  id: 'service-account-gateway',
  name: null,
  email: null,
  requestId: uuid(),
  ip: null,
  userAgent: null,
});
