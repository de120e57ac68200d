/**
 * Shamir shares of 32 bytes over GF(2⁸) with x⁸ + x⁴ + x³ + x + 1: u8 x ‖ 32 bytes (docs/spec/ballot.md §10.2). Every byte of the
 * secret has a polynomial of its own, of degree t − 1.
 */
import { concat, refuse, systemRandom, u8, type Bytes, type Random } from "./bytes.ts";

export const SHARE_LENGTH = 33;

/** Product in GF(2⁸), without a table and without a branch on either factor. */
export function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) {
    product ^= -((b >> bit) & 1) & a;
    a = ((a << 1) ^ (-(a >> 7) & 0x11b)) & 0xff;
  }
  return product;
}

/** a⁻¹ = a²⁵⁴ for a ≠ 0. */
export function inverse(a: number): number {
  let out = 1;
  for (let i = 0; i < 254; i++) out = multiply(out, a);
  return out;
}

/** Shares for x = 1 … n; any t of them give the secret back. Draws t − 1 times 32 bytes. */
export function split(secret: Bytes, n: number, t: number, random: Random = systemRandom): Bytes[] {
  if (secret.length !== 32) throw new Error("a secret has 32 bytes");
  const coefficients = [secret, ...Array.from({ length: t - 1 }, () => random(32))].reverse();
  return Array.from({ length: n }, (_, i) => {
    const x = i + 1;
    const value = secret.map((_, at) => coefficients.reduce((sum, c) => multiply(sum, x) ^ (c[at] as number), 0));
    return concat(u8(x), value);
  });
}

/** The secret of exactly t shares with distinct x ≠ 0. */
export function join(shares: readonly Bytes[]): Bytes {
  const xs = shares.map((share) => share[0] as number);
  const sound = xs.length > 0 && shares.every((share) => share.length === SHARE_LENGTH) && !xs.includes(0) && new Set(xs).size === xs.length;
  refuse(sound, "not shares of one secret");
  const weights = xs.map((x) => xs.filter((other) => other !== x).reduce((w, other) => multiply(w, multiply(other, inverse(other ^ x))), 1));
  return Uint8Array.from({ length: 32 }, (_, at) =>
    shares.reduce((sum, share, i) => sum ^ multiply(weights[i] as number, share[at + 1] as number), 0),
  );
}
