/**
 * A fault that keeps the gateway from starting and that its operator can mend.
 * `main` prints the message alone, without a stack: it has to name the setting and the way out.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
}
