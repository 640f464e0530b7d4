import { ApolloArmor } from '@escape.tech/graphql-armor';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { responseKey, selectedFields } from '../../../platform/selected-fields.js';
import { invalidOver, type Limit, limits, overLimit } from './document-limits.js';
import { costOfWholeSchema, introspectionCost } from './introspection-cost.js';
import { countRepeats } from './repeated-fields.js';

/**
 * Rejects a document that graphql-js's own rules would take too long to validate. A visitor that returns null for a
 * node stops all rules from visiting the inside of that node.
 */
const stopCostlyValidation: ValidationRule = (context) => ({
  Document: (document) => {
    const limit = findCostlyToValidate(document);
    if (!limit) return undefined;
    context.reportError(overLimit(limit));
    return null;
  },
});

function findCostlyToValidate(document: DocumentNode): Limit | undefined {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operations.length > limits.operations) return 'operations';
  return countRepeats(document) > limits.repeats ? 'repeats' : undefined;
}

/**
 * Makes a rule of graphql-armor report an error with the gateway's message, next to the document's other errors. The
 * rule would throw otherwise.
 */
const refuse = (limit: Limit) => ({
  propagateOnRejection: false,
  onReject: [(context: ValidationContext | null) => context?.reportError(invalidOver(limit))],
});

const armor = new ApolloArmor({
  // A fragment counts as the fields that it contains. Without this setting, each spread would count as a level.
  maxDepth: { n: limits.depth, flattenFragments: true, ...refuse('depth') },
  maxAliases: { n: limits.aliases, allowList: [], ...refuse('aliases') },
  maxDirectives: { n: limits.directives, ...refuse('directives') },
  // The cost depends on the variables of the request (answer-cost.ts), which a rule does not have.
  costLimit: { enabled: false },
  // graphql-armor's token limit causes a 500 response, and Apollo already hides suggestions.
  maxTokens: { enabled: false },
  blockFieldSuggestion: { enabled: false },
});

const maxMutations: ValidationRule = (context) => ({
  OperationDefinition: ({ operation, selectionSet }) => {
    if (operation !== OperationTypeNode.MUTATION) return;
    if (countKeys(selectedRootFields(context, selectionSet)) > limits.mutations)
      context.reportError(invalidOver('mutations'));
  },
});

/**
 * Counts the introspection fields of all operations together, because each operation is validated, even if it does not
 * run.
 */
const maxIntrospections: ValidationRule = (context) => ({
  Document: ({ definitions }) => {
    const asked = definitions.map((node) =>
      node.kind === Kind.OPERATION_DEFINITION
        ? selectedRootFields(context, node.selectionSet).filter(({ name }) =>
            /^__(schema|type)$/.test(name.value),
          )
        : [],
    );
    const count = asked.reduce((sum, fields) => sum + countKeys(fields), 0);
    if (count > limits.introspections) context.reportError(invalidOver('introspections'));
    const schema = context.getSchema();
    const maximum = limits.wholeSchemas * costOfWholeSchema(schema);
    if (introspectionCost(asked.flat(), schema, (name) => context.getFragment(name), maximum) > maximum)
      context.reportError(invalidOver('wholeSchemas'));
  },
});

const maxAliasLength: ValidationRule = (context) => {
  let reported = false;
  return {
    Field: ({ alias }) => {
      if (reported || !alias || alias.value.length <= limits.aliasLength) return;
      reported = true;
      context.reportError(invalidOver('aliasLength'));
    },
  };
};

const countKeys = (fields: FieldNode[]): number => new Set(fields.map(responseKey)).size;

const selectedRootFields = (context: ValidationContext, root: SelectionSetNode): FieldNode[] =>
  selectedFields(root, (name) => context.getFragment(name));

/** The rules for limits that do not depend on the variables. Each rule includes the fields of fragments. */
export const limitRules: ValidationRule[] = [
  stopCostlyValidation,
  ...armor.protect().validationRules,
  maxMutations,
  maxIntrospections,
  maxAliasLength,
];
