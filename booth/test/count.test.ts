import { describe, expect, it } from "vitest";
import { checkBody, makeBody } from "../src/core/body.ts";
import { concat, systemRandom, toHex, type Bytes } from "../src/core/bytes.ts";
import { deriveKeys, newCard, scrutineerOf } from "../src/core/cards.ts";
import * as closing from "../src/core/closing.ts";
import { G, IDENTITY, mulPublic, point, pointBytes, scalar } from "../src/core/group.ts";
import { parseBoxManifest, parseKeySet, parseSlate, type TierLimits } from "../src/core/objects.ts";
import * as opening from "../src/core/opening.ts";
import { buildResult, contradictions, parseResult, resultBytes, resultSignaturesHold, signResult, verdictOf } from "../src/core/result.ts";
import { deal, openShare, type Share } from "../src/core/sealing.ts";
import { Sums } from "../src/core/sums.ts";
import * as tiers from "../src/core/tiers.ts";
import { hex, named, refusal, scripted, text, vectors } from "./vectors.ts";

const limits = (t: { band: number; full: number; two_way: number }): TierLimits => ({ band: t.band, full: t.full, twoWay: t.two_way });

describe("tiers", () => {
  const cases = vectors("tiers");

  it("are decided by the number of valid ballots", () => {
    for (const c of cases.tiers) expect(tiers.tierOf(c.valid, limits(c.tiers)), JSON.stringify(c)).toBe(c.tier);
  });

  it("decide which sums are opened", () => {
    for (const c of cases.plans) {
      const plan = tiers.planOf(parseSlate(text(c.slate)), c.tier, c.formula);
      expect(plan.map(({ s, mask }) => [s, mask])).toEqual(c.plan);
    }
  });

  it("hide what is nearly unanimous", () => {
    for (const [valid, f, u, only] of cases.only_band) expect(tiers.onlyBand(valid, f, u)).toBe(only);
  });

  it.each(named(cases.sets, "name"))("open pools as the rule says: %s", (_, c) => {
    const counted = c.boxes.map((b: any) => ({ box: parseBoxManifest(text(b.text)), valid: b.valid }));
    const sets = tiers.openingSets(counted).map((s) => ({ boxes: s.boxes.map(toHex), tier: s.tier, valid: s.valid }));
    expect(sets).toEqual(c.sets);
  });

  it("refuse a pool whose boxes follow different rules", () => {
    const box = { ...parseBoxManifest(text(cases.sets[1].boxes[0].text)), pool: "a" };
    const other = { ...box, hash: new Uint8Array(32), formula: "fav-expressed" as const };
    expect(refusal(() => tiers.openingSets([{ box, valid: 3 }, { box: other, valid: 3 }]))).toMatch(/BadPool/);
  });
});

describe("closing notes", () => {
  const cases = vectors("closing");

  it("are opened under the box's key, and written as they were read", () => {
    for (const c of cases.good) {
      const read = closing.openClosing(text(c.note), hex(c.box_hash), hex(c.box_key));
      expect([read.leaves, toHex(read.root), read.returned, read.invalid]).toEqual([c.leaves, c.root, c.returned, c.invalid]);
      expect(closing.closingText(read)).toBe(c.text);
    }
    const leaves = [new Uint8Array(32), new Uint8Array(32).fill(9)];
    expect(closing.closingOf(hex(cases.good[0].box_hash), leaves, 2, 0).leaves).toBe(2);
    expect(closing.strictlyAscending([...leaves].reverse()) || closing.strictlyAscending([leaves[0]!, leaves[0]!])).toBe(false);
  });

  it.each(Object.entries(cases.bad_texts))("are refused: %s", (_, bad) => {
    expect(refusal(() => closing.parseClosing(bad as string))).toMatch(/BadClosing/);
  });

  it("are refused under another key, of another box, and with a second signature", () => {
    const [, one, other] = cases.good;
    const open = (note: string, box: string, key: string) => refusal(() => closing.openClosing(text(note), hex(box), hex(key)));
    expect(open(one.note, one.box_hash, other.box_key)).toMatch(/BadClosing/);
    expect(open(one.note, other.box_hash, one.box_key)).toMatch(/BadClosing/);
    const line = one.note.split("\n").slice(-2)[0];
    expect(open(`${one.note}${line}\n`, one.box_hash, one.box_key)).toMatch(/one signature/);
    expect(open(one.note.replace("returned 2", "returned 3"), one.box_hash, one.box_key)).toMatch(/BadClosing/);
  });

  it("name the set of boxes that is opened", () => {
    for (const c of cases.opening_hashes) {
      const boxes = Object.entries(c.closings).map(([box, closingText]) => ({ boxHash: hex(box), closingText: closingText as string }));
      expect(toHex(opening.openingHash([...boxes].reverse()))).toBe(c.hash);
    }
  });
});

