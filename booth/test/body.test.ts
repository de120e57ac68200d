import { describe, expect, it } from "vitest";
import { bodyIsValid, bodyLength, checkBody, makeBody, type Binding } from "../src/core/body.ts";
import { systemRandom, toHex } from "../src/core/bytes.ts";
import { mulBase, point, pointBytes, randomScalar, sub, mulPublic, type Point } from "../src/core/group.ts";
import { Sums } from "../src/core/sums.ts";
import { breakBody } from "../src/corpus/broken.ts";
import { chance, hex, json, named, refusal, vectors } from "./vectors.ts";

function binding(set: { box_hash: string; keys: string[]; grade_counts: number[] }, one: { pk: string; box_hash?: string }): Binding {
  return {
    boxHash: hex(one.box_hash ?? set.box_hash),
    pk: hex(one.pk),
    keys: set.keys.map((key) => point(hex(key))),
    grades: set.grade_counts,
  };
}

describe.each(Object.entries(vectors("body")))("bodies of the box %s", (name, cases) => {
  const set = cases as any;

  it("come out byte for byte under the same chance", () => {
    set.good.forEach((one: any, n: number) => {
      expect(toHex(makeBody(binding(set, one), one.choices, chance(`body ${name} ${n} 1`)))).toBe(one.body);
    });
  });

  it("are accepted, and add up to the sums", () => {
    const sums = new Sums(set.grade_counts);
    for (const one of set.good) sums.add(checkBody(binding(set, one), hex(one.body)));
    expect(sums.a.map((p) => toHex(pointBytes(p)))).toEqual(set.sums.a);
    expect(sums.b.map((row) => row.map((p) => toHex(pointBytes(p))))).toEqual(set.sums.b);
    const again = new Sums(set.grade_counts);
    for (const one of set.good) again.addCheckedBody(hex(one.body));
    expect(toHex(again.toBytes())).toBe(toHex(sums.toBytes()));
  });

  it.each(named(set.broken, "why"))("are refused when broken: %s", (_, one) => {
    expect(refusal(() => checkBody(binding(set, one), hex(one.body)))).not.toBe("");
  });
});

describe("bodies of an independent prototype", () => {
  const { sets } = json("tests/data/crypto/pj2_bodies.json");
  it.each(named(sets, "name"))("%s: the valid ones hold, the broken ones do not", (_, s: any) => {
    const set = { box_hash: s.box_hash, keys: s.Hs, grade_counts: new Array(s.subjects).fill(s.grades) };
    for (const one of s.valid) expect(bodyIsValid(binding(set, one), hex(one.body))).toBe(true);
    for (const one of s.broken) expect(bodyIsValid(binding(set, one), hex(one.body)), one.why).toBe(false);
  });
});

describe("a fresh body", () => {
  const shapes = [[1], [3], [2, 2], [3, 3, 3], [1, 7, 2], new Array(9).fill(2)];
  it.each(shapes)("of %s holds exactly the choices made", (...grades: number[]) => {
    const secrets = Array.from({ length: Math.max(...grades) }, () => randomScalar());
    const to = { boxHash: systemRandom(32), pk: systemRandom(32), keys: secrets.map(mulBase), grades };
    const choices = grades.map((k) => (systemRandom(1)[0] as number) % (k + 1));
    const body = makeBody(to, choices);
    expect(body.length).toBe(bodyLength(grades));
    const opened = checkBody(to, body).map(({ a, b }) => b.map((bk, k) => sub(bk, mulPublic(a, secrets[k] as bigint))));
    const expected = grades.map((k, s) => Array.from({ length: k }, (_, i) => mulPublic(mulBase(1n), i + 1 === choices[s] ? 1n : 0n)));
    expect(opened.map((row) => row.map((p: Point) => p.toHex()))).toEqual(expected.map((row) => row.map((p) => p.toHex())));
  });

  it("is different every time, and refused in all twelve broken forms", () => {
    const keys = [1, 2, 3].map(() => mulBase(randomScalar()));
    const to = { boxHash: systemRandom(32), pk: systemRandom(32), keys, grades: [3, 3, 3] };
    const body = makeBody(to, [1, 2, 3]);
    expect(toHex(makeBody(to, [1, 2, 3]))).not.toBe(toHex(body));
    const broken = breakBody(to, body, systemRandom(32), systemRandom(32), (n) => (systemRandom(1)[0] as number) % n);
    expect(broken).toHaveLength(12);
    for (const one of broken) expect(bodyIsValid({ ...to, pk: one.pk, boxHash: one.boxHash }, one.body), one.why).toBe(false);
  });

  it("is not made for a choice that the paper does not offer", () => {
    const to = { boxHash: systemRandom(32), pk: systemRandom(32), keys: [mulBase(5n)], grades: [1] };
    for (const choices of [[2], [-1], [0.5], [], [0, 0]]) expect(() => makeBody(to, choices)).toThrow();
  });
});
