/** The outcome: the tier by V, partial decryptions of sums, the counts they give, and who signed the result. */
import { compare, concat, toHex, type Bytes } from "../core/bytes.ts";
import { closingText } from "../core/closing.ts";
import type { Point } from "../core/group.ts";
import type { KeySet, Scrutineer } from "../core/keyset.ts";
import { RESULT } from "../core/labels.ts";
import { checkPartial, combine, isCount, openingHash, PARTIAL_LENGTH, parsePartial, type Partial } from "../core/opening.ts";
import { contradictions, parseResult, SIGNATURE_LENGTH, type Result, type SubjectResult } from "../core/result.ts";
import { verify } from "../core/signing.ts";
import type { Slate, Subject } from "../core/slate.ts";
import { Sums } from "../core/sums.ts";
import { planOf, type Place } from "../core/tiers.ts";
import { pieces } from "./ballots.ts";
import type { Case } from "./case.ts";
import { attempt } from "./papers.ts";

/** Reads and checks the result, then recounts what the tier publishes. */
export function checkOutcome(c: Case): void {
  readResult(c);
  if (c.result !== null) {
    if (c.tier === null) c.skip("tier");
    else if (c.result.tier !== c.tier) c.fail("tier", "result.json/tier", "operator");
    checkCustody(c, c.result);
    checkArithmetic(c, c.result);
  }
  checkSignatures(c);
  checkJointOpening(c);
  checkPartials(c);
}

function readResult(c: Case): void {
  const raw = c.file("result.json");
  if (raw === null) return c.skip("tier", "result");
  c.result = attempt(() => parseResult(raw));
  if (c.result === null) c.fail("object", "result.json", "scrutineers");
}

/** Boxes are opened as one sum only if one of them is too small to be opened alone. */
function checkJointOpening(c: Case): void {
  const { closings, rules } = c;
  if (c.bundle.pooled === null || closings === null || rules === null) return;
  if (closings.every(({ returned, invalid }) => returned - invalid >= rules.tiers.band)) {
    c.fail("pool-misfit", "result.json/boxes", "operator");
  }
}

/** Compares the numbers of custody with those of the boxes. */
function checkCustody(c: Case, stated: Result): void {
  const wrong = (field: string, differs: boolean) => {
    if (differs) c.fail("custody", `result.json/${field}`, "scrutineers");
  };
  const { manifests, closings, rules } = c;
  const complete = manifests.length === c.boxes.length && closings !== null && c.boxes.every((box) => box.statements !== null);
  if (!complete) c.skip("result");
  if (manifests.length === c.boxes.length && rules !== null) {
    const hashes = manifests.map((manifest) => manifest.hash).sort(compare);
    wrong("boxes", hashes.map(toHex).join() !== stated.boxes.map(toHex).join());
    wrong("formula", stated.formula !== rules.formula);
  }
  if (closings !== null) {
    wrong("returned", stated.returned !== closings.reduce((sum, one) => sum + one.returned, 0));
    wrong("invalid", stated.invalid !== closings.reduce((sum, one) => sum + one.invalid, 0));
    wrong("valid", stated.valid !== c.valid);
  }
  const issued = c.boxes.flatMap((box) => (box.statements === null ? [] : [Math.min(...box.statements.map((s) => s.issued))]));
  if (issued.length === c.boxes.length) wrong("issued", stated.issued !== issued.reduce((sum, n) => sum + n, 0));
}

/** S + B + D + A = V, verdict by formula and threshold, and no field that the tier does not allow. */
function checkArithmetic(c: Case, stated: Result): void {
  if (c.slate === null || c.rules === null) return c.skip("tier", "result");
  for (const place of contradictions(stated, c.slate, c.rules.threshold)) {
    if (place === "returned" || place === "valid") continue; // compared with the boxes themselves
    if (/(^|\/)(form|subjects)$/.test(place)) c.fail("form", `result.json/${place}`, "operator");
    else c.fail("arithmetic", `result.json/${place}`, "scrutineers");
  }
}

/** At least t scrutineers signed exactly these bytes; the file holds their entries in order and nothing else. */
function checkSignatures(c: Case): void {
  const [raw, sigs, keyset] = [c.file("result.json"), c.file("result.sigs"), c.keyset];
  if (raw === null || sigs === null || keyset === null) return c.skip("result");
  const entries = pieces(sigs, SIGNATURE_LENGTH);
  const numbers = entries.map((entry) => entry[0] as number);
  const inOrder = numbers.every((i, n) => i >= 1 && i <= keyset.n && (n === 0 || (numbers[n - 1] as number) < i));
  if (sigs.length % SIGNATURE_LENGTH !== 0 || !inOrder) c.fail("object", "result.sigs", "operator");
  const good = new Set<number>();
  entries.forEach((entry, n) => {
    const i = numbers[n] as number;
    if (i < 1 || i > keyset.n) return;
    if (verify((keyset.scrutineers[i - 1] as Scrutineer).key, entry.slice(1), concat(RESULT, raw))) good.add(i);
    else c.fail("result-signature", `result.sigs/${n}`, "scrutineer", i);
  });
  if (good.size < keyset.t) c.fail("result-signatures-few", "result.sigs", "scrutineers");
}

