/** The pages and documents that an operator can turn off. */
export interface Available {
  graphqlIde: boolean;
  apiDocs: boolean;
}

interface HomeLink {
  /** The path below the URL of the gateway. */
  path: string;
  name: string;
  text: string;
  /** The setting without which the path does not exist. */
  needs?: keyof Available;
}

/** The links of the home page, in their order. */
const links: readonly HomeLink[] = [
  {
    path: 'graphql',
    name: 'GraphiQL',
    text: 'Explore and try the GraphQL API.',
    needs: 'graphqlIde',
  },
  {
    path: 'docs',
    name: 'API reference',
    text: 'Read about the REST API and try it.',
    needs: 'apiDocs',
  },
  {
    path: 'openapi.json',
    name: 'OpenAPI document',
    text: 'Generate a client of the REST API.',
    needs: 'apiDocs',
  },
  {
    path: 'oauth2/.well-known/openid-configuration',
    name: 'OAuth 2.0 discovery document',
    text: 'Find the endpoints and the keys of access tokens.',
  },
  {
    path: 'healthz',
    name: 'Liveness',
    text: 'See whether the gateway responds.',
  },
  {
    path: 'readyz',
    name: 'Readiness',
    text: 'See whether the gateway can do its work.',
  },
];

/** Returns the links to what exists on this gateway. */
export const availableLinks = (available: Available): HomeLink[] =>
  links.filter(({ needs }) => !needs || available[needs]);
