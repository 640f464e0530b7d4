import fc from 'fast-check';
import type { Model } from './account.js';
import { asked } from './asked.js';
import type { Door } from './calls.js';
import { OwnChange } from './own-change.js';
import { OwnCreate } from './own-create.js';
import type { Change } from './own-rules.js';
import { SharedChange } from './shared-change.js';
import type { Client } from './site.js';

type Command = fc.AsyncCommand<Model, Client>;

const changes = Object.keys(asked).filter((name): name is Change => name !== 'create');
/** What makes a secret takes an idempotency key. */
const keyed = ['create', 'rotate', 'createSecret'];

const doors = (operation: string) =>
  fc.constantFrom<Door | 'both'>(
    'graphql',
    'rest',
    ...(keyed.includes(operation) ? (['both'] as const) : []),
  );

/** Mostly the first account, so that much happens to it. */
const which = fc.oneof(fc.constant(0), fc.nat({ max: 9 }));
const createOwn = fc
  .tuple(asked.create, doors('create'))
  .map(([wanted, door]): Command => new OwnCreate(wanted, door));
const changeOwn = (operation: Change) =>
  fc
    .tuple(asked[operation], which, doors(operation))
    .map(([wanted, number, door]): Command => new OwnChange(operation, wanted, number, door));
const changeShared = fc
  .constantFrom(...changes)
  .chain((operation) =>
    fc
      .tuple(asked[operation], which, doors(operation))
      .map(([wanted, number, door]): Command => new SharedChange(operation, wanted, number, door)),
  );

/** What one client does: mostly to accounts of its own, of which it makes some first. */
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
