/**
 * A fault that keeps the gateway from starting and that its operator can mend. Only the message is printed, without a
 * stack, so that it has to name the setting and the way out.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
}
