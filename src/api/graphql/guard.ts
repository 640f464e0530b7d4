import { types } from 'node:util';
import type { GraphQLSchema } from 'graphql';
import type { RecordDenial } from '../../features/audit/record-denial.js';
import { type Context, tenantIdOf } from '../../platform/context.js';
import { publicId } from '../../platform/ids.js';
import { toPublicError } from './masking.js';
import { type RootField, type RootType, rootFields, rules } from './rules.js';
import { applyMiddleware, shield } from './shield.js';

/** The arguments of a root field. The only argument of a mutation is `input`, an object with all values. */
type Arguments = Readonly<Record<string, unknown>> & { input?: Readonly<Record<string, unknown>> | null };

/** A middleware for the resolver of a root field. graphql-shield creates it, and graphql-middleware applies it. */
type Guard = (resolve: () => unknown, parent: unknown, args: Arguments, context: Context) => Promise<unknown>;

export type Guards = Record<RootType, Record<string, Guard>>;

/**
 * Applies the shield map to the root fields. Other fields have no rules, for two reasons. They show only data that
 * every caller who may use their root field may see. A denial after a mutation has run would lose the only copy of a
 * secret.
 * @returns the guarded schema, and its guards, for operations whose resolver cannot run
 */
export function guardSchema(
  schema: GraphQLSchema,
  recordDenial: RecordDenial,
): { schema: GraphQLSchema; guards: Guards } {
  const shielded = shield(rules, { allowExternalErrors: true }).generate(schema) as unknown as Guards;
  const guards: Guards = { Query: { ...shielded.Query }, Mutation: { ...shielded.Mutation } };
  for (const root of rootFields) {
    const enforce = shielded[root.type][root.field];
    if (enforce) guards[root.type][root.field] = observed(root, enforce, recordDenial);
  }
  return { schema: applyMiddleware(schema, guards), guards };
}

/**
 * Counts each response of a root field by its code, and records a denial in the audit log. Rejects a mutation whose
 * budget is used up, before its resolver asks the database.
 */
function observed({ type, field, rule }: RootField, enforce: Guard, recordDenial: RecordDenial): Guard {
  const requireBudget = (context: Context) => {
    if (type === 'Mutation')
      context.budgets.requireBudget(rule.scope === 'tenant' ? tenantIdOf(context) : null, rule.action);
  };
  const record = async (target: unknown, context: Context) => {
    if (!context.caller) return;
    const tenant = rule.scope === 'tenant' ? (context.tenantHeader?.toLowerCase() ?? null) : null;
    await recordDenial({
      caller: context.caller,
      action: rule.action,
      tenant,
      target: storable(target),
      request: context,
    });
  };
  return async (resolve, parent, args, context) => {
    const start = performance.now();
    const count = (code: string) => context.metrics.field(field, code, (performance.now() - start) / 1000);
    try {
      const resolveWithin = () => {
        requireBudget(context);
        return resolve();
      };
      const answer = raise(await enforce(resolveWithin, parent, args, context));
      count('OK');
      const denied = deniedIn(answer);
      if (denied) await record(publicId('ServiceAccount', denied.id), context);
      return answer;
    } catch (error) {
      const { code } = toPublicError(error);
      count(code);
      if (code === 'FORBIDDEN') await record((args.input ?? args)[rule.identifiedBy], context);
      throw error;
    }
  };
}

/**
 * Throws an error that graphql-shield returns. graphql-js would detect the error only after the field was counted as
 * OK.
 */
function raise(outcome: unknown): unknown {
  // In Jest, errors of Node's sockets are not instances of the Error class of the tests.
  if (types.isNativeError(outcome)) throw outcome;
  return outcome;
}

/**
 * Returns a value that has the form of an ID or a name, and null for any other. The audit log must not store arbitrary
 * text of a caller.
 */
const storable = (target: unknown): string | null =>
  typeof target === 'string' && /^[\w:-]{1,120}$/.test(target) ? target.toLowerCase() : null;

interface BulkResult {
  id: string;
  error?: { code: string } | null;
}

/** Finds the first item of a bulk mutation that the caller may not change. */
function deniedIn(answer: unknown): BulkResult | undefined {
  const { results } = (answer ?? {}) as { results?: BulkResult[] };
  return results?.find(({ error }) => error?.code === 'FORBIDDEN');
}
