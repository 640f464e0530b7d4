import { developmentTenant } from '../platform/auth/development.js';

interface Running {
  /** Whether the gateway serves GraphiQL. */
  ide: boolean;
  /** Whether the gateway serves the API reference. */
  docs: boolean;
  /** An access token of development mode. */
  token?: string;
  /** The one-time codes with which the pages get an access token of development mode. */
  codes?: { ide: string; docs: string };
  /** Whether the gateway runs in development mode with a realms file. */
  isTrial?: boolean;
}

/** Returns the text that `npm start` prints. Only development mode without a realms file has access tokens. */
export function banner(url: string, { ide, docs, token, codes, isTrial = false }: Running): string {
  const withCode = (path: string, code?: string) => `${url}/${path}${code ? `#code=${code}` : ''}`;
  const pages = [
    ...(ide ? [`  GraphiQL  ${withCode('graphql', codes?.ide)}`] : []),
    ...(docs ? [`  API docs  ${withCode('docs', codes?.docs)}`] : []),
  ];
  const urls = [
    `  GraphQL   ${url}/graphql`,
    `  REST      ${url}/api/v1/admin/service-account/create`,
    `  OAuth     ${url}/oauth2/token`,
    `            ${url}/oauth2/.well-known/openid-configuration`,
    `  Health    ${url}/healthz, ${url}/readyz`,
  ];
  const lines = ['', 'service-account-gateway is ready.', '', ...urls, ''];
  if (pages.length > 0) {
    const once = codes ? ' Each URL gets its page an access token, once.' : '';
    lines.push(`To try the APIs, open these pages in a browser.${once}`, '', ...pages, '');
  }
  if (token) {
    lines.push(
      'The gateway runs in development mode. To create a service account, run this command.',
      'Its access token has the role tenant_admin and expires in 15 minutes.',
      '',
      'curl --request POST \\',
      `  --url '${url}/api/v1/admin/service-account/create' \\`,
      "  --header 'accept: application/json' \\",
      `  --header 'authorization: Bearer ${token}' \\`,
      `  --header 'x-tenantid: ${developmentTenant.id}'`,
      '',
      'The response contains clientId and clientSecret. With them, a machine gets an access token:',
      '',
      'curl --user CLIENT_ID:CLIENT_SECRET \\',
      `  --data grant_type=client_credentials '${url}/oauth2/token'`,
      '',
      'To print another access token for an administrator: npm run --silent token -- --role super_admin',
      '',
    );
  }
  if (isTrial) {
    lines.push(
      'The gateway runs in development mode, with the identity providers in REALMS_FILE.',
      'To see what it makes of an access token, run this command with the same environment variables:',
      '',
      'npm run --silent check-token -- TOKEN',
      '',
    );
  }
  return lines.join('\n');
}
