import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import { newSeed, publicKey, sign, verify } from "../src/core/signing.ts";
import { hex, text, vectors } from "./vectors.ts";

const { cases } = vectors("signing");

describe("the Ed25519 rule", () => {
  it("gives the shared verdict on every signature that libraries are known to differ on", () => {
    expect(cases.length).toBeGreaterThan(400);
    const wrong = cases.filter((c: any) => verify(hex(c.key), hex(c.signature), hex(c.message)) !== c.valid);
    expect(wrong.map((c: any) => c.name)).toEqual([]);
  });

  it("is all that refuses an honest nonce under a key of low order", () => {
    const low = cases.filter((c: any) => c.name.includes("a multiple of 8"));
    const without = low.filter((c: any) => ed25519.verify(hex(c.signature), hex(c.message), hex(c.key), { zip215: true }));
    expect(without.length).toBeGreaterThanOrEqual(8);
    expect(low.filter((c: any) => verify(hex(c.key), hex(c.signature), hex(c.message)))).toEqual([]);
  });

  it("accepts what it signs, under this key and for this message only", () => {
    const [seed, other] = [newSeed(), newSeed()];
    const signature = sign(seed, text("评家"));
    expect(verify(publicKey(seed), signature, text("评家"))).toBe(true);
    expect(verify(publicKey(other), signature, text("评家"))).toBe(false);
    expect(verify(publicKey(seed), signature, text("评 家"))).toBe(false);
  });
});
