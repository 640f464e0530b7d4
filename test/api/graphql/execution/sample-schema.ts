import { buildSchema, type GraphQLFieldResolver, type GraphQLObjectType } from 'graphql';

/** A schema with every kind of field and of error, most of which the gateway's own schema cannot produce. */
export const schema = buildSchema(`
  type Query {
    item(name: String): Item
    needed: Item!
    later(ticks: Int! = 1): Item
    items(count: Int = 2): [Item!]
    grid: [[Item]!]
    mixed: [Item]!
    noList: [Item]
    node: Node
  }
  type Mutation { item: Item }
  interface Node { id: ID! }
  enum Color { RED GREEN }
  input Point { x: Int! = 7 y: Int }
  type Item implements Node {
    id: ID!
    name: String
    count: Int!
    big: Int
    flag: Boolean!
    rate: Float
    color: Color
    noColor: Color
    missing: String
    neededButMissing: String!
    getter: String
    throws: String
    neededButThrows: String!
    isError: String
    asProperty: String
    called(times: Int = 3): String
    echo(text: String, list: [Int!], point: Point, color: Color): String
    slow: String
    slowError: String
    neededButSlowError: String!
    self: Item
    neededSelf: Item!
    tags: [String!]
    holes: [String!]
    slowTags: [String]!
    children: [Item!]!
  }
`);

/** What resolvers received. graphql-js finds out the fragments of a document again in each execution. */
export class Calls {
  readonly calls: string[] = [];
  constructor(readonly fragments = new Set<object>()) {}
}

function throwing(): never {
  throw new Error('thrown');
}

const after = async (ticks: number) => {
  for (let tick = 0; tick < ticks; tick++) await undefined;
};

class Item {
  id: unknown = 'item-1';
  count = 3;
  big = 2 ** 40;
  flag = true;
  rate = 0.5;
  color = 'RED';
  noColor = 'BLUE';
  tags = ['a', 'b'];
  holes = new Set(['a', null]);
  slowTags = [Promise.resolve('a'), 'b', after(3).then(() => null)];
  isError = new Error('a value');
  asProperty = Promise.resolve('promised');
  constructor(public name: string | null) {}
  get getter(): string {
    return throwing();
  }
  get self() {
    return this;
  }
  get neededSelf(): Item | null {
    return this.name === 'lonely' ? null : this;
  }
  get children() {
    return [new Item('child'), new Item(null)];
  }
  called({ times }: { times: number }, { calls }: Calls) {
    calls.push('called');
    return String(this.name).repeat(times);
  }
}

const resolvers: Record<string, Record<string, GraphQLFieldResolver<unknown, Calls>>> = {
  Query: {
    item: (_source, { name = 'one' }) => (name === 'none' ? null : new Item(name)),
    needed: () => Promise.reject(new Error('rejected')),
    later: (_source, { ticks }) => after(ticks).then(() => new Item('later')),
    items: async (_source, { count }) =>
      Array.from({ length: count }, (_, index) => new Item(`item ${index}`)),
    grid: () => [
      [new Item('a'), null],
      [],
      [Promise.resolve(new Item('b')), Promise.reject(new Error('cell'))],
    ],
    mixed: () => [new Item('a'), new Error('an item'), null, after(2).then(() => new Item('lonely'))],
    noList: () => 'text',
    node: () => ({ __typename: 'Item', id: 'item-1' }),
  },
  Mutation: { item: () => new Item('changed') },
  Item: {
    throws: throwing,
    neededButThrows: throwing,
    echo: (_source, args) => JSON.stringify(args),
    slow: async () => 'slow',
    slowError: () => after(2).then(throwing),
    neededButSlowError: () => after(4).then(throwing),
  },
};

for (const [type, fields] of Object.entries(resolvers))
  for (const [name, resolve] of Object.entries(fields)) {
    const field = (schema.getType(type) as GraphQLObjectType<unknown, Calls>).getFields()[name];
    if (!field) throw new Error(`${type}.${name} is missing`);
    field.resolve = (source, args, context, info) => {
      const { fieldNodes, fragments, parentType, path, variableValues } = info;
      context.fragments.add(fragments);
      const at = `${parentType.name} ${String(info.returnType)} ${JSON.stringify(path)} ${fieldNodes.length}`;
      context.calls.push(`${at} ${Object.keys(fragments)} ${JSON.stringify([args, variableValues])}`);
      return resolve(source, args, context, info);
    };
  }
