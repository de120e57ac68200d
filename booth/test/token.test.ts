import { describe, expect, it } from "vitest";
import { bigFromBytesBE, bigToBytesBE, concat, toHex, type Bytes } from "../src/core/bytes.ts";
import { blind, finalize, tokenMessage, verify } from "../src/core/token.ts";
import { hex, json, named, refusal, scripted, vectors } from "./vectors.ts";

const cases = vectors("token");

describe("tokens", () => {
  it("blind, finalize and verify as in the shared vectors", () => {
    for (const c of cases.good) {
      const message = tokenMessage(hex(c.box_hash), hex(c.pk));
      expect(toHex(message)).toBe(c.message);
      const made = blind(hex(c.n), message, scripted(hex(c.r)));
      expect([toHex(made.blinded), toHex(made.inverse)]).toEqual([c.blinded, c.inverse]);
      expect(toHex(finalize(hex(c.n), message, hex(c.blind_signature), made.inverse))).toBe(c.signature);
      expect(verify(hex(c.n), message, hex(c.signature))).toBe(true);
    }
  });

  it.each(named(cases.bad, "why"))("refuse a signature: %s", (_, c) => {
    expect(verify(hex(c.n), hex(c.message), hex(c.signature))).toBe(false);
  });

  it("draw another blind until it lies below the modulus, and never take zero", () => {
    const { n, message, r } = cases.good[0];
    const tooGreat = new Uint8Array(256).fill(255);
    const made = blind(hex(n), hex(message), scripted(tooGreat, new Uint8Array(256), hex(r)));
    expect(toHex(made.blinded)).toBe(cases.good[0].blinded);
  });

  it("refuse an answer of the issuer that fits no message", () => {
    const [one, other] = cases.good;
    const finish = (signature: Bytes) => () => finalize(hex(one.n), hex(one.message), signature, hex(one.inverse));
    expect(refusal(finish(hex(one.blind_signature)))).toBe("");
    expect(refusal(finish(hex(other.blind_signature)))).not.toBe("");
    expect(refusal(finish(hex(one.blind_signature).slice(1)))).not.toBe("");
    const shifted = bigToBytesBE(bigFromBytesBE(hex(one.n)) - 1n, 256);
    expect(refusal(finish(shifted))).not.toBe("");
    expect(refusal(finish(hex(one.n)))).not.toBe("");
  });
});

describe("RFC 9474, appendix A.4 (RSABSSA-SHA384-PSSZERO-Deterministic)", () => {
  const v = json("tests/data/crypto/rfc9474_vectors.json").find((one: any) => one.name === "RSABSSA-SHA384-PSSZERO-Deterministic");
  const [n, message] = [hex(v.n), hex(v.prepared_msg)];

  it("gives the published values", () => {
    const modulus = bigFromBytesBE(n);
    const r = invert(bigFromBytesBE(hex(v.inv)), modulus);
    const made = blind(n, message, scripted(bigToBytesBE(r, n.length)));
    expect([toHex(made.blinded), toHex(made.inverse)]).toEqual([v.blinded_msg, v.inv]);
    expect(toHex(finalize(n, message, hex(v.blind_sig), made.inverse))).toBe(v.sig);
    expect(verify(n, concat(message, Uint8Array.of(0)), hex(v.sig))).toBe(false);
  });
});

function invert(x: bigint, n: bigint): bigint {
  let [r0, r1, t0, t1] = [n, x, 0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1, t0, t1] = [r1, r0 - q * r1, t1, t0 - q * t1];
  }
  return t0 < 0n ? t0 + n : t0;
}
