import { describe, expect, it } from "vitest";
import { toHex } from "../src/core/bytes.ts";
import { digest, dumps, loads, NotCanonical } from "../src/core/canonical.ts";
import { hex, named, text, vectors } from "./vectors.ts";

const cases = vectors("canonical");

describe("canonical JSON", () => {
  it.each(named(cases.good, "name"))("accepts %s", (_, c) => {
    const value = loads(hex(c.hex));
    expect(toHex(dumps(value))).toBe(c.hex);
    expect(toHex(digest(value))).toBe(c.sha256);
  });

  it.each(named(cases.bad, "name"))("refuses %s", (_, c) => {
    expect(() => loads(hex(c.hex))).toThrow(NotCanonical);
  });

  it("refuses what is nested without end", () => {
    expect(() => loads(text("[".repeat(cases.deep.times)))).toThrow(NotCanonical);
  });

  it.each([[null], [undefined], [-1], [1.5], [2 ** 53], [NaN], [{ A: 1 }], [{ a: null }], ["\ud800"], [() => 1], [1n]])(
    "has no form for %s",
    (value) => expect(() => dumps(value)).toThrow(NotCanonical),
  );
});
