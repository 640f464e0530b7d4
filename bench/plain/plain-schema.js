/** The part of the gateway's schema that the benchmark uses. */
export const typeDefs = `
type Person { realm: String! id: String! name: String email: String }
type Tenant { id: ID! name: String! }
type Label { key: String! value: String! }
type ServiceAccount {
  id: ID!
  name: String!
  description: String
  owner: String
  labels: [Label!]!
  clientId: String!
  type: String!
  status: String!
  permissions: [String!]!
  createdAt: String!
  createdBy: Person!
  updatedAt: String!
  lastUsedAt: String
  expiresAt: String
  version: Int!
  tenant: Tenant!
}
type PageInfo { hasNextPage: Boolean! endCursor: String }
type ServiceAccounts { nodes: [ServiceAccount!]! pageInfo: PageInfo! }
type CreateServiceAccountPayload { serviceAccount: ServiceAccount! clientSecret: String! }
input CreateServiceAccountInput { name: String }
type Query { serviceAccounts(first: Int = 50): ServiceAccounts! }
type Mutation { createServiceAccount(input: CreateServiceAccountInput): CreateServiceAccountPayload }
`;
