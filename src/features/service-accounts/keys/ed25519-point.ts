/** The field and the constant d of the curve (RFC 8032, section 5.1). */
const p = 2n ** 255n - 19n;
const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

/**
 * Returns whether the bytes of an Ed25519 key are a point that signatures can be checked with. OpenSSL does not look
 * until it verifies a signature, and then accepts points of small order, with which anybody can forge signatures. Only
 * public values are computed here, so the time that this takes reveals nothing.
 * @param x the member `x` of the JWK: the point as RFC 8032, section 5.1.2 encodes it, in base64url
 */
export function isUsablePoint(x: string): boolean {
  const bytes = Buffer.from(x, 'base64url').reverse();
  // The top bit is the sign of the other coordinate.
  const y = BigInt(`0x${bytes.toString('hex')}`) & (2n ** 255n - 1n);
  if (y >= p) return false;
  const y2 = (y * y) % p;
  // The other coordinate is the square root of u / v, which exists if u * v is a square (Euler's criterion).
  const u = y2 + p - 1n;
  const v = (d * y2 + 1n) % p;
  const isOnCurve = power(u * v, (p - 1n) / 2n) === 1n;
  // The points whose order is 1, 2, 4 or 8: those whose fourfold or eightfold is the neutral point.
  const isSmall = (y * u * (d * y2 * y2 + 2n * y2 - 1n)) % p === 0n;
  return isOnCurve && !isSmall;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % p;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}
