/**
 * Products of public points, in floating point (`field.ts`): what a verifier spends its time on. Times depend on the scalars: never for
 * secrets. Only `group.ts` uses this. The formulas (Hisil, Wong, Carter, Dawson 2008, §3.1 and §3.3 for a = −1) are complete: they hold
 * for every pair of points of the curve, so nothing is a special case, not even a point of small order.
 *
 * A point is four numbers X ‖ Y ‖ Z ‖ T with x = X/Z, y = Y/Z, xy = T/Z; ready to be added it is Y−X ‖ Y+X ‖ 2Z ‖ 2dT.
 */
import { CELLS, load, minus, multiply, plus, read } from "./field.ts";

/** Projective coordinates as integers. */
export interface Coordinates {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
  readonly T: bigint;
}

type Cells = Float64Array;

const [X, Y, Z, T] = [0, CELLS, 2 * CELLS, 3 * CELLS] as const;
const SIZE = 4 * CELLS;
const DIGITS = 64; // of four bits, for scalars below 2^253
const D2 = new Float64Array(CELLS);
load(D2, 0, 16295367250680780974490674513165176452449235426866156013048779062215315747161n); // 2d

const space = new Float64Array(8 * CELLS);
const [A, B, C, D, E, F, G, H] = Array.from({ length: 8 }, (_, n) => n * CELLS) as [number, number, number, number, number, number, number, number];

function fromCoordinates(p: Coordinates): Cells {
  const out = new Float64Array(SIZE);
  [p.X, p.Y, p.Z, p.T].forEach((x, n) => load(out, n * CELLS, x));
  return out;
}

function identity(): Cells {
  const out = new Float64Array(SIZE);
  out[Y] = out[Z] = 1;
  return out;
}

function toCoordinates(p: Cells): Coordinates {
  return { X: read(p, X), Y: read(p, Y), Z: read(p, Z), T: read(p, T) };
}

/** Makes p ready to be added; `negative` makes −p ready. */
function ready(out: Cells, o: number, p: Cells, negative: boolean): void {
  minus(out, o + (negative ? Y : X), p, Y, p, X);
  plus(out, o + (negative ? X : Y), p, Y, p, X);
  plus(out, o + Z, p, Z, p, Z);
  multiply(out, o + T, p, T, D2, 0);
  if (negative) for (let k = 0; k < CELLS; k++) out[o + T + k] = -out[o + T + k]!;
}

/** p += the ready point at q[o…]. */
function addTo(p: Cells, q: Cells, o: number): void {
  minus(space, A, p, Y, p, X);
  multiply(space, A, space, A, q, o + X);
  plus(space, B, p, Y, p, X);
  multiply(space, B, space, B, q, o + Y);
  multiply(space, C, p, T, q, o + T);
  multiply(space, D, p, Z, q, o + Z);
  minus(space, E, space, B, space, A);
  minus(space, F, space, D, space, C);
  plus(space, G, space, D, space, C);
  plus(space, H, space, B, space, A);
  finish(p, true);
}

/** p += p, without T where only another doubling follows. The widest product, E·F, has factors of two and four units. */
function double(p: Cells, withT: boolean): void {
  multiply(space, A, p, X, p, X);
  multiply(space, B, p, Y, p, Y);
  multiply(space, C, p, Z, p, Z);
  multiply(space, E, p, X, p, Y);
  plus(space, E, space, E, space, E); // 2XY
  plus(space, C, space, C, space, C); // 2Z²
  minus(space, G, space, B, space, A);
  minus(space, F, space, G, space, C);
  plus(space, H, space, A, space, B);
  for (let k = 0; k < CELLS; k++) space[H + k] = -space[H + k]!;
  finish(p, withT);
}

function finish(p: Cells, withT: boolean): void {
  multiply(p, X, space, E, space, F);
  multiply(p, Y, space, G, space, H);
  if (withT) multiply(p, T, space, E, space, H);
  multiply(p, Z, space, F, space, G);
}

/** Digits −7…8 of a non-negative integer, least first. */
function signedDigits(x: bigint): number[] {
  const hex = x.toString(16);
  const out: number[] = [];
  let carry = 0;
  for (let i = hex.length - 1; i >= 0; i--) {
    const digit = parseInt(hex[i] as string, 16) + carry;
    carry = digit > 8 ? 1 : 0;
    out.push(digit - 16 * carry);
  }
  if (carry > 0) out.push(carry);
  return out;
}

/** x·p for each x ≥ 0 below 2^255: one chain of doublings serves all (Yao's method). */
export function products(p: Coordinates, xs: readonly bigint[]): Coordinates[] {
  const digits = xs.map(signedDigits);
  const rows = Math.max(0, ...digits.map((d) => d.length));
  const buckets = xs.map(() => Array.from({ length: 8 }, identity)); // the n-th gathers what is to be taken n + 1 times
  const power = fromCoordinates(p); // 16^row · p
  const [forth, back] = [new Float64Array(SIZE), new Float64Array(SIZE)];
  for (let row = 0; row < rows; row++) {
    if (row > 0) for (let n = 0; n < 4; n++) double(power, n === 3);
    ready(forth, 0, power, false);
    ready(back, 0, power, true);
    digits.forEach((d, i) => {
      const digit = d[row] ?? 0;
      if (digit !== 0) addTo(buckets[i]![Math.abs(digit) - 1]!, digit > 0 ? forth : back, 0);
    });
  }
  return buckets.map(weighted);
}

/** Σ (n+1)·bucket[n] as a sum of running sums. */
function weighted(buckets: readonly Cells[]): Coordinates {
  const [running, total, next] = [identity(), identity(), new Float64Array(SIZE)];
  for (const bucket of [...buckets].reverse()) {
    ready(next, 0, bucket, false);
    addTo(running, next, 0);
    ready(next, 0, running, false);
    addTo(total, next, 0);
  }
  return toCoordinates(total);
}

/** ±1…8 times each power of 16 of one point, ready to be added: for a point that is multiplied often. */
export class Table {
  readonly #cells = new Float64Array(DIGITS * 16 * SIZE);

  constructor(p: Coordinates) {
    const power = fromCoordinates(p);
    const [multiple, step] = [new Float64Array(SIZE), new Float64Array(SIZE)];
    for (let row = 0; row < DIGITS; row++) {
      ready(step, 0, power, false);
      multiple.set(power);
      for (let n = 1; n <= 8; n++) {
        if (n > 1) addTo(multiple, step, 0);
        ready(this.#cells, this.#at(row, n), multiple, false);
        ready(this.#cells, this.#at(row, -n), multiple, true);
      }
      for (let n = 0; n < 4; n++) double(power, n === 3);
    }
  }

  #at(row: number, digit: number): number {
    return (row * 16 + (digit > 0 ? digit - 1 : 7 - digit)) * SIZE;
  }

  /** x·p for 0 ≤ x < 2^253. */
  times(x: bigint): Coordinates {
    const total = identity();
    signedDigits(x).forEach((digit, row) => digit !== 0 && addTo(total, this.#cells, this.#at(row, digit)));
    return toCoordinates(total);
  }
}
