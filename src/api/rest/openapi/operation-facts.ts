import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** Something that a request can say. */
export interface Input {
  type: GraphQLInputType;
  description?: string | null;
}

/** What the GraphQL document behind a row tells of it. */
export interface OperationFacts {
  name: string;
  isMutation: boolean;
  root: GraphQLField<unknown, unknown>;
  definition: OperationDefinitionNode;
  /** Its variables, each as the argument that it is for. */
  variables: ReadonlyMap<string, Input>;
}

/** @throws Error for a document that is not about one root field of the schema */
export function readOperation(document: DocumentNode, schema: GraphQLSchema): OperationFacts {
  const definition = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const [selection] = definition?.selectionSet.selections ?? [];
  if (!definition?.name || selection?.kind !== Kind.FIELD)
    throw new Error('the document has no name or field');
  const root = schema.getRootType(definition.operation)?.getFields()[selection.name.value];
  if (!root) throw new Error(`the schema has no root field ${selection.name.value}`);
  return {
    name: definition.name.value,
    isMutation: definition.operation === 'mutation',
    root,
    definition,
    variables: variablesOf(document, schema),
  };
}

function variablesOf(document: DocumentNode, schema: GraphQLSchema): Map<string, Input> {
  const variables = new Map<string, Input>();
  const info = new TypeInfo(schema);
  const note = (value: ValueNode, input: Input | null | undefined) => {
    if (value.kind === Kind.VARIABLE && input) variables.set(value.name.value, input);
  };
  visit(
    document,
    visitWithTypeInfo(info, {
      Argument: ({ value }) => note(value, info.getArgument()),
      ObjectField: ({ name, value }) => {
        const parent = getNamedType(info.getParentInputType());
        note(value, isInputObjectType(parent) ? parent.getFields()[name.value] : undefined);
      },
    }),
  );
  return variables;
}

/**
 * What stands at a place in the variables, such as `filter.createdBy.id`.
 * @throws Error when there is nothing
 */
export function inputAt({ name, variables }: OperationFacts, at: string): Input {
  const [first = '', ...rest] = at.split('.');
  const found = rest.reduce<Input | undefined>((outer, field) => {
    const type = getNamedType(outer?.type);
    return isInputObjectType(type) ? type.getFields()[field] : undefined;
  }, variables.get(first));
  if (!found) throw new Error(`${name} takes no ${at}`);
  return found;
}

/** Whether a request has to say it. */
export const isRequired = ({ type, ...input }: Input & { defaultValue?: unknown }): boolean =>
  isNonNullType(type) && input.defaultValue === undefined;
