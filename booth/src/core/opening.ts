/** Opening sums, never ballots: partial decryptions with proofs, and how t of them give a count (docs/spec/ballot.md §11). */
import { sha256 } from "@noble/hashes/sha2.js";
import { compare, concat, Refused, systemRandom, toHex, u8, utf8, type Bytes, type Random } from "./bytes.ts";
import {
  add,
  G,
  hashToScalar,
  IDENTITY,
  isIdentity,
  L,
  modL,
  mul,
  mulBase,
  mulPublic,
  point,
  pointBytes,
  pointsBytes,
  randomScalar,
  scalar,
  scalarBytes,
  sub,
  type Point,
} from "./group.ts";
import * as hpke from "./hpke.ts";
import type { KeySet } from "./keyset.ts";
import { OPENING, PARTIAL, RELAY } from "./labels.ts";
import { publicShare, type Share } from "./sealing.ts";
import type { Sums } from "./sums.ts";
import type { Place } from "./tiers.ts";

export const PARTIAL_LENGTH = 99;

/** Bytes that are no partial decryption. */
export class BadPartial extends Refused {
  override name = "BadPartial";
}

/** A decrypted sum that is no count within the number of ballots, or too few parts. */
export class NoCount extends Refused {
  override name = "NoCount";
}

/** A box and the text of its closing note, without signatures. */
export interface ClosedBox {
  readonly boxHash: Bytes;
  readonly closingText: string;
}

/** SHA-256(label ‖ u8 boxes ‖ per box, ascending: box_hash ‖ SHA-256(closing text)). */
export function openingHash(boxes: readonly ClosedBox[]): Bytes {
  const sorted = [...boxes].sort((x, y) => compare(x.boxHash, y.boxHash));
  const parts = sorted.map(({ boxHash, closingText }) => concat(boxHash, sha256(utf8(closingText))));
  return sha256(concat(OPENING, u8(boxes.length), ...parts));
}

/** One scrutineer's part of one sum. `s` counts from 0, `i` from 1. */
export interface Partial extends Place {
  readonly i: number;
  readonly d: Point;
  readonly e: bigint;
  readonly z: bigint;
}

/** 99 bytes: i ‖ s ‖ mask ‖ d ‖ e ‖ z. */
export function partialBytes({ i, s, mask, d, e, z }: Partial): Bytes {
  return concat(Uint8Array.of(i, s, mask), pointBytes(d), scalarBytes(e), scalarBytes(z));
}

export function parsePartial(raw: Bytes): Partial {
  if (raw.length !== PARTIAL_LENGTH) throw new BadPartial("length");
  const [i, s, mask] = raw as unknown as [number, number, number];
  try {
    return { i, s, mask, d: point(raw.slice(3, 35)), e: scalar(raw.slice(35, 67)), z: scalar(raw.slice(67, 99)) };
  } catch {
    throw new BadPartial("point or scalar");
  }
}

/** partials.bin: partials joined, sorted by (i, s, mask). */
export function writePartials(partials: readonly Partial[]): Bytes {
  return concat(...[...partials].sort((x, y) => placeOrder(x) - placeOrder(y)).map(partialBytes));
}

/** Reads partials.bin; every partial must read, and (i, s, mask) strictly increase. */
export function readPartials(raw: Bytes): Partial[] {
  if (raw.length % PARTIAL_LENGTH !== 0) throw new BadPartial("length");
  const found = Array.from({ length: raw.length / PARTIAL_LENGTH }, (_, n) =>
    parsePartial(raw.slice(n * PARTIAL_LENGTH, (n + 1) * PARTIAL_LENGTH)),
  );
  found.forEach((partial, n) => {
    const before = found[n - 1];
    if (before !== undefined && placeOrder(before) >= placeOrder(partial)) throw new BadPartial("order");
  });
  return found;
}

function placeOrder({ i, s, mask }: Partial): number {
  return (i << 16) | (s << 8) | mask;
}

/** The partial decryption of one place, where `a` is ΣA over the valid ballots counted; there must be one. */
export function decrypt(share: Share, opening: Bytes, place: Place, a: Point, random: Random = systemRandom): Partial {
  if (isIdentity(a)) throw new Error("no ballot was added");
  const { s, mask } = place;
  const x = modL(share.values.reduce((sum, value, k) => ((mask >> k) & 1 ? sum + value : sum), 0n));
  const w = randomScalar(random);
  const [y, d] = [mulBase(x), mul(a, x)];
  const e = challenge(opening, { i: share.i, s, mask }, [a, y, d, mulBase(w), mul(a, w)]);
  return { i: share.i, s, mask, d, e, z: modL(w + e * x) };
}

function challenge(opening: Bytes, { i, s, mask }: Place & { readonly i: number }, points: readonly Point[]): bigint {
  return hashToScalar(PARTIAL, opening, Uint8Array.of(i, s, mask), ...pointsBytes(points));
}

