/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** All of it may be left out. */
export type CreateServiceAccountInput = {
  /** What the account is for, up to 1000 characters. */
  description?: string | null | undefined;
  /** From when on the account cannot sign in. In the future. */
  expiresAt?: string | null | undefined;
  /** Up to 32 labels, each key once. */
  labels?: Array<LabelInput> | null | undefined;
  /** 1 to 100 characters. Left out, it is `service-account-` and the time, YYYYMMDDHHmmss in UTC. */
  name?: string | null | undefined;
  /** The team or person that answers for it, up to 255 characters. */
  owner?: string | null | undefined;
  /** Names from the catalogue. Left out, the defaults are granted; an empty list grants nothing. */
  permissions?: Array<string> | null | undefined;
};

/** A key and its value. */
export type LabelInput = {
  /** 1 to 63 letters, digits, dots, dashes, slashes or underscores, first and last no sign. */
  key: string;
  /** Up to 255 characters. */
  value: string;
};

/** The kind of account. */
export type ServiceAccountKind =
  /** An account for a machine, not for a person. */
  | 'SERVICE_ACCOUNT';

/** Where an account is in its life. Being expired is not a status: see `expired`. */
export type ServiceAccountStatus =
  /** The account can sign in. */
  | 'ACTIVE'
  /** The account is gone. It can be restored for 30 days. */
  | 'DELETED'
  /** The account cannot sign in until it is enabled again. */
  | 'DISABLED';

export type CreateServiceAccountMutationVariables = Exact<{
  input?: CreateServiceAccountInput | null | undefined;
}>;


export type CreateServiceAccountMutation = { createServiceAccount: { clientSecret: string, serviceAccount: { id: string, name: string, clientId: string, type: ServiceAccountKind, status: ServiceAccountStatus, permissions: Array<string>, createdAt: Date, createdBy: { id: string, name: string | null, email: string | null }, tenant: { id: string, name: string } } } | null };


export const CreateServiceAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateServiceAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateServiceAccountInput"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createServiceAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"serviceAccount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"clientId"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"permissions"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"email"}}]}},{"kind":"Field","name":{"kind":"Name","value":"tenant"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"clientSecret"}}]}}]}}]} as unknown as DocumentNode<CreateServiceAccountMutation, CreateServiceAccountMutationVariables>;