/**
 * The field of 2^255 − 19 in floating point, for public numbers only: six to eight times as fast as BigInt.
 *
 * A number is the sum of twelve doubles; the k-th is a multiple of 2^⌈21.25 k⌉, so that the exponents do the shifting. A product adds up
 * twelve products per place, exactly: a double holds 53 bits, and the places need 50 (see `UNITS`). Then each place is rounded to a
 * multiple of the next one's unit, and what was rounded off stays: no place holds more than half of the next one's unit. The idea is
 * D. J. Bernstein's ("Curve25519: new Diffie-Hellman speed records", 2006, section 4).
 */

/** Doubles per number. */
export const CELLS = 12;

/**
 * A product is exact while its factors are sums of at most a and b products (or numbers from `load`) with a·b ≤ UNITS.
 * `test/field.test.ts` computes the bound from the places.
 */
export const UNITS = 8;

const P = 2n ** 255n - 19n;
const WRAP = 19 * 2 ** -255; // 2^255 = 19
/** The k-th double is a multiple of 2^PLACE[k]. */
export const PLACE: readonly number[] = Array.from({ length: CELLS + 1 }, (_, k) => Math.ceil(21.25 * k));

// x + Rk − Rk is x rounded to a multiple of 2^PLACE[k+1]: the sum has exactly that unit in its last bit.
const R0 = 3 * 2 ** 73;
const R1 = 3 * 2 ** 94;
const R2 = 3 * 2 ** 115;
const R3 = 3 * 2 ** 136;
const R4 = 3 * 2 ** 158;
const R5 = 3 * 2 ** 179;
const R6 = 3 * 2 ** 200;
const R7 = 3 * 2 ** 221;
const R8 = 3 * 2 ** 243;
const R9 = 3 * 2 ** 264;
const R10 = 3 * 2 ** 285;
const R11 = 3 * 2 ** 306;

