import type { ApolloServerOptions } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

type DocumentStore = NonNullable<ApolloServerOptions<object>['documentStore']>;

/**
 * Creates the store in which Apollo keeps parsed and valid documents. A stored document takes up to 50 bytes of memory
 * for each character of its text. The store limits the length of the texts, so documents with many tokens or comments
 * cannot fill the memory. It does not keep a long document, because no client sends one repeatedly. Apollo's own store
 * has neither limit.
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
