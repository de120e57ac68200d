/**
 * Ed25519 by one rule that every library agrees on (RFC 8032 §5.1, narrowed in docs/spec/ballot.md §5.1): valid iff the key and R
 * each have y < p and are of no low order, S < L, and [S]B − [k]A encodes to exactly R.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { bigFromBytesLE, equal, systemRandom, type Bytes, type Random } from "./bytes.ts";
import { G, hashToScalar, L, mulFixedPublic, productsPublic, pointBytes, sub } from "./group.ts";

const P = 2n ** 255n - 19n;
// y of the points of order 8 (two values), 1, 2 and 4.
const Y8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;
const LOW_ORDER_Y: ReadonlySet<bigint> = new Set([Y8, P - Y8, 1n, P - 1n, 0n]);

/** Whether 32 bytes may stand as a key, or as R: y < p, and not a point of low order. */
export function isKey(raw: Bytes): boolean {
  if (raw.length !== 32) return false;
  const y = BigInt.asUintN(255, bigFromBytesLE(raw));
  return y < P && !LOW_ORDER_Y.has(y);
}

/** Whether the 64-byte signature of the message is valid under the 32-byte key. */
export function verify(key: Bytes, signature: Bytes, message: Bytes): boolean {
  if (signature.length !== 64) return false;
  const r = signature.slice(0, 32);
  const s = bigFromBytesLE(signature.slice(32));
  if (!isKey(key) || !isKey(r) || s >= L) return false;
  let a;
  try {
    a = ed25519.Point.fromBytes(key, false);
  } catch {
    return false;
  }
  // The key may carry a component outside the prime-order subgroup, so k must not be reduced by more than the hash is: k < L.
  const [ka] = productsPublic(a, [hashToScalar(r, key, message)]);
  return equal(pointBytes(sub(mulFixedPublic(G, s), ka as typeof G)), r);
}

/** The deterministic signature by the key of a 32-byte seed. */
export function sign(seed: Bytes, message: Bytes): Bytes {
  return ed25519.sign(message, seed);
}

/** The public key of a 32-byte seed. */
export function publicKey(seed: Bytes): Bytes {
  return ed25519.getPublicKey(seed);
}

/** A fresh 32-byte seed whose key keeps the rule (all but a vanishing few do). */
export function newSeed(random: Random = systemRandom): Bytes {
  return random(32);
}