/** Writes the product of the numbers at f[i…] and g[j…] to out[o…], which may be one of them. */
export function multiply(out: Float64Array, o: number, f: Float64Array, i: number, g: Float64Array, j: number): void {
  const f0 = f[i]!, f1 = f[i + 1]!, f2 = f[i + 2]!, f3 = f[i + 3]!, f4 = f[i + 4]!, f5 = f[i + 5]!,
    f6 = f[i + 6]!, f7 = f[i + 7]!, f8 = f[i + 8]!, f9 = f[i + 9]!, f10 = f[i + 10]!, f11 = f[i + 11]!;
  const g0 = g[j]!, g1 = g[j + 1]!, g2 = g[j + 2]!, g3 = g[j + 3]!, g4 = g[j + 4]!, g5 = g[j + 5]!,
    g6 = g[j + 6]!, g7 = g[j + 7]!, g8 = g[j + 8]!, g9 = g[j + 9]!, g10 = g[j + 10]!, g11 = g[j + 11]!;
  let h0 = f0 * g0 + WRAP * (f1 * g11 + f2 * g10 + f3 * g9 + f4 * g8 + f5 * g7 + f6 * g6 + f7 * g5 + f8 * g4 + f9 * g3 + f10 * g2 + f11 * g1);
  let h1 = f0 * g1 + f1 * g0 + WRAP * (f2 * g11 + f3 * g10 + f4 * g9 + f5 * g8 + f6 * g7 + f7 * g6 + f8 * g5 + f9 * g4 + f10 * g3 + f11 * g2);
  let h2 = f0 * g2 + f1 * g1 + f2 * g0 + WRAP * (f3 * g11 + f4 * g10 + f5 * g9 + f6 * g8 + f7 * g7 + f8 * g6 + f9 * g5 + f10 * g4 + f11 * g3);
  let h3 = f0 * g3 + f1 * g2 + f2 * g1 + f3 * g0 + WRAP * (f4 * g11 + f5 * g10 + f6 * g9 + f7 * g8 + f8 * g7 + f9 * g6 + f10 * g5 + f11 * g4);
  let h4 = f0 * g4 + f1 * g3 + f2 * g2 + f3 * g1 + f4 * g0 + WRAP * (f5 * g11 + f6 * g10 + f7 * g9 + f8 * g8 + f9 * g7 + f10 * g6 + f11 * g5);
  let h5 = f0 * g5 + f1 * g4 + f2 * g3 + f3 * g2 + f4 * g1 + f5 * g0 + WRAP * (f6 * g11 + f7 * g10 + f8 * g9 + f9 * g8 + f10 * g7 + f11 * g6);
  let h6 = f0 * g6 + f1 * g5 + f2 * g4 + f3 * g3 + f4 * g2 + f5 * g1 + f6 * g0 + WRAP * (f7 * g11 + f8 * g10 + f9 * g9 + f10 * g8 + f11 * g7);
  let h7 = f0 * g7 + f1 * g6 + f2 * g5 + f3 * g4 + f4 * g3 + f5 * g2 + f6 * g1 + f7 * g0 + WRAP * (f8 * g11 + f9 * g10 + f10 * g9 + f11 * g8);
  let h8 = f0 * g8 + f1 * g7 + f2 * g6 + f3 * g5 + f4 * g4 + f5 * g3 + f6 * g2 + f7 * g1 + f8 * g0 + WRAP * (f9 * g11 + f10 * g10 + f11 * g9);
  let h9 = f0 * g9 + f1 * g8 + f2 * g7 + f3 * g6 + f4 * g5 + f5 * g4 + f6 * g3 + f7 * g2 + f8 * g1 + f9 * g0 + WRAP * (f10 * g11 + f11 * g10);
  let h10 = f0 * g10 + f1 * g9 + f2 * g8 + f3 * g7 + f4 * g6 + f5 * g5 + f6 * g4 + f7 * g3 + f8 * g2 + f9 * g1 + f10 * g0 + WRAP * (f11 * g11);
  let h11 = f0 * g11 + f1 * g10 + f2 * g9 + f3 * g8 + f4 * g7 + f5 * g6 + f6 * g5 + f7 * g4 + f8 * g3 + f9 * g2 + f10 * g1 + f11 * g0;
  let c = 0; // carried to the next place
  c = h0 + R0 - R0, h0 -= c, h1 += c;
  c = h1 + R1 - R1, h1 -= c, h2 += c;
  c = h2 + R2 - R2, h2 -= c, h3 += c;
  c = h3 + R3 - R3, h3 -= c, h4 += c;
  c = h4 + R4 - R4, h4 -= c, h5 += c;
  c = h5 + R5 - R5, h5 -= c, h6 += c;
  c = h6 + R6 - R6, h6 -= c, h7 += c;
  c = h7 + R7 - R7, h7 -= c, h8 += c;
  c = h8 + R8 - R8, h8 -= c, h9 += c;
  c = h9 + R9 - R9, h9 -= c, h10 += c;
  c = h10 + R10 - R10, h10 -= c, h11 += c;
  c = h11 + R11 - R11, h11 -= c, h0 += WRAP * c;
  c = h0 + R0 - R0, h0 -= c, h1 += c;
  out[o] = h0; out[o + 1] = h1; out[o + 2] = h2; out[o + 3] = h3; out[o + 4] = h4; out[o + 5] = h5;
  out[o + 6] = h6; out[o + 7] = h7; out[o + 8] = h8; out[o + 9] = h9; out[o + 10] = h10; out[o + 11] = h11;
}

/** Writes a + b. */
export function plus(out: Float64Array, o: number, f: Float64Array, i: number, g: Float64Array, j: number): void {
  for (let k = 0; k < CELLS; k++) out[o + k] = f[i + k]! + g[j + k]!;
}

/** Writes a − b. */
export function minus(out: Float64Array, o: number, f: Float64Array, i: number, g: Float64Array, j: number): void {
  for (let k = 0; k < CELLS; k++) out[o + k] = f[i + k]! - g[j + k]!;
}

/** Writes x, 0 ≤ x < 2^255: one unit, like a product. */
export function load(out: Float64Array, o: number, x: bigint): void {
  for (let k = 0; k < CELLS; k++) {
    const bits = PLACE[k + 1]! - PLACE[k]!;
    // Digits −2^(bits−1) … 2^(bits−1) − 1, except the last, which takes what is left.
    const low = k < CELLS - 1 ? BigInt.asIntN(bits, x) : x;
    out[o + k] = Number(low) * 2 ** PLACE[k]!;
    x = (x - low) >> BigInt(bits);
  }
}

/** The number at f[i…], 0 ≤ x < p. */
export function read(f: Float64Array, i: number): bigint {
  let x = 0n;
  for (let k = 0; k < CELLS; k++) x += BigInt(f[i + k]! * 2 ** -PLACE[k]!) << BigInt(PLACE[k]!);
  x %= P;
  return x < 0n ? x + P : x;
}
