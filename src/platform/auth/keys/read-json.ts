/** The maximum size of a document in bytes. No issuer needs more: a key with its certificates has about 4 kB. */
const maxSize = 256 * 1024;

/** The reason why the gateway cannot use a document of an issuer. */
export class ReadFault extends Error {
  override readonly name = 'ReadFault';

  constructor(
    readonly url: string,
    reason: string,
  ) {
    super(reason);
  }
}

/**
 * Reads a JSON document of at most 256 kB after decompression.
 * @param signal aborts the request at any time, also while the body is being read
 * @throws ReadFault
 */
export async function readJson(url: string, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch(url, {
      signal,
      headers: { accept: 'application/json' },
      // The operator chooses the URL. With a redirect, the issuer could send the gateway to any URL, even one in the
      // gateway's own network.
      redirect: 'manual',
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new ReadFault(url, describeStatus(response.status));
    }
    return parse(url, await bodyOf(url, response));
  } catch (error) {
    throw error instanceof ReadFault ? error : new ReadFault(url, reasonOf(error));
  }
}

async function bodyOf(url: string, { body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // An error that is thrown in the loop closes the connection.
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxSize) throw new ReadFault(url, 'the response is larger than 256 kB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(url: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The message of JSON.parse would quote the document.
    throw new ReadFault(url, 'the response is not valid JSON');
  }
}

const describeStatus = (status: number) =>
  `the response has status ${status}${status >= 300 && status < 400 ? ', and redirects are not followed' : ''}`;

/** Returns the reason of an error of `fetch`. The reason is in the cause of the error, such as ECONNREFUSED. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'the response took longer than 5 seconds';
  return cause?.code ?? cause?.message ?? message;
}
