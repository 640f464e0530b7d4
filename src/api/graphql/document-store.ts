import type { ApolloServerOptions } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

type DocumentStore = NonNullable<ApolloServerOptions<object>['documentStore']>;

/**
 * Where Apollo keeps documents that are parsed and valid. A document holds its text and all of its tokens, comments
 * included, which are up to 50 bytes for each character: it is counted by its text, and a long one, which no client
 * sends again and again, is not kept. Apollo's own store counts neither.
 */
export function createDocumentStore(): DocumentStore {
  const documents = new LRUCache<string, DocumentNode>({
    max: 1_000,
    maxSize: 1_000_000,
    maxEntrySize: 20_000,
    sizeCalculation: ({ loc }) => loc?.source.body.length || 1,
  });
  return {
    get: async (key) => documents.get(key),
    set: async (key, document) => void documents.set(key, document),
    delete: async (key) => documents.delete(key),
  };
}
