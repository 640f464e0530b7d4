import { types } from 'node:util';
import type { GraphQLSchema } from 'graphql';
import type { RecordDenial } from '../../features/audit/record-denial.js';
import type { Context } from '../../platform/context.js';
import { publicId } from '../../platform/ids.js';
import { toPublicError } from './masking.js';
import { type RootField, type RootType, rootFields, rules } from './rules.js';
import { applyMiddleware, shield } from './shield.js';

/** The arguments of a root field; those of a mutation stand in its one `input`. */
type Arguments = Readonly<Record<string, unknown>> & { input?: Readonly<Record<string, unknown>> | null };

/** A middleware around the resolver of a root field, as graphql-shield makes it and graphql-middleware takes it. */
export type Guard = (
  resolve: () => unknown,
  parent: unknown,
  args: Arguments,
  context: Context,
) => Promise<unknown>;

export type Guards = Record<RootType, Record<string, Guard>>;

/**
 * Puts the shield map before the root fields, and nothing before other fields: they show no more than the weakest
 * reader of their root may see. A denial of payload fields after a mutation has run would lose what it answers,
 * the only copy of a secret for one.
 * @returns the guarded schema, and the guards alone for what has to be denied or refused without the resolver
 */
export function guardSchema(
  schema: GraphQLSchema,
  recordDenial: RecordDenial,
): { schema: GraphQLSchema; guards: Guards } {
  const shielded = shield(rules, { allowExternalErrors: true }).generate(schema) as unknown as Guards;
  const guards: Guards = { Query: { ...shielded.Query }, Mutation: { ...shielded.Mutation } };
  for (const root of rootFields) {
    const enforce = shielded[root.type][root.field];
    if (enforce) guards[root.type][root.field] = watch(root, enforce, recordDenial);
  }
  return { schema: applyMiddleware(schema, guards), guards };
}

/** Counts the answers of a root field under their codes, and has a denial in them recorded. */
function watch({ field, rule }: RootField, enforce: Guard, recordDenial: RecordDenial): Guard {
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
      const answer = raise(await enforce(resolve, parent, args, context));
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

/** Shield returns errors, which graphql-js takes as thrown only when it completes the field. */
function raise(outcome: unknown): unknown {
  // Node's own errors, of sockets, are no instances of the Error that Jest gives to tests.
  if (types.isNativeError(outcome)) throw outcome;
  return outcome;
}

/** Returns what the trail may hold of what a caller has made up: an id or a name that could be one. */
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
