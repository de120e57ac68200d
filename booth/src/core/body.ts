/**
 * The ballot body of suite pj2 (docs/spec/ballot.md, "Ballot body"): per subject one ElGamal ciphertext A, B_1 … B_K of a
 * unit vector (the chosen grade) or of zeros (blank), and a proof of that which tells nothing else.
 */
import { concat, refuse, Refused, systemRandom, u8, type Bytes, type Random } from "./bytes.ts";
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
  mulFixedPublic,
  pointBytes,
  pointsBytes,
  pointUnchecked,
  productsPublic,
  randomScalar,
  scalar,
  scalarBytes,
  sub,
  withTable,
  type Point,
} from "./group.ts";
import { sha512 } from "@noble/hashes/sha2.js";
import type { KeySet } from "./keyset.ts";
import { CHOICE, CTX, WEIGHT } from "./labels.ts";
import type { Slate } from "./slate.ts";

/** What a ballot is bound to. */
export interface Binding {
  readonly boxHash: Bytes;
  readonly pk: Bytes;
  /** H_1 … H_K of the KeySet, K the greatest number of grades. */
  readonly keys: readonly Point[];
  /** K_s: grades of each subject, in slate order. */
  readonly grades: readonly number[];
}

/** A ciphertext of one subject. */
export interface Ciphertext {
  readonly a: Point;
  readonly b: readonly Point[];
}

export function bodyLength(grades: readonly number[]): number {
  return grades.reduce((sum, k) => sum + 96 * (k + 1), 0);
}

/** A body for `choices` (0 = blank, k = the k-th grade) with fresh randomness; secret scalars meet only constant-time products. */
export function makeBody(to: Binding, choices: readonly number[], random: Random = systemRandom): Bytes {
  if (choices.length !== to.grades.length) throw new Error("one choice per subject");
  const tables = keyTables(to);
  const secrets = choices.map(() => randomScalar(random));
  const ciphertexts = choices.map((choice, s) => encrypt(tables, to.grades[s] as number, choice, secrets[s] as bigint));
  return proveBody(to, ciphertexts, choices, secrets, random);
}

/** The paper of a box, for every one-time key; refuses a key set that does not fit the slate. */
export function paperOf(boxHash: Bytes, slate: Pick<Slate, "gradeCounts">, keyset: Pick<KeySet, "keys">): Omit<Binding, "pk"> {
  refuse(keyset.keys.length === Math.max(...slate.gradeCounts), "the key set does not fit the slate");
  return { boxHash, keys: keyset.keys, grades: slate.gradeCounts };
}

// A table costs about as much as two products by an arbitrary point, and saves two thirds of each.
function keyTables(to: Binding): readonly Point[] {
  return to.grades.length < 3 ? to.keys : to.keys.map((key) => withTable(key, to.grades.length > 8 ? 6 : 4));
}

function encrypt(keys: readonly Point[], grades: number, choice: number, r: bigint): Ciphertext {
  if (!Number.isInteger(choice) || choice < 0 || choice > grades) throw new Error(`no choice ${choice} of ${grades}`);
  const b = keys.slice(0, grades).map((key, i) => add(mul(key, r), choice === i + 1 ? G : IDENTITY));
  return { a: mulBase(r), b };
}

/**
 * The body for given ciphertexts, with the proof that `choices[s]` is what ciphertext s holds under the secret r_s. Scalars are
 * drawn in the order that the vectors fix: per subject c_j, z_j of each simulated branch, ascending, then that of the true one.
 */
function proveBody(
  to: Binding,
  ciphertexts: readonly Ciphertext[],
  choices: readonly number[],
  secrets: readonly bigint[],
  random: Random,
): Bytes {
  const encoded = ciphertexts.map((c) => pointsBytes([c.a, ...c.b]));
  const ctx = contextHash(to, encoded.flat());
  const rho = weights(ctx, to.keys.length);
  const weighted = weightedKeys(to, rho);
  const parts = ciphertexts.map((_, s) => {
    const grades = to.grades[s] as number;
    const base = withTable(weighted.get(grades) as Point, to.grades.length > 8 ? 6 : 4);
    weighted.set(grades, base); // one table serves every subject with this number of grades
    const proof = proveChoice(ctx, s, grades, choices[s] as number, secrets[s] as bigint, rho, base, random);
    return concat(...(encoded[s] as Bytes[]), ...proof);
  });
  return concat(...parts);
}

function proveChoice(
  ctx: Bytes,
  s: number,
  grades: number,
  choice: number,
  r: bigint,
  rho: readonly bigint[],
  weightedKey: Point,
  random: Random,
): Bytes[] {
  // Branch j is u_j = z_j − c_j r. Simulated branches choose c_j and z_j; the true one chooses u_j and gets its c_j from the hash.
  const c: bigint[] = [];
  const u: bigint[] = [];
  for (let j = 0; j <= grades; j++) {
    const simulated = j !== choice;
    c.push(simulated ? randomScalar(random) : 0n);
    u.push(simulated ? modL(randomScalar(random) - (c[j] as bigint) * r) : 0n);
  }
  u[choice] = randomScalar(random);
  const commitments = u.flatMap((uj, j) => {
    const honest = mul(weightedKey, uj);
    if (j === choice) return [mulBase(uj), honest];
    const shift = modL((c[j] as bigint) * ((rho[choice] as bigint) - (rho[j] as bigint)));
    return [mulBase(uj), sub(honest, mulBase(shift))];
  });
  const total = hashToScalar(CHOICE, ctx, u8(s), ...pointsBytes(commitments));
  c[choice] = modL(total - c.reduce((sum, x) => sum + x, 0n));
  const z = u.map((uj, j) => modL(uj + (c[j] as bigint) * r));
  return [...c, ...z].map(scalarBytes);
}

