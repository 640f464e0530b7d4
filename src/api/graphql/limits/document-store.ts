import type { ApolloServerOptions } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

type DocumentStore = NonNullable<ApolloServerOptions<object>['documentStore']>;

/**
 * Creates the store in which Apollo keeps documents that are parsed and valid. Stops texts of many tokens from filling
 * the memory: a document takes up to 50 bytes for each of its characters, comments included. It counts by its text,
 * and a long one, which no client sends again and again, is not kept. Apollo's own store limits neither.
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
