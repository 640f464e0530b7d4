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
import { invalidOver, type Limit, limits, overLimit } from './document-limits.js';
import { costOfWholeSchema, introspectionCost } from './introspection-cost.js';
import { countRepeats } from './repeated-fields.js';
import { responseKey, selectedFields } from './selected-fields.js';

/**
 * Refuses a document that would keep graphql-js's own rules too long, before they get to its inside: by null a visitor
 * takes a node out of the visit of all rules.
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

/** Makes what graphql-armor's rules would throw one of several errors of the document, with a text of our own. */
const refuse = (limit: Limit) => ({
  propagateOnRejection: false,
  onReject: [(context: ValidationContext | null) => context?.reportError(invalidOver(limit))],
});

const armor = new ApolloArmor({
  // Fragments count as what they stand for. Without this, each spread would be a level of its own.
  maxDepth: { n: limits.depth, flattenFragments: true, ...refuse('depth') },
  maxAliases: { n: limits.aliases, allowList: [], ...refuse('aliases') },
  maxDirectives: { n: limits.directives, ...refuse('directives') },
  // The cost is counted with the variables of the request (answer-cost.ts), which a rule does not know.
  costLimit: { enabled: false },
  // graphql-armor's limit of tokens ends in a 500, and Apollo hides suggestions itself.
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

/** Counts the introspections of all operations together: each is validated, whichever is the one to run. */
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

/** The limits that hold for a document, whatever its variables. Each rule looks into fragments, too. */
export const limitRules: ValidationRule[] = [
  stopCostlyValidation,
  ...armor.protect().validationRules,
  maxMutations,
  maxIntrospections,
  maxAliasLength,
];
