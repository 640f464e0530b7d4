import { ApolloArmor } from '@escape.tech/graphql-armor';
import {
  type FieldNode,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { costOfWholeSchema, introspectionCost } from './introspection-cost.js';
import { type Limit, limits, refusal } from './limits.js';
import { type FindFragment, responseKey, selectedFields } from './selected-fields.js';

/** What graphql-armor's rules would throw becomes one of several errors of the document, with our text. */
const refuse = (limit: Limit) => ({
  propagateOnRejection: false,
  onReject: [(context: ValidationContext | null) => context?.reportError(refusal(limit))],
});

const armor = new ApolloArmor({
  // Fragments count as what they stand for. Without this, each spread would be a level of its own.
  maxDepth: { n: limits.depth, flattenFragments: true, ...refuse('depth') },
  maxAliases: { n: limits.aliases, allowList: [], ...refuse('aliases') },
  maxDirectives: { n: limits.directives, ...refuse('directives') },
  // Ours is counted with the variables (answer-cost.ts).
  costLimit: { enabled: false },
  // Its limit of tokens ends in a 500, and Apollo hides suggestions itself.
  maxTokens: { enabled: false },
  blockFieldSuggestion: { enabled: false },
});

const maxMutations: ValidationRule = (context) => ({
  OperationDefinition: ({ operation, selectionSet }) => {
    if (operation !== OperationTypeNode.MUTATION) return;
    if (countKeys(rootFields(context, selectionSet)) > limits.mutations)
      context.reportError(refusal('mutations'));
  },
});

/** Of all operations together: each of them is looked at, whichever is the one to run. */
const maxIntrospections: ValidationRule = (context) => ({
  Document: ({ definitions }) => {
    const asked = definitions.map((node) =>
      node.kind === Kind.OPERATION_DEFINITION
        ? rootFields(context, node.selectionSet).filter(({ name }) => /^__(schema|type)$/.test(name.value))
        : [],
    );
    const count = asked.reduce((sum, fields) => sum + countKeys(fields), 0);
    if (count > limits.introspections) context.reportError(refusal('introspections'));
    const most = limits.wholeSchemas * costOfWholeSchema(context.getSchema());
    if (introspectionCost(asked.flat(), context.getSchema(), fragmentsOf(context), most) > most)
      context.reportError(refusal('wholeSchemas'));
  },
});

const maxAliasLength: ValidationRule = (context) => {
  let reported = false;
  return {
    Field: ({ alias }) => {
      if (reported || !alias || alias.value.length <= limits.aliasLength) return;
      reported = true;
      context.reportError(refusal('aliasLength'));
    },
  };
};

const countKeys = (fields: FieldNode[]) => new Set(fields.map(responseKey)).size;

const fragmentsOf =
  (context: ValidationContext): FindFragment =>
  (name) =>
    context.getFragment(name);

const rootFields = (context: ValidationContext, root: SelectionSetNode) =>
  selectedFields(root, fragmentsOf(context));

/** Each of them looks into fragments, and counts a fragment as often as it is spread. */
export const limitRules: ValidationRule[] = [
  ...armor.protect().validationRules,
  maxMutations,
  maxIntrospections,
  maxAliasLength,
];
