import { developmentTenant } from '../platform/auth/development.js';

/**
 * Returns the text that `npm start` prints. Only development mode without a realms file has an access token to print.
 * @param isTrial whether the gateway runs in development mode with a realms file
 */
export function banner(
  url: string,
  { ide, docs, token, isTrial = false }: { ide: boolean; docs: boolean; token?: string; isTrial?: boolean },
): string {
  const urls = [
    `  GraphQL   ${url}/graphql${ide ? '   (open in a browser to explore the schema)' : ''}`,
    `  REST      ${url}/api/v1/admin/service-account/create`,
    `  OAuth     ${url}/oauth2/token`,
    `            ${url}/oauth2/.well-known/openid-configuration`,
    ...(docs ? [`  API docs  ${url}/docs   (open in a browser to try the REST API)`] : []),
    `  Health    ${url}/healthz, ${url}/readyz`,
  ];
  const lines = ['', 'service-account-gateway is ready.', '', ...urls, ''];
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
