import type { Input, Operation } from './calls.js';

/** An account without its version and its secrets, in the form of the audit log. */
export interface Snapshot {
  name: string;
  description: string | null;
  owner: string | null;
  contact: string | null;
  labels: Record<string, string>;
  permissions: string[];
  status: string;
  expiresAt: string | null;
  tokenLifetimeSeconds: number | null;
  ipAllowlist: string[] | null;
}

type Label = { key: string; value: string };
const toRecord = (labels: Label[]) => Object.fromEntries(labels.map(({ key, value }) => [key, value]));

/** Returns the fields of the snapshot that an operation sets when it succeeds. */
export const sets: Record<Operation, (input: Input) => Partial<Snapshot>> = {
  create: ({ permissions = ['api:read', 'api:write'], labels = [], ...input }) => ({
    description: null,
    owner: null,
    contact: null,
    expiresAt: null,
    tokenLifetimeSeconds: null,
    ipAllowlist: null,
    status: 'active',
    ...(input as Partial<Snapshot>),
    labels: toRecord(labels as Label[]),
    permissions: (permissions as string[]).toSorted(),
  }),
  update: ({ id: _id, expectedVersion: _version, labels, ...input }) => ({
    ...(input as Partial<Snapshot>),
    ...(labels !== undefined && { labels: toRecord(labels as Label[]) }),
  }),
  setPermissions: ({ permissions }) => ({ permissions: (permissions as string[]).toSorted() }),
  disable: () => ({ status: 'disabled' }),
  enable: () => ({ status: 'active' }),
  delete: () => ({ status: 'deleted' }),
  restore: () => ({ status: 'disabled' }),
  rotate: () => ({}),
  createSecret: () => ({}),
  revoke: () => ({}),
};

/** Returns the fields of the snapshot that an answer contains. */
export function snapshotIn(account: Input): Partial<Snapshot> {
  const names = [
    'name',
    'description',
    'owner',
    'contact',
    'labels',
    'permissions',
    'status',
    'expiresAt',
    'tokenLifetimeSeconds',
    'ipAllowlist',
  ];
  const entries = names.filter((name) => account[name] !== undefined).map((name) => [name, account[name]]);
  const snapshot = Object.fromEntries(entries);
  return { ...snapshot, ...(snapshot.labels && { labels: toRecord(snapshot.labels) }) };
}

/** The action of the audit event of each operation. */
export const actionOf: Record<Operation, string> = {
  create: 'service_account.create',
  update: 'service_account.update',
  setPermissions: 'service_account.set_permissions',
  disable: 'service_account.disable',
  enable: 'service_account.enable',
  delete: 'service_account.delete',
  restore: 'service_account.restore',
  rotate: 'service_account.rotate_secret',
  createSecret: 'service_account.create_secret',
  revoke: 'service_account.revoke_secret',
};
