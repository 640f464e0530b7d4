import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/**
 * What browsers are told of every answer, errors too. Answers are data: nothing in them may be loaded,
 * run, framed or embedded; the page of the IDE has a policy of its own.
 * @param https whether users reach the gateway by https. Browsers then never try http again, on this name alone
 */
export function securityHeaders(https: boolean): (response: ServerResponse) => void {
  const set = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: https && { maxAge: 365 * 24 * 60 * 60, includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
    // For browsers and plug-ins that are no more.
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    xDnsPrefetchControl: false,
  });
  const headers = collect((response) => set({} as IncomingMessage, response, () => {}));
  return (response) => response.setHeaders(headers);
}

/** They are the same each time, and helmet takes a while to make them. */
function collect(set: (response: ServerResponse) => void): Map<string, string> {
  const headers = new Map<string, string>();
  const setHeader = (name: string, value: string) => headers.set(name, value);
  set({ setHeader, removeHeader: () => {} } as unknown as ServerResponse);
  return headers;
}