function shareFrom(raw: Bytes, i: number): Share {
  const grades = (raw.length - 33) / 32;
  const values = Array.from({ length: grades }, (_, k) => scalar(raw.slice(32 * k, 32 * k + 32)));
  return { i, values, opinion: raw.slice(-33) };
}

describe("opening", () => {
  const cases = vectors("opening");
  const keyset = parseKeySet(text(cases.keyset));
  const shares: Share[] = cases.shares.map((raw: string, at: number) => shareFrom(hex(raw), at + 1));

  it.each([0, 1, 2])("gives the partials and counts of set %d, whichever two scrutineers come", (n) => {
    const set = cases.sets[n];
    const name = hex(set.opening_hash);
    const sums = new Sums(set.b.map((row: string[]) => row.length));
    set.a.forEach((a: string, s: number) => (sums.a[s] = point(hex(a))));
    set.b.forEach((row: string[], s: number) => (sums.b[s] = row.map((b) => point(hex(b)))));
    sums.count = set.ballots;
    const partials = opening.readPartials(hex(set.partials));
    expect(toHex(opening.writePartials([...partials].reverse()))).toBe(set.partials);
    for (const { s, mask, w, decrypted, count } of set.sums) {
      const own = shares.map((share, at) => opening.decrypt(share, name, { s, mask }, sums.a[s]!, scripted(hex(w[at]))));
      for (const p of own) {
        const same = partials.find((q) => q.i === p.i && q.s === s && q.mask === mask)!;
        expect(toHex(opening.partialBytes(p))).toBe(toHex(opening.partialBytes(same)));
      }
      for (const pair of [[0, 1], [0, 2], [2, 1]]) {
        const d = opening.combine(pair.map((at) => own[at]!), keyset.t, sums.bOf(s, mask));
        expect(toHex(pointBytes(d))).toBe(decrypted);
        expect(opening.isCount(d, count) && !opening.isCount(d, count + 1)).toBe(true);
      }
    }
    const counted = opening.countAll(sums, keyset, name, set.sums.slice(0, 5), partials);
    expect(counted.map((c) => c.count)).toEqual(set.sums.slice(0, 5).map((c: any) => c.count));
  });

  it.each(named(cases.forged, "why"))("refuses a forged partial: %s", (_, c) => {
    const partial = opening.parsePartial(hex(c.partial));
    expect(opening.checkPartial(partial, keyset, hex(c.opening_hash), point(hex(c.a)))).toBe(false);
  });

  it("refuses partials that are cut, twice there, out of order, or break a rule", () => {
    const raw = hex(cases.sets[0].partials);
    const [one, two] = [raw.slice(0, 99), raw.slice(99, 198)];
    const identity = one.slice();
    identity.set(pointBytes(IDENTITY), 3);
    for (const bad of [raw.slice(1), concat(one, one), concat(two, one), identity, concat(one.slice(0, 67), new Uint8Array(32))]) {
      expect(refusal(() => opening.readPartials(bad))).toMatch(/BadPartial/);
    }
  });

  it("finds every count up to the number of ballots, and nothing beyond", () => {
    for (const greatest of [0, 1, 2, 5, 24, 100]) {
      for (let n = 0; n <= greatest; n++) expect(opening.findCount(mulPublic(G, BigInt(n)), greatest)).toBe(n);
      expect(refusal(() => opening.findCount(mulPublic(G, BigInt(greatest + 1)), greatest))).toMatch(/NoCount/);
      expect(refusal(() => opening.findCount(mulPublic(G, -1n), greatest))).toMatch(/NoCount/);
    }
  });

  it("needs t scrutineers", async () => {
    const cards = Array.from({ length: 4 }, () => newCard());
    const pollId = systemRandom(16);
    const keys = cards.map((card) => deriveKeys(card, pollId));
    const people = keys.map((k, i) => scrutineerOf(k, `监票人${i + 1}`));
    const made = await deal({ pollId, scrutineers: people, grades: 3, t: 3 });
    const set = parseKeySet(made.keyset);
    const to = { boxHash: systemRandom(32), pk: systemRandom(32), keys: set.keys, grades: [3, 2] };
    const sums = new Sums(to.grades);
    for (const choices of [[1, 0], [3, 2], [1, 1], [0, 2]]) sums.add(checkBody(to, makeBody(to, choices)));
    const name = systemRandom(32);
    const places = [{ s: 0, mask: 1 }, { s: 0, mask: 5 }, { s: 1, mask: 2 }];
    const parts = await Promise.all(
      [2, 4, 1].map(async (i) => {
        const share = await openShare(set, i, keys[i - 1]!.exchange, made.sealed[i - 1]!);
        return places.map((place) => opening.decrypt(share, name, place, sums.a[place.s]!));
      }),
    );
    const counts = (of: opening.Partial[]) => opening.countAll(sums, set, name, places, of).map((c) => c.count);
    expect(counts(parts.flat())).toEqual([2, 3, 2]);
    expect(refusal(() => counts(parts.slice(0, 2).flat()))).toMatch(/NoCount/);
    const forged = parts.flat().map((p) => (p.i === 4 ? { ...p, z: p.z ^ 1n } : p));
    expect(refusal(() => counts(forged))).toMatch(/NoCount/);

    const sealed = await opening.sealPartials(parts[0]!, name, 2, 4, people[3]!.exchange);
    const read = await opening.openPartials(sealed, name, 2, 4, keys[3]!.exchange);
    expect(read.map(opening.partialBytes)).toEqual(parts[0]!.map(opening.partialBytes));
    await expect(opening.openPartials(sealed, name, 2, 3, keys[3]!.exchange)).rejects.toThrow(opening.BadPartial);
    await expect(opening.openPartials(sealed, systemRandom(32), 2, 4, keys[3]!.exchange)).rejects.toThrow(opening.BadPartial);
    const foreign = await opening.sealPartials(parts[1]!, name, 2, 1, people[0]!.exchange);
    await expect(opening.openPartials(foreign, name, 2, 1, keys[0]!.exchange)).rejects.toThrow(/another scrutineer/);
  });

  it("opens nothing where nothing was added", () => {
    expect(() => opening.decrypt(shares[0]!, systemRandom(32), { s: 0, mask: 1 }, IDENTITY)).toThrow();
  });
});

