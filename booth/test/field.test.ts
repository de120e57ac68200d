import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, test } from "vitest";
import { CELLS, load, minus, multiply, PLACE, plus, read, UNITS } from "../src/core/field.ts";
import { products, Table } from "../src/core/products.ts";

const P = 2n ** 255n - 19n;
const L = ed25519.Point.Fn.ORDER;
const PROVING = process.env["PINGJIA_PROOF"] === "1";
const ROUNDS = PROVING ? 20_000 : 500;

/** Numbers from a seed, and the ends of every place. */
function* numbers(count: number): Generator<bigint> {
  yield* [0n, 1n, 2n, 18n, 19n, P - 1n, P - 2n, P - 19n, (P - 1n) / 2n, 2n ** 254n, 2n ** 255n - 1n, 2n ** 255n - 20n];
  for (const place of PLACE.slice(1, CELLS)) yield* [2n ** BigInt(place) - 1n, 2n ** BigInt(place), 2n ** BigInt(place - 1), 2n ** BigInt(place - 1) - 1n];
  let x = 88172645463325252n;
  for (let n = 0; n < count; n++) yield (x = (x * x + 2n ** 251n + BigInt(n)) % P);
}

function cells(x: bigint): Float64Array {
  const out = new Float64Array(CELLS);
  load(out, 0, x);
  return out;
}

describe("numbers modulo 2^255 − 19 in floating point", () => {
  test("come back as they went in", () => {
    for (const x of numbers(ROUNDS)) expect(read(cells(x), 0)).toBe(x % P);
  });

  test("are multiplied, added and taken away as integers are, in whatever chain", () => {
    let [expected, found] = [3n, cells(3n)];
    for (const x of numbers(ROUNDS)) {
      const other = cells(x);
      const [sum, difference] = [new Float64Array(CELLS), new Float64Array(CELLS)];
      plus(sum, 0, found, 0, other, 0);
      minus(difference, 0, found, 0, other, 0);
      expect([read(sum, 0), read(difference, 0)]).toEqual([(expected + x) % P, (((expected - x) % P) + P) % P]);
      // Two units times four: the widest product that is allowed.
      plus(difference, 0, difference, 0, difference, 0);
      multiply(found, 0, sum, 0, difference, 0);
      expected = (((expected + x) * 2n * (expected - x)) % P + P) % P;
      expect(read(found, 0)).toBe(expected);
      if (expected === 0n) [expected, found] = [7n, cells(7n)];
    }
  });

  test("are added up within the 53 bits of a double: the bound follows from the places", () => {
    // After a product no place holds more than half of the next one's unit, and a hair that the last carry leaves.
    const most = PLACE.slice(1).map((next) => 2 ** (next - 1) * (1 + 2 ** -10));
    for (let i = 0; i < CELLS; i++) {
      let sum = 0;
      for (let a = 0; a < CELLS; a++) {
        const b = (i - a + CELLS) % CELLS;
        sum += UNITS * most[a]! * most[b]! * (a + b >= CELLS ? 19 * 2 ** -255 : 1);
      }
      expect(Math.log2(sum) - PLACE[i]!).toBeLessThan(53);
    }
  });
});

describe("products of public points in floating point", () => {
  const G = ed25519.Point.BASE;
  const torsion = ed25519.Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"); // of order eight
  const points = [G, G.double(), G.multiply(L - 1n), torsion, G.add(torsion), ed25519.Point.ZERO];
  const scalars = [0n, 1n, 2n, 7n, 8n, 9n, 15n, 16n, L - 1n, L, 2n ** 252n, ...[...numbers(200)].slice(PROVING ? -200 : -6).map((x) => x % L)];

  const asPoint = (c: { X: bigint; Y: bigint; Z: bigint; T: bigint }) => new ed25519.Point(c.X, c.Y, c.Z, c.T);
  const expected = (p: typeof G, x: bigint) => (x === 0n || p.is0() ? ed25519.Point.ZERO : addUp(p, x));

  /** Doubling and adding: the library refuses scalars from L on, which the check of the subgroup needs. */
  function addUp(p: typeof G, x: bigint): typeof G {
    let total = ed25519.Point.ZERO;
    for (const bit of x.toString(2)) total = bit === "1" ? total.double().add(p) : total.double();
    return total;
  }

  test("are those of the library, for every kind of point and scalar", () => {
    for (const p of points) {
      products(p, scalars).forEach((c, n) => expect(asPoint(c).equals(expected(p, scalars[n]!))).toBe(true));
    }
  });

  test("by a table are the same, and keep x·y = T/Z", () => {
    for (const p of points) {
      const table = new Table(p);
      for (const x of scalars) {
        const c = table.times(x);
        expect(asPoint(c).equals(expected(p, x))).toBe(true);
        expect((c.X * c.Y - c.Z * c.T) % P).toBe(0n);
      }
    }
  });
});
