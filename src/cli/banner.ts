import { developmentTenant } from '../platform/auth/development.js';

/** Returns the text that `npm start` prints for people. Only development mode has a token to show. */
export function banner(
  url: string,
  { ide, docs, token }: { ide: boolean; docs: boolean; token?: string },
): string {
  const urls = [
    `  GraphQL   ${url}/graphql${ide ? '   (open it in a browser to explore the schema)' : ''}`,
    `  REST      ${url}/api/v1/admin/service-account/create`,
    `  Tokens    ${url}/oauth2/token, and ${url}/oauth2/.well-known/openid-configuration`,
    ...(docs ? [`  API docs  ${url}/docs   (open it in a browser to try the REST calls)`] : []),
    `  Health    ${url}/healthz, ${url}/readyz`,
  ];
  const lines = ['', 'service-account-gateway is ready.', '', ...urls, ''];
  if (token) {
    lines.push(
      'Development mode: this token is good for 15 minutes. Paste this to create a service account:',
      '',
      'curl --request POST \\',
      `  --url '${url}/api/v1/admin/service-account/create' \\`,
      "  --header 'accept: application/json' \\",
      `  --header 'authorization: Bearer ${token}' \\`,
      `  --header 'x-tenantid: ${developmentTenant.id}'`,
      '',
      'The answer has a clientId and a clientSecret. With them a machine gets its access token:',
      '',
      'curl --user CLIENT_ID:CLIENT_SECRET \\',
      `  --data grant_type=client_credentials '${url}/oauth2/token'`,
      '',
      'For another token of an administrator: npm run --silent token -- --role super_admin',
      '',
    );
  }
  return lines.join('\n');
}