describe("results", () => {
  const cases = vectors("result");
  const slate = parseSlate(text(cases.slate));
  const threshold = { den: 5, num: 4 };
  const keyset = parseKeySet(text(vectors("opening").keyset));

  it("judge the threshold in integers", () => {
    for (const [f, u, v, formula, verdict, den, num] of cases.verdicts) expect(verdictOf(f, u, v, formula, { den, num })).toBe(verdict);
  });

  it("say what the tier allows, at every number where the tier turns", () => {
    for (const c of cases.good) {
      const read = parseResult(text(c.text));
      expect(toHex(resultBytes(read))).toBe(toHex(text(c.text)));
      const counts = c.counts.map(([s, mask, count]: number[]) => ({ s, mask, count }));
      const set = { boxes: read.boxes, valid: c.valid, tier: read.tier };
      const custody = { issued: c.valid + 3, returned: c.valid + 1, invalid: 1 };
      expect(buildResult(slate, set, c.formula, threshold, counts, custody)).toEqual(read);
      expect(contradictions(read, slate, threshold)).toEqual([]);
      expect(resultSignaturesHold(text(c.text), hex(c.sigs), keyset)).toBe(true);
    }
  });

  it("need t signatures, each good, in order, by scrutineers of the key set", () => {
    const { text: raw, sigs } = cases.good[cases.good.length - 1];
    const [one, two] = [hex(sigs).slice(0, 65), hex(sigs).slice(65)];
    const holds = (entries: Bytes) => resultSignaturesHold(text(raw), entries, keyset);
    const renamed = two.slice();
    renamed[0] = 2;
    const beyond = two.slice();
    beyond[0] = 4;
    for (const bad of [one, concat(two, one), concat(one, one), concat(one, renamed), concat(one, beyond), concat(one, two).slice(1)]) {
      expect(holds(bad)).toBe(false);
    }
    expect(resultSignaturesHold(text(`${raw} `), concat(one, two), keyset)).toBe(false);
    const seed = systemRandom(32);
    expect(signResult(parseResult(text(raw)), 3, seed)[0]).toBe(3);
  });

  it.each(named(cases.contradictory, "why"))("contradict themselves: %s", (_, c) => {
    expect(contradictions(parseResult(text(c.text)), slate, threshold)).toEqual(c.places);
  });
});
