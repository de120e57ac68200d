import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bigToBytesLE, Refused } from "../src/core/bytes.ts";
import { add, G, IDENTITY, isIdentity, L, mul, mulPublic, point, pointBytes, productsPublic, randomScalar, scalar, withTable } from "../src/core/group.ts";

const P = 2n ** 255n - 19n;
const ORDER_EIGHT_Y = 2707385501144840649318225287225658788936804267575313519463743609750303021405n;

describe("the point rule", () => {
  const low = [0n, 1n, P - 1n, ORDER_EIGHT_Y, P - ORDER_EIGHT_Y];
  const tooGreat = Array.from({ length: 19 }, (_, i) => P + BigInt(i));
  const both = [...low, ...tooGreat].flatMap((y) => [y, y | (1n << 255n)]);

  it("refuses every point of low order and every y ≥ p, with either sign", () => {
    expect(both).toHaveLength(48);
    for (const y of both) expect(() => point(bigToBytesLE(y, 32)), String(y)).toThrow(Refused);
  });

  it("refuses points outside the subgroup, off the curve and of another length", () => {
    const eight = bigToBytesLE(ORDER_EIGHT_Y, 32);
    const torsion = (G.constructor as typeof import("@noble/curves/ed25519.js").ed25519.Point).fromBytes(eight);
    expect(() => point(pointBytes(add(G, torsion)))).toThrow(Refused);
    expect(() => point(bigToBytesLE(2n, 32))).toThrow(Refused);
    expect(() => point(new Uint8Array(31))).toThrow(Refused);
    expect(point(pointBytes(G)).equals(G)).toBe(true);
  });
});

describe("the scalar rule", () => {
  it("refuses 0, L and more, and other lengths", () => {
    for (const x of [0n, L, L + 1n, 2n ** 255n, 2n ** 256n - 1n]) expect(() => scalar(bigToBytesLE(x, 32))).toThrow(Refused);
    expect(() => scalar(new Uint8Array(31).fill(1))).toThrow(Refused);
    for (const x of [1n, L - 1n]) expect(scalar(bigToBytesLE(x, 32))).toBe(x);
  });
});

describe("products", () => {
  it("agree by every way of computing them", () => {
    const p = mul(G, randomScalar());
    const xs = [0n, 1n, 2n, 7n, 8n, 9n, 15n, 16n, 136n, L - 1n, L, randomScalar(), randomScalar()];
    const table = withTable(p, 4);
    productsPublic(p, xs).forEach((product, i) => {
      const x = xs[i] as bigint;
      expect(product.equals(mulPublic(p, x))).toBe(true);
      if (x % L !== 0n) expect(product.equals(mul(p, x)) && product.equals(mul(table, x))).toBe(true);
      else expect(isIdentity(product)).toBe(true);
    });
    expect(isIdentity(IDENTITY)).toBe(true);
  });
});

describe("the source", () => {
  const core = new URL("../src/core/", import.meta.url);
  const files = readdirSync(core).map((name) => [name, readFileSync(new URL(name, core), "utf8")] as const);

  it("names the variable-time product in one place, and other randomness than the system's nowhere", () => {
    const users = (word: RegExp) => files.filter(([, text]) => word.test(text)).map(([name]) => name);
    expect(users(/multiplyUnsafe/)).toEqual(["group.ts"]);
    expect(users(/Math\.random/)).toEqual([]);
    expect(users(/getRandomValues/)).toEqual(["bytes.ts"]);
    expect(users(/ed25519\.verify|subtle/)).toEqual([]);
  });

  it("keeps public products away from secrets: making, dealing and decrypting never call them", () => {
    const text = Object.fromEntries(files);
    const body = (text["body.ts"] as string).split("export function checkBody")[0] as string;
    const secretParts = [
      body.slice(body.indexOf("export function makeBody")),
      (text["sealing.ts"] as string).split("export async function deal")[1]?.split("\n}")[0] as string,
      (text["opening.ts"] as string).split("export function decrypt")[1]?.split("\n}")[0] as string,
    ];
    for (const part of secretParts) {
      expect(part.length).toBeGreaterThan(100);
      expect(part).not.toMatch(/Public\(/);
    }
  });
});
