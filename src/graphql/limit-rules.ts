import { ApolloArmor } from '@escape.tech/graphql-armor';
import {
  type FieldNode,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { introspectionCost } from './introspection-cost.js';
import { type Limit, limits, refusal } from './limits.js';

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
  // Times `first`, if that is a literal. From a variable it is not seen here; a connection bounds it itself.
  costLimit: {
    maxCost: limits.cost,
    objectCost: 1,
    scalarCost: 1,
    depthCostFactor: 1,
    flattenFragments: true,
    ...refuse('cost'),
  },
  // Its limit of tokens ends in a 500, and Apollo hides suggestions itself.
  maxTokens: { enabled: false },
  blockFieldSuggestion: { enabled: false },
});

const maxMutations: ValidationRule = (context) => ({
  OperationDefinition: ({ operation, selectionSet }) => {
    if (operation !== OperationTypeNode.MUTATION) return;
    if (responseKeys(rootFields(context, selectionSet)).size > limits.mutations)
      context.reportError(refusal('mutations'));
  },
});

const maxIntrospections: ValidationRule = (context) => ({
  OperationDefinition: ({ selectionSet }) => {
    const asked = rootFields(context, selectionSet).filter(({ name }) =>
      /^__(schema|type)$/.test(name.value),
    );
    if (responseKeys(asked).size > limits.introspections) context.reportError(refusal('introspections'));
    if (introspectionCost(asked, context, limits.cost) > limits.cost) context.reportError(refusal('cost'));
  },
});

/** Fields with the same key are one (GraphQL, section 6.3.2). */
const responseKeys = (fields: FieldNode[]) => new Set(fields.map(({ alias, name }) => (alias ?? name).value));

/** Of an operation, those in fragments included. */
function rootFields(context: ValidationContext, root: SelectionSetNode): FieldNode[] {
  const fields: FieldNode[] = [];
  const spread = new Set<string>();
  const collect = ({ selections }: SelectionSetNode) => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = context.getFragment(selection.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  collect(root);
  return fields;
}

/** Each of them looks into fragments, and counts a fragment as often as it is spread. */
export const limitRules: ValidationRule[] = [
  ...armor.protect().validationRules,
  maxMutations,
  maxIntrospections,
];
