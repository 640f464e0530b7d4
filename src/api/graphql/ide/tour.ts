import type { Credentials } from '../../../platform/http/pages/this-machine.js';

/** Shows a person without credentials what to fill in. */
const toBeFilledIn = { token: '<token>', tenant: '' };

/** Returns what the header editor starts with. */
export const headersFor = ({ token, tenant }: Credentials = toBeFilledIn) => ({
  authorization: `Bearer ${token}`,
  'x-tenantid': tenant,
});

/**
 * Returns the operations that a first visit finds: one to a tab, since GraphiQL asks which one to run where a tab has
 * several. They need no variables, so that pressing play works at once. Lines are as short as the editor is narrow.
 */
export const tour = ({ hasToken }: { hasToken: boolean }): string[] => [
  `# Press play (or Ctrl-Enter): this creates a service
# account in the tenant of the x-tenantid header.
#
${hasToken ? filledIn : toFillIn}

mutation CreateServiceAccount {
  # All input is optional. Ctrl-Space between the
  # braces shows what there is.
  createServiceAccount(
    input: { description: "Made in GraphiQL" }
  ) {
    serviceAccount {
      id
      name
      clientId
      type
      status
      permissions
      createdAt
      createdBy {
        id
        name
        email
      }
      tenant {
        id
        name
      }
    }
    # Shown here, this once: only a hash is kept.
    clientSecret
  }
}
`,
  `# The newest accounts with what is known of their
# secrets. For the next page give endCursor to "after";
# Ctrl-Space in "filter" shows what can be asked for.

query ListServiceAccounts {
  serviceAccounts(
    first: 10
    filter: { status: [ACTIVE, DISABLED] }
  ) {
    totalCount
    nodes {
      id
      name
      clientId
      status
      permissions
      lastUsedAt
      secrets {
        id
        hint
        createdAt
        expiresAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  `# Who the token in the headers stands for, and the
# tenant of the x-tenantid header.

query WhoAmI {
  viewer {
    id
    name
    email
    realm
    roles
    # The queries and mutations for these roles.
    allowedOperations
    tenants {
      id
      name
    }
  }
  tenant {
    id
    name
    status
    serviceAccountLimit
    serviceAccountCount
    remaining
  }
}
`,
];

const filledIn = `# The headers below are filled in. When their token has
# expired, reload the page for a fresh one.`;

const toFillIn = `# First fill in the headers below: a token, and the id
# of a tenant that it names.`;
