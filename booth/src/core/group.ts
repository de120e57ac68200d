/**
 * The group of suite pj2: the prime-order subgroup of edwards25519. Seven functions (point, scalar, mul, mulBase, add, sub,
 * hashToScalar) and their public-input companions; nothing else knows the curve, which keeps the door open for another suite.
 *
 * Point rule: 32 bytes, y < p, on the curve, in the prime-order subgroup, not the identity. Scalar rule: 0 < x < L.
 */
import { normalizeZ } from "@noble/curves/abstract/curve.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { bigFromBytesLE, bigToBytesLE, concat, refuse, Refused, systemRandom, type Bytes, type Random } from "./bytes.ts";
import { products, Table, type Coordinates } from "./products.ts";

const Curve = ed25519.Point;

/** An element of the subgroup, identity included (sums may be the identity; input may not). */
export type Point = typeof Curve.BASE;

/** Order of the subgroup. */
export const L: bigint = Curve.Fn.ORDER;
export const G: Point = Curve.BASE;
export const IDENTITY: Point = Curve.ZERO;
const BASE: Point = withTable(G, 6);

/** Point from input; throws Refused unless the point rule holds. */
export function point(bytes: Bytes): Point {
  const found = pointUnchecked(bytes);
  refuse(found.isTorsionFree(), "outside the prime-order subgroup");
  return found;
}

/** Scalar from input; throws Refused unless the scalar rule holds. */
export function scalar(bytes: Bytes): bigint {
  refuse(bytes.length === 32, "a scalar has 32 bytes");
  const x = bigFromBytesLE(bytes);
  refuse(x > 0n && x < L, "scalar out of range");
  return x;
}

/** x·P for a secret x, 0 < x < L, in time that does not depend on x as far as JavaScript allows. */
export function mul(p: Point, x: bigint): Point {
  return p.multiply(x);
}

/**
 * x·G for a secret x, 0 < x < L. The library blinds products of its own base point, which doubles their time; this copy of it takes
 * the constant-time path that every other point takes, and shares one table with the public products.
 */
export function mulBase(x: bigint): Point {
  return BASE.multiply(x);
}

export function add(p: Point, q: Point): Point {
  return p.add(q);
}

export function sub(p: Point, q: Point): Point {
  return p.subtract(q);
}

/** SHA-512 of the parts, read little-endian, modulo L. */
export function hashToScalar(...parts: readonly Bytes[]): bigint {
  return bigFromBytesLE(sha512(concat(...parts))) % L;
}

/** x·P for public x of any size: time depends on x. Never for secrets. */
export function mulPublic(p: Point, x: bigint): Point {
  return (p === G ? BASE : p).multiplyUnsafe(modL(x));
}

const tables = new WeakMap<Point, Table>();

/** The same for a point that is multiplied again and again (G, the keys of a key set): the first product makes a table. */
export function mulFixedPublic(p: Point, x: bigint): Point {
  const table = tables.get(p) ?? new Table(p);
  tables.set(p, table);
  return fromCoordinates(table.times(modL(x)));
}

export function modL(x: bigint): bigint {
  const rest = x % L;
  return rest < 0n ? rest + L : rest;
}

/** Random scalar, 0 < x < L: 64 bytes reduced, so that the bias is below 2^−250. */
export function randomScalar(random: Random = systemRandom): bigint {
  for (;;) {
    const x = bigFromBytesLE(random(64)) % L;
    if (x !== 0n) return x;
  }
}

/** x·P for several public x of any size up to L: one chain of doublings serves all. Times depend on the scalars. Never for secrets. */
export function productsPublic(p: Point, xs: readonly bigint[]): Point[] {
  return products(p, xs).map(fromCoordinates);
}

function fromCoordinates({ X, Y, Z, T }: Coordinates): Point {
  return new Curve(X, Y, Z, T);
}

/** Curve point from input without the subgroup check; the caller must see that L·P is the identity before trusting it. */
export function pointUnchecked(bytes: Bytes): Point {
  refuse(bytes.length === 32, "a point has 32 bytes");
  let found: Point;
  try {
    found = Curve.fromBytes(bytes, false);
  } catch {
    throw new Refused("not a point of the curve");
  }
  refuse(!found.is0(), "the identity");
  return found;
}

/** A copy of P with a table for many products by `mul`; `window` bits a step. */
export function withTable(p: Point, window: number): Point {
  return new Curve(p.X, p.Y, p.Z, p.T).precompute(window);
}

export function isIdentity(p: Point): boolean {
  return p.is0();
}

export function pointBytes(p: Point): Bytes {
  return p.toBytes();
}

/** Encodings of many points with one field inversion. */
export function pointsBytes(points: readonly Point[]): Bytes[] {
  return normalizeZ(Curve, [...points]).map((p) => p.toBytes());
}

export function scalarBytes(x: bigint): Bytes {
  return bigToBytesLE(x, 32);
}
