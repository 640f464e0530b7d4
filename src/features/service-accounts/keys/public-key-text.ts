import { createPublicKey } from 'node:crypto';
import { invalidField } from '../../../platform/errors.js';

/** The maximum length of a key in bytes. An RSA key of 4096 bits has less than 1000. */
const maxBytes = 8192;

/** The members of private keys (RFC 7518, sections 6.2.2 and 6.3.2; RFC 8037, section 2). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'];
/** The members that name or contain certificates, or where to fetch keys. */
const foreignMembers = ['x5c', 'x5u', 'jku'];

const privateKey =
  'is a private key, which must stay with the machine; because it was sent, this key pair must no longer be used; create a new key pair, and send only its public key';
const pem = '-----BEGIN PUBLIC KEY-----';

/** One block of PEM with a public key (RFC 7468, section 13), and nothing else. */
const publicPem = new RegExp(`^${pem}[A-Za-z0-9+/=\\s]+-----END PUBLIC KEY-----$`);

/**
 * Reads the text of a public key. The members of the JWK are not checked yet.
 * @param untrimmed a JWK as JSON, or PEM
 * @throws AppError BAD_USER_INPUT
 */
export function readKeyText(untrimmed: string): object {
  if (Buffer.byteLength(untrimmed) > maxBytes) throw fault(`must have at most ${maxBytes} bytes`);
  const text = untrimmed.trim();
  // This also finds a private key beside a public key.
  if (/PRIVATE KEY/.test(text)) throw fault(privateKey);
  if (/^[{["]/.test(text)) return readJson(text);
  if (text.startsWith(pem)) return readPem(text);
  if (/^-----BEGIN (X509 |TRUSTED )?CERTIFICATE/.test(text)) {
    throw fault(`is a certificate; send only its public key, which begins with ${pem}`);
  }
  throw fault(`must be a JWK as JSON text, or PEM that begins with ${pem}`);
}

function readPem(text: string): object {
  if (!publicPem.test(text)) throw fault('must be one public key in PEM, and nothing else');
  try {
    const key = createPublicKey(text);
    // Node 20 aborts the process when it exports the point at infinity as a JWK. This export throws an error instead.
    key.export({ type: 'spki', format: 'der' });
    return key.export({ format: 'jwk' });
  } catch {
    throw fault('is not a public key in PEM of an EC, Ed25519 or RSA key');
  }
}

function readJson(text: string): object {
  const json = parse(text);
  const isSet = isObject(json) && Array.isArray(json.keys);
  const keys = [isSet ? json.keys : json].flat().filter(isObject);
  const has = (names: string[]) => keys.some((key) => names.some((name) => Object.hasOwn(key, name)));
  // These come first, because a secret that was sent must no longer be used, whatever else is wrong.
  if (has(privateMembers)) throw fault(privateKey);
  if (has(['k']) || keys.some(({ kty }) => kty === 'oct')) {
    throw fault('is a symmetric key, which is a secret and must no longer be used; send a public key');
  }
  if (isSet) throw fault('is a JWK Set; send one JWK of it');
  if (!isObject(json)) throw fault('must be one JWK: a JSON object');
  if (has(foreignMembers)) {
    throw fault(
      `must not have the members ${foreignMembers.join(', ')}: certificates are not checked, and keys are not fetched; remove these members`,
    );
  }
  return json;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw fault('is not valid JSON');
  }
}

const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

const fault = (text: string) => invalidField('publicKey', text);
