import { readdirSync, readFileSync } from "node:fs";
import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import { bigToBytesLE, concat, Refused, utf8 } from "../src/core/bytes.ts";
import { add, G, hashToScalar, IDENTITY, isIdentity, L, mul, mulPublic, point, pointBytes, productsPublic, randomScalar, scalar, scalarBytes, withTable, type Point } from "../src/core/group.ts";
import { isKey, verify } from "../src/core/signing.ts";

const P = 2n ** 255n - 19n;
const Curve = ed25519.Point;
const TORSION = Curve.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"); // of order 8

/** 1 … 8 times a point. */
function multiples(p: Point): Point[] {
  return Array.from({ length: 8 }, (_, n) => Array.from({ length: n + 1 }, () => p).reduce((sum, q) => sum.add(q)));
}

describe("the point rule", () => {
  const low = multiples(TORSION).map((p) => p.y);
  const tooGreat = Array.from({ length: 19 }, (_, i) => P + BigInt(i));
  const both = [...low, ...tooGreat].flatMap((y) => [y, y | (1n << 255n)]);

  it("refuses every point of low order and every y ≥ p, with either sign", () => {
    expect(new Set(low).size).toBe(5);
    for (const y of both) expect(() => point(bigToBytesLE(y, 32)), String(y)).toThrow(Refused);
  });

  it("refuses points outside the subgroup, off the curve and of another length", () => {
    expect(() => point(pointBytes(add(G, TORSION)))).toThrow(Refused);
    expect(() => point(bigToBytesLE(2n, 32))).toThrow(Refused);
    expect(() => point(new Uint8Array(31))).toThrow(Refused);
    expect(point(pointBytes(G)).equals(G)).toBe(true);
  });
});

describe("the key rule", () => {
  const encoded = multiples(TORSION).map((p) => p.toBytes()); // encoded[n − 1] is nT

  it("knows every point of low order, and lets points of mixed order pass", () => {
    for (const p of multiples(TORSION)) expect(isKey(p.toBytes()) || isKey(p.negate().toBytes())).toBe(false);
    expect(isKey(G.toBytes()) && isKey(add(G, TORSION).toBytes())).toBe(true);
  });

  it("is what refuses a signature whose equation holds under a key of low order", () => {
    // S = 0, so the equation is R = −kA, with A = aT and R = rT: messages are tried until k, which depends on R, gives this R.
    let ground = 0;
    for (let n = 0; n < 400; n++) {
      const [a, r, message] = [1 + (n % 8), 1 + (Math.floor(n / 8) % 8), utf8(`low order ${n}`)];
      const k = hashToScalar(encoded[r - 1]!, encoded[a - 1]!, message);
      if ((k * BigInt(a) + BigInt(r)) % 8n !== 0n) continue;
      ground += 1;
      expect(verify(encoded[a - 1]!, concat(encoded[r - 1]!, new Uint8Array(32)), message)).toBe(false);
    }
    expect(ground).toBeGreaterThan(25);
  });

  it("is what refuses R of low order under a key of mixed order", () => {
    const a = randomScalar();
    const key = add(mul(G, a), TORSION).toBytes();
    // S = ka, so what is left of the equation is R = −kT.
    let ground = 0;
    for (let n = 0; n < 200; n++) {
      const [r, message] = [1 + (n % 8), utf8(`mixed order ${n}`)];
      const k = hashToScalar(encoded[r - 1]!, key, message);
      if ((k + BigInt(r)) % 8n !== 0n) continue;
      ground += 1;
      expect(verify(key, concat(encoded[r - 1]!, scalarBytes((k * a) % L)), message)).toBe(false);
    }
    expect(ground).toBeGreaterThan(5);
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
