/**
 * Blind RSA signatures, RSABSSA-SHA384-PSSZERO-Deterministic (RFC 9474 §4 and §5), the member's half: blind, finalize, verify.
 * With an empty salt the encoding of a message is unique, so verifying is encoding once more and comparing.
 */
import { sha384 } from "@noble/hashes/sha2.js";
import { bigFromBytesBE, bigToBytesBE, concat, equal, refuse, systemRandom, u32, type Bytes, type Random } from "./bytes.ts";
import { TOKEN } from "./labels.ts";

const E = 65537n;
const HASH_LENGTH = 48;

/** What an issuer signs without seeing it: 81 bytes. */
export function tokenMessage(boxHash: Bytes, pk: Bytes): Bytes {
  return concat(TOKEN, boxHash, pk);
}

export interface Blinded {
  /** k bytes for the issuer. */
  readonly blinded: Bytes;
  /** k bytes, secret: takes the blinding off. */
  readonly inverse: Bytes;
}

/** RFC 9474 §4.2 Blind. `rsaN` is the modulus in k bytes. */
export function blind(rsaN: Bytes, message: Bytes, random: Random = systemRandom): Blinded {
  const k = rsaN.length;
  const n = bigFromBytesBE(rsaN);
  const m = bigFromBytesBE(encode(message, 8 * k - 1));
  refuse(gcdIsOne(m, n), "the message shares a factor with the modulus");
  for (;;) {
    const r = bigFromBytesBE(random(k));
    if (r === 0n || r >= n) continue;
    const inverse = invert(r, n);
    refuse(inverse !== null, "the modulus has a factor that we found by chance");
    return { blinded: bigToBytesBE((m * power(r, E, n)) % n, k), inverse: bigToBytesBE(inverse, k) };
  }
}

/** RFC 9474 §4.4 Finalize: the signature, or Refused when the issuer's answer does not fit. */
export function finalize(rsaN: Bytes, message: Bytes, blindSignature: Bytes, inverse: Bytes): Bytes {
  const k = rsaN.length;
  const n = bigFromBytesBE(rsaN);
  refuse(blindSignature.length === k && inverse.length === k, "wrong length");
  const z = bigFromBytesBE(blindSignature);
  refuse(z < n, "not below the modulus");
  const signature = bigToBytesBE((z * bigFromBytesBE(inverse)) % n, k);
  refuse(verify(rsaN, message, signature), "the issuer's signature does not fit");
  return signature;
}

/** RSASSA-PSS-VERIFY with empty salt (RFC 8017 §8.1.2). */
export function verify(rsaN: Bytes, message: Bytes, signature: Bytes): boolean {
  const k = rsaN.length;
  const n = bigFromBytesBE(rsaN);
  if (signature.length !== k) return false;
  const s = bigFromBytesBE(signature);
  if (s >= n) return false;
  return equal(bigToBytesBE(power(s, E, n), k), encode(message, 8 * k - 1));
}

/** EMSA-PSS-ENCODE (RFC 8017 §9.1.1), SHA-384, MGF1 with SHA-384, no salt. */
function encode(message: Bytes, emBits: number): Bytes {
  const emLength = Math.ceil(emBits / 8);
  const h = sha384(concat(new Uint8Array(8), sha384(message)));
  const db = new Uint8Array(emLength - HASH_LENGTH - 1);
  db[db.length - 1] = 1;
  const mask = mgf1(h, db.length);
  const masked = db.map((byte, i) => byte ^ (mask[i] as number));
  masked[0] = (masked[0] as number) & (0xff >> (8 * emLength - emBits));
  return concat(masked, h, Uint8Array.of(0xbc));
}

/** MGF1 (RFC 8017 appendix B.2.1). */
function mgf1(seed: Bytes, length: number): Bytes {
  const blocks = Array.from({ length: Math.ceil(length / HASH_LENGTH) }, (_, i) => sha384(concat(seed, u32(i))));
  return concat(...blocks).slice(0, length);
}

function power(base: bigint, exponent: bigint, n: bigint): bigint {
  let result = 1n;
  for (let square = base % n, left = exponent; left > 0n; left >>= 1n, square = (square * square) % n) {
    if (left & 1n) result = (result * square) % n;
  }
  return result;
}

function gcdIsOne(x: bigint, n: bigint): boolean {
  return invert(x, n) !== null;
}

/** x⁻¹ mod n, or null (extended Euclid). */
function invert(x: bigint, n: bigint): bigint | null {
  let [r0, r1] = [n, x % n];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  if (r0 !== 1n) return null;
  return t0 < 0n ? t0 + n : t0;
}
