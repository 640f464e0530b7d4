import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The outcome of a redemption. A code can be redeemed once. */
export type Redemption = 'redeemed' | 'used' | 'unknown';

/**
 * Codes of 256 random bits that can each be redeemed once. The gateway creates one for each URL that it prints, and
 * forgets them when it stops.
 */
export class OneTimeCodes {
  private readonly codes: { hash: Buffer; used: boolean }[] = [];

  create(): string {
    const code = randomBytes(32).toString('base64url');
    this.codes.push({ hash: hashOf(code), used: false });
    return code;
  }

  /** Redeems a code. The time that a comparison takes reveals nothing about the codes. */
  redeem(code: string): Redemption {
    const hash = hashOf(code);
    const [found] = this.codes.filter((one) => timingSafeEqual(one.hash, hash));
    if (!found) return 'unknown';
    if (found.used) return 'used';
    found.used = true;
    return 'redeemed';
  }
}

const hashOf = (code: string) => createHash('sha256').update(code).digest();
