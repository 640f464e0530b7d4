import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * What browsers are told of every answer, errors too. Answers are data: nothing in them may be loaded,
 * run, framed or embedded; the page of the IDE has a policy of its own.
 * @param https whether users reach the gateway by https. Browsers then never try http again, on this name alone
 */
export const securityHeaders = (https: boolean): RequestHandler =>
  helmet({
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
