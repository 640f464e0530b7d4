/**
 * Returns the initial content of the header editor. JSON has no comments, so the optional header is there without a
 * value. script.ts does not send headers without a value, and fills in the token of development mode.
 */
export const headersFor = (tenant = '') => ({
  authorization: 'Bearer <token>',
  'x-tenantid': tenant,
  realmname: '',
});

/**
 * Returns the operations that GraphiQL shows on the first visit. Each has its own tab, because GraphiQL asks which
 * operation to run if a tab has several. The user can run them immediately, because they need no variables. Comments
 * have at most 32 columns, which a phone shows. They do not say where a pane is, because the panes of a phone are tabs.
 */
export const tour = (isDevelopmentMode: boolean): string[] => [
  `# Press the play button (with a
# keyboard: Ctrl-Enter).
# This creates a service account
# in the tenant that the header
# x-tenantid names.
#
${isDevelopmentMode ? filledIn : toFillIn}

mutation CreateServiceAccount {
  # All fields of the input are
  # optional. The docs, and with
  # a keyboard Ctrl-Space, list
  # them.
  createServiceAccount(
    input: { description: "Created in GraphiQL" }
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
    # Store the secret: it is
    # shown only once.
    clientSecret
  }
}
`,
  `# List the newest service
# accounts and their secrets,
# without the values. For the
# next page, send endCursor as
# "after". The docs list the
# fields of "filter".

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
  `# Show the caller: the person in
# the access token, with its
# roles in each tenant. Then
# show the tenant that the
# header x-tenantid names.

query WhoAmI {
  viewer {
    id
    name
    email
    realm
    tenantRoles {
      tenant {
        id
        name
      }
      roles
      # What the roles allow.
      allowedOperations
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

const filledIn = `# The URL that npm start prints
# opens this page with a token
# and a tenant in the headers.`;

const toFillIn = `# First fill in the headers: an
# access token, and the ID of a
# tenant that the token names.`;
