/**
 * A fault that prevents the gateway from starting and that the operator can fix. Only the message is printed, without a
 * stack trace. The message must name the setting and explain what to do.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
}
