import type { ApolloServerOptions } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

type DocumentStore = NonNullable<ApolloServerOptions<object>['documentStore']>;

/**
 * Creates the store in which Apollo keeps documents that are parsed and valid. It stops documents of many tokens or
 * comments from filling the memory: they take up to 50 bytes for each character of their text, by which the store
 * limits them. A long one, which no client sends again and again, is not kept. Apollo's own store limits neither.
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