/** Whether the proof holds for the sum `a` and the commitments of the partial's scrutineer. */
export function checkPartial(partial: Partial, keyset: KeySet, opening: Bytes, a: Point): boolean {
  const { i, mask, d, e, z } = partial;
  if (i < 1 || i > keyset.n || mask < 1 || mask >= 1 << keyset.commitments.length) return false;
  const y = publicShare(keyset, i, mask);
  if (isIdentity(a) || isIdentity(y)) return false;
  const wg = sub(mulPublic(G, z), mulPublic(y, e));
  const wa = sub(mulPublic(a, z), mulPublic(d, e));
  return e === challenge(opening, partial, [a, y, d, wg, wa]);
}

/**
 * D = Σ_{k∈mask} ΣB_k − Σ λ_i d_i = count·G from at least t checked partials of one place; `b` is the sum of the B. The t lowest i
 * are used. Throws NoCount if there are fewer.
 */
export function combine(partials: readonly Partial[], t: number, b: Point): Point {
  const used = [...partials].sort((x, y) => x.i - y.i).slice(0, t);
  if (new Set(partials.map((p) => p.i)).size !== partials.length) throw new Error("one partial per scrutineer");
  if (used.length < t) throw new NoCount("too few scrutineers");
  return used.reduce((rest, p) => sub(rest, mulPublic(p.d, lagrange(p.i, used.map((other) => other.i)))), b);
}

/** λ_i at 0 for the points `all`. */
function lagrange(i: number, all: readonly number[]): bigint {
  const others = all.filter((j) => j !== i).map(BigInt);
  const numerator = others.reduce((product, j) => modL(product * j), 1n);
  const denominator = others.reduce((product, j) => modL(product * (j - BigInt(i))), 1n);
  return modL(numerator * inverse(denominator));
}

/** x⁻¹ mod L, by Fermat. */
function inverse(x: bigint): bigint {
  let result = 1n;
  for (let square = modL(x), left = L - 2n; left > 0n; left >>= 1n, square = (square * square) % L) {
    if (left & 1n) result = (result * square) % L;
  }
  return result;
}

/** Whether D = count·G, which is all that a verifier asks. */
export function isCount(d: Point, count: number): boolean {
  return Number.isSafeInteger(count) && count >= 0 && d.equals(mulPublic(G, BigInt(count)));
}

/** The count of D, 0 … greatest, by baby steps and giant steps; throws NoCount if there is none. */
export function findCount(d: Point, greatest: number): number {
  const step = Math.floor(Math.sqrt(greatest)) + 1;
  const babies: Point[] = [IDENTITY];
  for (let i = 1; i <= step; i++) babies.push(add(babies[i - 1] as Point, G));
  const stride = babies.pop() as Point;
  const baby = new Map(pointsBytes(babies).map((bytes, i) => [toHex(bytes), i]));
  let here = d;
  for (let giant = 0; giant <= step; giant++) {
    const found = baby.get(toHex(pointBytes(here)));
    if (found !== undefined && giant * step + found <= greatest) return giant * step + found;
    here = sub(here, stride);
  }
  throw new NoCount("the sum is no count within the number of ballots");
}

export interface PlaceCount extends Place {
  readonly count: number;
}

/** The count of every place; partials whose proof fails are passed over. Throws NoCount. */
export function countAll(sums: Sums, keyset: KeySet, opening: Bytes, places: readonly Place[], partials: readonly Partial[]): PlaceCount[] {
  return places.map(({ s, mask }) => {
    const a = sums.a[s] as Point;
    const good = new Map<number, Partial>();
    for (const p of partials) {
      if (p.s === s && p.mask === mask && checkPartial(p, keyset, opening, a)) good.set(p.i, p);
    }
    return { s, mask, count: findCount(combine([...good.values()], keyset.t, sums.bOf(s, mask)), sums.count) };
  });
}

/** HPKE info under which partials travel from one scrutineer to another below the full tier. */
function relayInfo(opening: Bytes, sender: number, receiver: number): Bytes {
  return concat(RELAY, opening, u8(sender), u8(receiver));
}

export function sealPartials(
  partials: readonly Partial[],
  opening: Bytes,
  sender: number,
  receiver: number,
  exchange: Bytes,
): Promise<Bytes> {
  return hpke.seal(exchange, relayInfo(opening, sender, receiver), writePartials(partials));
}

/** Opens what `sender` sealed to us; throws BadPartial if it does not open or holds parts of somebody else. */
export async function openPartials(
  sealed: Bytes,
  opening: Bytes,
  sender: number,
  receiver: number,
  exchange: Bytes,
): Promise<Partial[]> {
  let raw: Bytes;
  try {
    raw = await hpke.open(exchange, relayInfo(opening, sender, receiver), sealed);
  } catch {
    throw new BadPartial("sealed to somebody else");
  }
  const found = readPartials(raw);
  if (found.some((p) => p.i !== sender)) throw new BadPartial("parts of another scrutineer");
  return found;
}
