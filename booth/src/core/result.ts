/** The result of a set of boxes: what it may say in each tier, and who signs it (docs/spec/ballot.md §12). */
import { compare, concat, toHex, u8, type Bytes } from "./bytes.ts";
import { dumps } from "./canonical.ts";
import * as fields from "./fields.ts";
import { RESULT } from "./labels.ts";
import type { KeySet, Scrutineer } from "./keyset.ts";
import type { Formula, Threshold } from "./objects.ts";
import type { PlaceCount } from "./opening.ts";
import { sign, verify } from "./signing.ts";
import type { Slate, Subject } from "./slate.ts";
import { onlyBand, type OpeningSet, type Tier } from "./tiers.ts";

export const SIGNATURE_LENGTH = 65;

/** Where the share of favourable grades stands to the threshold; no_result when nothing counts as base. */
export type Verdict = "reached" | "not_reached" | "no_result";

/** den·F ≥ num·base in integers; base V (fav-valid) or F + U (fav-expressed). */
export function verdictOf(favourable: number, other: number, valid: number, formula: Formula, { den, num }: Threshold): Verdict {
  const base = formula === "fav-valid" ? valid : favourable + other;
  if (base === 0) return "no_result";
  return den * favourable >= num * base ? "reached" : "not_reached";
}

interface Stated {
  readonly code: string;
  readonly verdict: Verdict;
}

/** One subject; what it holds depends on the form. */
export type SubjectResult =
  | (Stated & { readonly form: "band" })
  | (Stated & { readonly form: "two_way"; readonly favourable: number; readonly unfavourable: number; readonly blank: number })
  | (Stated & { readonly form: "full"; readonly counts: readonly number[]; readonly blank: number });

export interface Result {
  /** Hashes, ascending. */
  readonly boxes: readonly Bytes[];
  readonly formula: Formula;
  readonly invalid: number;
  readonly issued: number;
  readonly returned: number;
  readonly subjects: readonly SubjectResult[];
  readonly tier: Tier;
  readonly valid: number;
}

export function resultBytes(result: Result): Bytes {
  return dumps({ ...result, boxes: result.boxes.map(toHex) });
}

/** Reads result.json; its numbers are for `contradictions` to judge. */
export function parseResult(raw: Bytes): Result {
  const f = fields.parse(raw, "boxes", "formula", "invalid", "issued", "returned", "subjects", "tier", "valid");
  const boxes = fields.array(f.boxes, 1, 255, "boxes").map((box) => fields.octets(box, 32, "box"));
  const ascending = boxes.every((box, i) => i === 0 || compare(boxes[i - 1] as Bytes, box) < 0);
  fields.need(ascending, "boxes: ascending, each once");
  return {
    boxes,
    formula: fields.choice(f.formula, "formula", "fav-valid", "fav-expressed"),
    invalid: count(f.invalid, "invalid"),
    issued: count(f.issued, "issued"),
    returned: count(f.returned, "returned"),
    subjects: fields.array(f.subjects, 0, 64, "subjects").map(subjectResult),
    tier: fields.choice(f.tier, "tier", "none", "band", "two_way", "full"),
    valid: count(f.valid, "valid"),
  };
}

function count(value: unknown, what: string): number {
  return fields.integer(value, 0, 1e8, what);
}

function subjectResult(value: unknown): SubjectResult {
  const form = fields.choice((value as { form?: unknown } | undefined)?.form, "form", "band", "two_way", "full");
  if (form === "band") {
    const f = fields.record(value, "code", "form", "verdict");
    return { code: fields.code(f.code, "code"), form, verdict: fields.choice(f.verdict, "verdict", "reached", "not_reached") };
  }
  const verdict = (v: unknown) => fields.choice(v, "verdict", "reached", "not_reached", "no_result");
  if (form === "two_way") {
    const f = fields.record(value, "blank", "code", "favourable", "form", "unfavourable", "verdict");
    const sides = { favourable: count(f.favourable, "count"), unfavourable: count(f.unfavourable, "count") };
    return { code: fields.code(f.code, "code"), form, verdict: verdict(f.verdict), ...sides, blank: count(f.blank, "blank") };
  }
  const f = fields.record(value, "blank", "code", "counts", "form", "verdict");
  const counts = fields.array(f.counts, 1, 7, "counts").map((n) => count(n, "count"));
  return { code: fields.code(f.code, "code"), form, verdict: verdict(f.verdict), counts, blank: count(f.blank, "blank") };
}

export interface Custody {
  readonly issued: number;
  readonly returned: number;
  readonly invalid: number;
}

/** The result of a set from the opened counts of every planned place. */
export function buildResult(
  slate: Slate,
  set: OpeningSet,
  formula: Formula,
  threshold: Threshold,
  counts: readonly PlaceCount[],
  custody: Custody,
): Result {
  if (custody.returned - custody.invalid !== set.valid) throw new Error("V is returned less invalid");
  const subjects = set.tier === "none" ? [] : slate.subjects.map((subject, s) => build(s, subject, set, formula, threshold, counts));
  const boxes = [...set.boxes].sort(compare);
  return { boxes, formula, ...custody, subjects, tier: set.tier, valid: set.valid };
}

