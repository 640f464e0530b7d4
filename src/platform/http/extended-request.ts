/** Records the outcome of a request: of each root field that it reaches, or of the whole request if it reaches none. */
export interface RequestMetrics {
  /**
   * Records the end of a root field.
   * @param code `OK`, or the code of the field's error
   */
  field(name: string, code: string, seconds: number): void;
  /** Records the end of the request. It has no effect if a root field was recorded. */
  end(code: string): void;
}

declare module 'http' {
  interface IncomingMessage {
    /** The `x-request-id` of the request, or an ID that the gateway has assigned. */
    requestId: string;
    /** The canonical address of the client. Null if a trusted proxy forwards something else than an address. */
    clientAddress: string | null;
    /** Only requests of GraphQL and REST have it. */
    metrics: RequestMetrics;
  }

  interface IncomingHttpHeaders {
    'idempotency-key'?: string | undefined;
    realmname?: string | undefined;
    'x-tenantid'?: string | undefined;
  }
}