/** Checks the partial decryptions and, where the sums are known, the counts that they give. */
function checkPartials(c: Case): void {
  if (!c.published) return;
  const raw = c.file("partials.bin");
  const { keyset, slate, tier, rules } = c;
  if (raw === null || keyset === null || slate === null || tier === null || rules === null || !c.paperFits) {
    return c.skip("tier", "partials", "result");
  }
  const expected = planOf(slate, tier, rules.formula).filter(({ s }) => !onlyBand(c, slate, s));
  const planned: { n: number; part: Partial }[] = [];
  for (const { n, part } of readPartials(c, raw, keyset)) {
    if (expected.some((place) => isAt(part, place))) planned.push({ n, part });
    else c.fail("mask", `partials.bin/${n}`, "operator");
  }
  const [sums, name] = [sumsOf(c, slate), openingName(c)];
  if (sums === null || name === null) return c.skip("partials", "result");
  const good: Partial[] = [];
  for (const { n, part } of planned) {
    if (!checkPartial(part, keyset, name, sums.a[part.s] as Point)) {
      c.fail("partial-proof", `partials.bin/${n}`, "scrutineer", part.i);
    } else if (!good.some((other) => other.i === part.i && isAt(other, part))) {
      good.push(part);
    }
  }
  const wrong = expected.filter((place) => !checkCount(c, keyset, slate, sums, place, good.filter((part) => isAt(part, place))));
  c.opened = new Set(expected.map(({ s }) => s).filter((s) => wrong.every((place) => place.s !== s)));
}

function isAt(part: Place, place: Place): boolean {
  return part.s === place.s && part.mask === place.mask;
}

/** The partials that can be read, with their places. */
function readPartials(c: Case, raw: Bytes, keyset: KeySet): { n: number; part: Partial }[] {
  if (raw.length % PARTIAL_LENGTH !== 0) c.fail("object", "partials.bin", "operator");
  const chunks = pieces(raw, PARTIAL_LENGTH);
  return chunks.flatMap((chunk, n) => {
    const before = chunks[n - 1];
    if (before !== undefined && compare(before.slice(0, 3), chunk.slice(0, 3)) >= 0) {
      c.fail("partial-order", `partials.bin/${n}`, "operator");
    }
    const i = chunk[0] as number;
    const known = i >= 1 && i <= keyset.n;
    const part = attempt(() => parsePartial(chunk));
    if (part !== null && known) return [{ n, part }];
    if (known) c.fail("partial-proof", `partials.bin/${n}`, "scrutineer", i);
    else c.fail("partial-proof", `partials.bin/${n}`, "operator");
    return [];
  });
}

function onlyBand(c: Case, slate: Slate, s: number): boolean {
  const subjects = c.result?.subjects ?? [];
  return subjects.length === slate.subjects.length && subjects[s]?.form === "band";
}

/** The sums over all boxes, or null if a body of one of them is not there. */
function sumsOf(c: Case, slate: Slate): Sums | null {
  const total = new Sums(slate.gradeCounts);
  for (const box of c.boxes) {
    if (box.sums === null) return null;
    total.addSums(box.sums);
  }
  return total;
}

function openingName(c: Case): Bytes | null {
  const closings = c.closings;
  if (closings === null || new Set(closings.map((one) => toHex(one.boxHash))).size !== closings.length) return null;
  return openingHash(closings.map((one) => ({ boxHash: one.boxHash, closingText: closingText(one) })));
}

/** count·G = D, for the count that the result states; says whether it was there to compare, and right. */
function checkCount(c: Case, keyset: KeySet, slate: Slate, sums: Sums, place: Place, parts: readonly Partial[]): boolean {
  const { s, mask } = place;
  if (parts.length < keyset.t) {
    c.fail("partials-few", `partials.bin/${s}/${mask}`, "scrutineers");
    c.skip("result");
    return false;
  }
  const subjects = c.result?.subjects ?? [];
  const [subject, question] = [subjects[s], slate.subjects[s]];
  const fits = subjects.length === slate.subjects.length && subject !== undefined && question !== undefined;
  const found = fits ? stated(subject, question, mask) : null;
  if (!fits || found === null) {
    c.skip("result");
    return false;
  }
  const right = isCount(combine(parts, keyset.t, sums.bOf(s, mask)), found.count);
  if (!right) c.fail("count", `result.json/subjects/${s}/${found.name}`, "scrutineers");
  if (subject.form === "two_way" && question.otherMask === 0 && subject.unfavourable !== 0) {
    // Where every grade is favourable nothing else is opened, and nothing else can have been chosen.
    c.fail("count", `result.json/subjects/${s}/unfavourable`, "scrutineers");
    return false;
  }
  return right;
}

/** The field of the result that an opened mask answers for, and its number. */
function stated(subject: SubjectResult, { favourableMask, otherMask }: Subject, mask: number): { name: string; count: number } | null {
  if (subject.form === "full") {
    const k = Math.log2(mask);
    const count = Number.isInteger(k) ? subject.counts[k] : undefined;
    return count === undefined ? null : { name: `counts/${k}`, count };
  }
  if (subject.form !== "two_way") return null;
  if (mask === favourableMask) return { name: "favourable", count: subject.favourable };
  return mask === otherMask ? { name: "unfavourable", count: subject.unfavourable } : null;
}
