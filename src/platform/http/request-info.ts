import type { IncomingMessage } from 'node:http';
import { readable } from '../readable.js';

/** The origin of a request, for the audit log. */
export interface RequestInfo {
  requestId: string;
  ip: string | null;
  userAgent: string | null;
}

/** Describes a request for the audit log. */
export const describeRequest = ({ requestId, clientAddress, headers }: IncomingMessage): RequestInfo => ({
  requestId,
  ip: clientAddress,
  userAgent: readable(headers['user-agent'] ?? '', 255) || null,
});
