import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/**
 * What browsers are told of every answer, errors too. Answers are data: nothing in them may be loaded,
 * run, framed or embedded; the page of the IDE has a policy of its own.
 * @param https whether users reach the gateway by https. Browsers then never try http again, on this name alone
 */
export function securityHeaders(https: boolean): SecurityHeaders {
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
  const all = collect((response) => set({} as IncomingMessage, response, () => {}));
  const ofMachines = new Map([...all].filter(([name]) => forMachines.test(name)));
  return {
    set: (response) => response.setHeaders(all),
    setForMachines: (response) => response.setHeaders(ofMachines),
  };
}

interface SecurityHeaders {
  set(response: ServerResponse): void;
  /** Those that matter for JSON that no page asks for. Each header is a hundredth of the time of a token. */
  setForMachines(response: ServerResponse): void;
}

const forMachines = /^(content-security-policy|strict-transport-security|x-content-type-options)$/i;

/** They are the same each time, and helmet takes a while to make them. */
function collect(set: (response: ServerResponse) => void): Map<string, string> {
  const headers = new Map<string, string>();
  const setHeader = (name: string, value: string) => headers.set(name, value);
  set({ setHeader, removeHeader: () => {} } as unknown as ServerResponse);
  return headers;
}
