import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { AppError } from '../../platform/errors.js';

/** Converts an error of a request of which no part has run. It sets the status and the headers of the response. */
export const toRequestError = (error: AppError): GraphQLError =>
  new GraphQLError(error.message, {
    extensions: {
      ...error.extensions,
      http: { status: error.status, headers: new HeaderMap(Object.entries(error.headers)) },
    },
    originalError: error,
  });