/**
 * Checks a body and returns its ciphertexts; throws Refused with the first fault found. Everything here is public, so times may
 * depend on it.
 */
export function checkBody(to: Binding, body: Bytes): Ciphertext[] {
  refuse(body.length === bodyLength(to.grades) && to.pk.length === 32, "wrong length");
  const fields = splitBody(to.grades, body);
  const ctx = contextHash(to, fields.flatMap((field) => field.points));
  const rho = weights(ctx, to.keys.length);
  const shifts = rho.map((weight) => mulFixedPublic(G, weight)); // ρ_j G
  const weighted = weightedKeys(to, rho);
  const scalars = fields.map((field) => field.scalars.map(scalar));
  const zH = weightedProducts(to, weighted, scalars);
  return fields.map((field, s) => checkChoice(ctx, s, field.points, scalars[s] as bigint[], rho, shifts, zH[s] as Point[]));
}

export function bodyIsValid(to: Binding, body: Bytes): boolean {
  try {
    checkBody(to, body);
    return true;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

interface Field {
  readonly points: readonly Bytes[];
  readonly scalars: readonly Bytes[];
}

function splitBody(grades: readonly number[], body: Bytes): Field[] {
  let at = 0;
  const take = (count: number) => Array.from({ length: count }, () => body.slice(at, (at += 32)));
  return grades.map((k) => ({ points: take(k + 1), scalars: take(2 * (k + 1)) }));
}

function checkChoice(
  ctx: Bytes,
  s: number,
  encoded: readonly Bytes[],
  scalars: readonly bigint[],
  rho: readonly bigint[],
  shifts: readonly Point[],
  zH: readonly Point[],
): Ciphertext {
  const branches = encoded.length;
  const c = scalars.slice(0, branches);
  const z = scalars.slice(branches);
  const [a, ...b] = encoded.map(pointUnchecked) as [Point, ...Point[]];
  // The subgroup check L·P = 0 shares its doublings with the other products of the same point.
  const [orderA, ...cA] = productsPublic(a, [L, ...c]) as [Point, ...Point[]];
  refuse(isIdentity(orderA), "A outside the prime-order subgroup");
  let combined = IDENTITY; // B̂ = Σ ρ_k B_k
  b.forEach((point, i) => {
    const [order, part] = productsPublic(point, [L, rho[i + 1] as bigint]) as [Point, Point];
    refuse(isIdentity(order), "B outside the prime-order subgroup");
    combined = add(combined, part);
  });
  for (let j = 0; j < branches; j++) refuse(!combined.equals(shifts[j] as Point), "a branch states the identity");
  const cB = productsPublic(combined, c);
  const commitments: Point[] = [];
  for (let j = 0; j < branches; j++) {
    const [cj, zj] = [c[j] as bigint, z[j] as bigint];
    commitments.push(sub(mulFixedPublic(G, zj), cA[j] as Point));
    const difference = sub(zH[j] as Point, cB[j] as Point);
    commitments.push(j === 0 ? difference : add(difference, mulFixedPublic(G, cj * (rho[j] as bigint))));
  }
  const total = hashToScalar(CHOICE, ctx, u8(s), ...pointsBytes(commitments));
  refuse(modL(c.reduce((sum, x) => sum + x, 0n)) === total, "the proof does not hold");
  return { a, b };
}

function contextHash(to: Binding, points: readonly Bytes[]): Bytes {
  const first = to.grades[0] as number;
  const uniform = to.grades.every((k) => k === first);
  const shape = uniform ? [u8(first)] : to.grades.map(u8);
  return sha512(concat(CTX, to.boxHash, to.pk, u8(to.grades.length), ...shape, ...to.keys.map(pointBytes), ...points));
}

/** ρ_0 = 0, ρ_1 … ρ_K. */
function weights(ctx: Bytes, count: number): bigint[] {
  return [0n, ...Array.from({ length: count }, (_, i) => hashToScalar(WEIGHT, ctx, u8(i + 1)))];
}

/** Ĥ = Σ ρ_k H_k, by the number of grades it runs over. */
function weightedKeys(to: Binding, rho: readonly bigint[]): Map<number, Point> {
  const wanted = new Set(to.grades);
  const found = new Map<number, Point>();
  let sum = IDENTITY;
  for (let k = 1; k <= Math.max(...to.grades); k++) {
    sum = add(sum, mulFixedPublic(to.keys[k - 1] as Point, rho[k] as bigint));
    if (wanted.has(k)) found.set(k, sum);
  }
  return found;
}

/** z_j Ĥ for all subjects and branches; subjects with the same Ĥ share the doublings. */
function weightedProducts(to: Binding, weighted: Map<number, Point>, scalars: readonly (readonly bigint[])[]): Point[][] {
  const out: Point[][] = to.grades.map(() => []);
  for (const [grades, base] of weighted) {
    const members = to.grades.map((k, s) => (k === grades ? s : -1)).filter((s) => s >= 0);
    const products = productsPublic(base, members.flatMap((s) => (scalars[s] as readonly bigint[]).slice(grades + 1)));
    members.forEach((s, i) => (out[s] = products.slice(i * (grades + 1), (i + 1) * (grades + 1))));
  }
  return out;
}

/** The ciphertexts of a body that has been checked before: points are decoded, nothing else is looked at. */
export function ciphertextsOf(grades: readonly number[], body: Bytes): Ciphertext[] {
  return splitBody(grades, body).map((field) => {
    const [a, ...b] = field.points.map(pointUnchecked) as [Point, ...Point[]];
    return { a, b };
  });
}
