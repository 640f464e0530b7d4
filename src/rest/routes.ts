import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { CreateServiceAccountDocument } from '../generated/operations.js';

interface Route<Data, Variables> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  operation: TypedDocumentNode<Data, Variables>;
  /** The operation's variables, from the body. */
  variables: (body: Record<string, unknown> | undefined) => Variables;
  /** The envelope's message. */
  message: string;
  /** The envelope's data, with the documented fields in the documented order. */
  data: (result: Data) => Record<string, unknown>;
  /** An answer with a secret in it is not to be stored anywhere. */
  secret?: true;
}

/** Gives each row the types of its own operation. */
const route = <Data, Variables>(row: Route<Data, Variables>) => row as unknown as Route<unknown, Variables>;

/** A root field is null only beside an error, which has been answered by then. */
function answered<T>(field: T | null): T {
  if (field === null) throw new Error('a field is null without an error');
  return field;
}

/** The REST calls, each of which is a GraphQL operation under another name. */
export const routes = [
  route({
    method: 'POST',
    path: '/api/v1/admin/service-account/create',
    operation: CreateServiceAccountDocument,
    variables: (input) => ({ input }),
    message: 'Service account created successfully',
    data: ({ createServiceAccount }) => {
      const { serviceAccount, clientSecret } = answered(createServiceAccount);
      return {
        id: serviceAccount.id,
        name: serviceAccount.name,
        clientId: serviceAccount.clientId,
        clientSecret,
        type: serviceAccount.type.toLowerCase(),
        status: serviceAccount.status.toLowerCase(),
        permissions: serviceAccount.permissions,
        createdAt: serviceAccount.createdAt,
        createdBy: serviceAccount.createdBy,
        tenant: serviceAccount.tenant,
      };
    },
    secret: true,
  }),
];
