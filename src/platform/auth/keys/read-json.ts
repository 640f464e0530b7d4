/** The size of a document in bytes that no issuer exceeds: a key with its certificates has about 4 kB. */
const maxSize = 256 * 1024;

/** The reason why a document of an issuer cannot be used. */
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
 * Reads a JSON document of at most 256 kB, counted after decompression.
 * @param signal aborts the request at any point, also in the middle of the body
 * @throws ReadFault
 */
export async function readJson(url: string, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch(url, {
      signal,
      headers: { accept: 'application/json' },
      // The operator names the URL. By a redirect the issuer could name any other URL, inside this network, too.
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
  // An error in the loop closes the connection.
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

/** Returns the reason of an error of `fetch`, which is in its cause, such as ECONNREFUSED. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'the response took longer than 5 seconds';
  return cause?.code ?? cause?.message ?? message;
}
