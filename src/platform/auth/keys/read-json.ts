/** More than any issuer publishes: a key with its certificates has about 4 kB. */
const sizeLimit = 256 * 1024;

/** Why a document of an issuer cannot be used. */
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
 * @param signal ends it at any point, the middle of the body included
 * @throws ReadFault
 */
export async function readJson(url: string, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch(url, {
      signal,
      headers: { accept: 'application/json' },
      // The operator names the URL. Following a redirect, the issuer could name any other, inside this network too.
      redirect: 'manual',
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new ReadFault(url, answered(response.status));
    }
    return parse(url, await bodyOf(url, response));
  } catch (error) {
    throw error instanceof ReadFault ? error : new ReadFault(url, reasonOf(error));
  }
}

async function bodyOf(url: string, { body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop hangs up.
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > sizeLimit) throw new ReadFault(url, 'the answer is larger than 256 kB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(url: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // What JSON.parse says would quote the document.
    throw new ReadFault(url, 'the answer is not JSON');
  }
}

const answered = (status: number) =>
  `the answer has status ${status}${status >= 300 && status < 400 ? ', and redirects are not followed' : ''}`;

/** fetch says why in the cause of its error, such as ECONNREFUSED. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'the answer took longer than 5 seconds';
  return cause?.code ?? cause?.message ?? message;
}
