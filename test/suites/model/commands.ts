import fc from 'fast-check';
import type { Model } from './account.js';
import { asked } from './asked.js';
import type { Transport } from './calls.js';
import { OwnChange } from './own-change.js';
import { OwnCreate } from './own-create.js';
import type { Change } from './own-rules.js';
import { SharedChange } from './shared-change.js';
import type { Client } from './site.js';

type Command = fc.AsyncCommand<Model, Client>;

const changes = Object.keys(asked).filter((name): name is Change => name !== 'create');
/** The operations that take an idempotency key, because they create a secret. */
const keyed = ['create', 'rotate', 'createSecret'];

const transports = (operation: string) =>
  fc.constantFrom<Transport | 'both'>(
    'graphql',
    'rest',
    ...(keyed.includes(operation) ? (['both'] as const) : []),
  );

/** The index of an account. Most commands choose the first one, so that much happens to it. */
const which = fc.oneof(fc.constant(0), fc.nat({ max: 9 }));
const createOwn = fc
  .tuple(asked.create, transports('create'))
  .map(([wanted, transport]): Command => new OwnCreate(wanted, transport));
const changeOwn = (operation: Change) =>
  fc
    .tuple(asked[operation], which, transports(operation))
    .map(([wanted, number, transport]): Command => new OwnChange(operation, wanted, number, transport));
const changeShared = fc
  .constantFrom(...changes)
  .chain((operation) =>
    fc
      .tuple(asked[operation], which, transports(operation))
      .map(([wanted, number, transport]): Command => new SharedChange(operation, wanted, number, transport)),
  );

/** Generates the commands of a client, most of which create or change its own accounts. */
export const commands = fc.commands(
  [
    createOwn,
    createOwn,
    createOwn,
    ...[...changes, 'createSecret' as const, 'createSecret' as const].map(changeOwn),
    changeShared,
    changeShared,
    changeShared,
    changeShared,
  ],
  { maxCommands: 40, size: 'max' },
);
