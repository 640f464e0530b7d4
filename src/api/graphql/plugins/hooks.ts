import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import type { Context } from '../../../platform/context.js';

/** The functions that Apollo calls while it handles a request. */
export type Hooks = GraphQLRequestListener<Context>;

/** A step that completes a response before it is sent. */
export type BeforeResponse = (request: Parameters<NonNullable<Hooks['willSendResponse']>>[0]) => void;

/**
 * Creates one plugin for all hooks and steps. Apollo waits for each hook of each plugin, so a plugin for each of them
 * would create a dozen more promises with every request.
 * @param beforeResponse the steps in their order
 */
export function pluginOf(
  hooks: Pick<Hooks, 'didResolveOperation' | 'didEncounterErrors'>,
  beforeResponse: readonly BeforeResponse[],
): ApolloServerPlugin<Context> {
  const listener: Hooks = {
    ...hooks,
    willSendResponse: async (request) => {
      for (const step of beforeResponse) step(request);
    },
  };
  return { requestDidStart: async () => listener };
}
