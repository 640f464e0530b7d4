/** Records how a request ends: each root field that it reaches, or else the request as a whole. */
export interface RequestMetrics {
  /**
   * Records a root field that has ended.
   * @param code `OK`, or the code of its error
   */
  field(name: string, code: string, seconds: number): void;
  /** Records the end of the request. It counts only if no root field did. */
  end(code: string): void;
}

declare module 'http' {
  interface IncomingMessage {
    /** The `x-request-id` of the request, or the id that the gateway gave it. */
    requestId: string;
  }
}

declare module 'express-serve-static-core' {
  interface Request {
    metrics: RequestMetrics;
  }
}