function build(
  s: number,
  { code, grades, favourableMask, otherMask }: Subject,
  { valid, tier }: OpeningSet,
  formula: Formula,
  threshold: Threshold,
  counts: readonly PlaceCount[],
): SubjectResult {
  const opened = (mask: number): number => {
    const found = counts.find((c) => c.s === s && c.mask === mask);
    if (found === undefined && mask === otherMask) return 0; // band by fav-valid opens the favourable sum alone
    if (found === undefined) throw new Error("a planned sum is missing");
    return found.count;
  };
  if (tier === "full") {
    const each = grades.map((_, k) => opened(1 << k));
    const all = each.reduce((sum, n) => sum + n, 0);
    const favourable = favourableOf(each, favourableMask);
    return { code, form: "full", verdict: verdictOf(favourable, all - favourable, valid, formula, threshold), counts: each, blank: valid - all };
  }
  const [favourable, unfavourable] = [opened(favourableMask), otherMask === 0 ? 0 : opened(otherMask)];
  const verdict = verdictOf(favourable, unfavourable, valid, formula, threshold);
  if (tier === "band" || onlyBand(valid, favourable, unfavourable)) {
    // "Nobody expressed anything" would announce that all left it blank.
    return { code, form: "band", verdict: verdict === "reached" ? "reached" : "not_reached" };
  }
  return { code, form: "two_way", verdict, favourable, unfavourable, blank: valid - favourable - unfavourable };
}

function favourableOf(counts: readonly number[], mask: number): number {
  return counts.reduce((sum, n, k) => ((mask >> k) & 1 ? sum + n : sum), 0);
}

/** Where the result contradicts itself or its tier, as places such as subjects/2/verdict. */
export function contradictions(result: Result, slate: Slate, threshold: Threshold): string[] {
  const places: string[] = [];
  if (result.valid !== result.returned - result.invalid) places.push("valid");
  if (result.returned > result.issued) places.push("returned");
  const codes = result.tier === "none" ? [] : slate.subjects.map((subject) => subject.code);
  if (result.subjects.map((subject) => subject.code).join() !== codes.join()) return [...places, "subjects"];
  const allowed: Record<Tier, readonly string[]> = { none: [], band: ["band"], two_way: ["band", "two_way"], full: ["full"] };
  result.subjects.forEach((stated, s) => {
    if (!allowed[result.tier].includes(stated.form)) places.push(`subjects/${s}/form`);
    else places.push(...wrong(stated, slate.subjects[s] as Subject, result, threshold).map((what) => `subjects/${s}/${what}`));
  });
  return places;
}

function wrong(stated: SubjectResult, subject: Subject, { valid, formula }: Result, threshold: Threshold): string[] {
  if (stated.form === "band") return [];
  if (stated.form === "full" && stated.counts.length !== subject.grades.length) return ["counts"];
  const [favourable, other] = sidesOf(stated, subject);
  const found: string[] = [];
  if (favourable + other + stated.blank !== valid) found.push("blank");
  if (stated.form === "two_way" && onlyBand(valid, favourable, other)) found.push("form");
  if (stated.verdict !== verdictOf(favourable, other, valid, formula, threshold)) found.push("verdict");
  return found;
}

/** F and U of a subject that is no band. */
export function sidesOf(stated: Exclude<SubjectResult, { form: "band" }>, subject: Subject): [number, number] {
  if (stated.form === "two_way") return [stated.favourable, stated.unfavourable];
  const favourable = favourableOf(stated.counts, subject.favourableMask);
  return [favourable, stated.counts.reduce((sum, n) => sum + n, 0) - favourable];
}

/** One entry of result.sigs, by scrutineer i: u8 i ‖ signature. */
export function signResult(result: Result, i: number, signSeed: Bytes): Bytes {
  return concat(u8(i), sign(signSeed, concat(RESULT, resultBytes(result))));
}

/** Whether `sigs` holds at least t entries over the bytes `raw`, i strictly ascending, and none is bad. */
export function resultSignaturesHold(raw: Bytes, sigs: Bytes, keyset: KeySet): boolean {
  if (sigs.length % SIGNATURE_LENGTH !== 0 || sigs.length < SIGNATURE_LENGTH * keyset.t) return false;
  const message = concat(RESULT, raw);
  let last = 0;
  for (let at = 0; at < sigs.length; at += SIGNATURE_LENGTH) {
    const i = sigs[at] as number;
    if (i <= last || i > keyset.n) return false;
    if (!verify((keyset.scrutineers[i - 1] as Scrutineer).key, sigs.slice(at + 1, at + SIGNATURE_LENGTH), message)) return false;
    last = i;
  }
  return true;
}
