import { types } from 'node:util';
import type { GraphQLSchema } from 'graphql';
import type { IMiddlewareFunction } from 'graphql-middleware';
import type { RecordDenial } from '../../features/audit/record-denial.js';
import type { Context } from '../../platform/context.js';
import { type Access, access, checkAccess } from './access.js';
import { toPublicError } from './masking.js';
import { applyMiddleware, deny, rule, shield } from './shield.js';

/** The function form of what graphql-middleware takes. */
type RootMiddleware = Extract<IMiddlewareFunction<unknown, Context>, (...args: never[]) => unknown>;

export interface RootField extends Access {
  /** As the schema has it. */
  field: string;
}

/** Runs something under a field's access, counts it, and has a denial in it recorded. */
export type Guarded = <T>(
  root: RootField,
  context: Context,
  run: () => T | Promise<T>,
  args?: Arguments,
) => Promise<T>;

/** Those of a root field: of its own, or in the one `input` of a mutation. */
type Arguments = Readonly<Record<string, unknown>> & { input?: Readonly<Record<string, unknown>> | null };

export function createGuarded(recordDenial: RecordDenial): Guarded {
  const record = async ({ action, scope }: Access, context: Context, about: unknown) => {
    if (!context.caller) return;
    const tenant = scope === 'tenant' ? (context.tenantHeader?.toLowerCase() ?? null) : null;
    await recordDenial({ caller: context.caller, action, tenant, thing: nameOf(about), request: context });
  };
  return async (root, context, run, args = {}) => {
    const start = performance.now();
    const count = (code: string) =>
      context.metrics.field(root.field, code, (performance.now() - start) / 1000);
    try {
      const answer = await run();
      count('OK');
      const denied = deniedIn(answer);
      if (denied) await record(root, context, denied.id);
      return answer;
    } catch (error) {
      const { code } = toPublicError(error);
      count(code);
      if (code === 'FORBIDDEN') await record(root, context, (args.input ?? args)[root.about]);
      throw error;
    }
  };
}

/** What may stand in the trail of what a caller has made up: an id or a name that could be one. */
const nameOf = (about: unknown): string | null =>
  typeof about === 'string' && /^[\w:-]{1,120}$/.test(about) ? about.toLowerCase() : null;

interface Result {
  id: string;
  error?: { code: string } | null;
}

/** The first of several that a mutation is about with which the caller may not do it. */
function deniedIn(answer: unknown): Result | undefined {
  const { results } = (answer ?? {}) as { results?: Result[] };
  return results?.find(({ error }) => error?.code === 'FORBIDDEN');
}

/**
 * Puts the shield map before the root fields, and nothing before other fields: they show no more than the
 * weakest reader of their root may see. A denial of payload fields after a mutation has run would lose what
 * it answers, the only copy of a secret for one.
 */
export function guardSchema(schema: GraphQLSchema, guarded: Guarded): GraphQLSchema {
  const rules = shield(
    { Query: { '*': deny, ...toRules(access.Query) }, Mutation: { '*': deny, ...toRules(access.Mutation) } },
    { allowExternalErrors: true },
  ).generate(schema) as Record<keyof typeof access, RootMiddleware>;
  return applyMiddleware(
    schema,
    { Query: toRecorders(access.Query, guarded), Mutation: toRecorders(access.Mutation, guarded) },
    { Query: rules.Query, Mutation: rules.Mutation },
  );
}

const mapValues = <In, Out>(fields: Record<string, In>, map: (value: In, key: string) => Out) =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, map(value, key)]));

/** Shield takes what a rule returns for the answer; what it throws would become a denial without a reason. */
function toRules(fields: Record<string, Access>) {
  return mapValues(fields, (fieldAccess, field) =>
    rule(field, { cache: 'no_cache' })((_parent, _args, context: Context) => {
      try {
        checkAccess(fieldAccess, context);
        return true;
      } catch (error) {
        return error as Error;
      }
    }),
  );
}

function toRecorders(fields: Record<string, Access>, guarded: Guarded) {
  return mapValues(fields, (fieldAccess, field): RootMiddleware => {
    const root = { ...fieldAccess, field };
    return (resolve, parent, args, context, info) =>
      guarded(root, context, async () => raise(await resolve(parent, args, context, info)), args);
  });
}

/** Shield returns errors, which graphql-js takes as thrown only when it completes the field. */
function raise<T>(outcome: T): T {
  // Node's own errors, of sockets, are no instances of the Error that Jest gives to tests.
  if (types.isNativeError(outcome)) throw outcome;
  return outcome;
}
