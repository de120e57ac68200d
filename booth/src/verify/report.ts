/** What the verifier says in the end: one verdict, every failure, and the numbers with where they come from. */
import { toHex } from "../core/bytes.ts";
import { boxNumber } from "../core/crockford.ts";
import { sidesOf, type SubjectResult } from "../core/result.ts";
import type { Subject } from "../core/slate.ts";
import type { BoxCase, Case } from "./case.ts";
import { ALL_CHECKS, checkOf, type Check, type Failure } from "./failures.ts";

/** 0 good, 1 bad, 2 unreadable, 3 consistent in itself but compared with nothing from outside. */
export type Exit = 0 | 1 | 2 | 3;
/** `unverified`: the numbers should have been recomputed, and were not. */
export type Count = "recomputed" | "attested" | "unverified";
/**
 * `attested`: cannot be checked on this level of publication, the scrutineers' word stands. `unchecked`: what the check needs is
 * missing or unreadable, which is a failure of another check.
 */
export type Status = "passed" | "failed" | "unchecked" | "attested" | "not-asked";

export interface BoxFacts {
  readonly hash: string;
  readonly invalid: number;
  readonly invalid_heads: readonly number[];
  readonly issued: readonly number[];
  readonly issuers: readonly string[];
  readonly log: string;
  readonly number: string;
  readonly paper: readonly number[];
  readonly returned: number;
  readonly roll_size: number;
  readonly title: string;
}

export interface SubjectFacts {
  readonly code: string;
  readonly count: Count;
  readonly form: string;
  readonly grades: readonly string[];
  readonly title: string;
  readonly verdict: string;
  readonly numbers: SubjectNumbers | null;
}

export interface SubjectNumbers {
  readonly blank: number;
  readonly counts: readonly number[];
  readonly denominator: number;
  readonly favourable: number;
  readonly numerator: number;
  readonly unfavourable: number;
}

export interface Report {
  readonly exit: Exit;
  readonly failures: readonly Failure[];
  readonly boxes: readonly BoxFacts[];
  readonly checks: Readonly<Record<Check, Status>>;
  readonly count: Count;
  readonly formula: string;
  readonly practice: boolean;
  readonly root_checked: boolean;
  readonly subjects: readonly SubjectFacts[];
  readonly threshold: { readonly den: number; readonly num: number } | Record<string, never>;
  readonly tier: string;
  readonly title: string;
  readonly valid: number;
  readonly witnesses: readonly string[];
}

export function writeReport(c: Case, rootChecked: boolean, receiptGiven: boolean): Report {
  const { failures, rules, result, slate } = c;
  const checks = Object.fromEntries(ALL_CHECKS.map((check) => [check, statusOf(c, check, failures, receiptGiven)]));
  const fits = result !== null && slate !== null && result.subjects.length === slate.subjects.length;
  return {
    exit: failures.length > 0 ? 1 : rootChecked ? 0 : 3,
    failures,
    boxes: c.boxes.flatMap((box) => (box.manifest === null ? [] : [boxFacts(box)])),
    checks: checks as Record<Check, Status>,
    count: countOf(c),
    formula: rules?.formula ?? "",
    practice: c.manifests.some((manifest) => manifest.practice),
    root_checked: rootChecked,
    subjects: fits ? result.subjects.map((stated, s) => subjectFacts(c, s, stated, slate.subjects[s] as Subject)) : [],
    threshold: rules === null ? {} : { den: rules.threshold.den, num: rules.threshold.num },
    tier: c.tier ?? "",
    title: slate?.title ?? "",
    valid: c.valid ?? -1,
    witnesses: [...new Set(c.witnesses ?? [])].sort(),
  };
}

/** Where the numbers come from: of the whole result, what holds for every subject that shows numbers. */
function countOf(c: Case): Count {
  if (!c.published) return "attested";
  const sources = (c.result?.subjects ?? []).map((stated, s) => sourceOf(c, s, stated));
  if (sources.length === 0 || sources.includes("unverified")) return "unverified";
  return sources.includes("recomputed") ? "recomputed" : "attested";
}

function sourceOf(c: Case, s: number, stated: SubjectResult): Count {
  if (stated.form === "band") return "attested";
  return c.opened.has(s) ? "recomputed" : "unverified";
}

function statusOf(c: Case, check: Check, failures: readonly Failure[], receiptGiven: boolean): Status {
  if (failures.some((failure) => checkOf(failure.code) === check)) return "failed";
  if (c.skipped.has(check)) return "unchecked";
  if ((check === "bodies" || check === "partials") && !c.published) return "attested";
  return check === "receipt-file" && !receiptGiven ? "not-asked" : "passed";
}

function boxFacts(box: BoxCase): BoxFacts {
  const { manifest, closing } = box;
  if (manifest === null) throw new Error("only boxes that could be read are described");
  return {
    hash: toHex(manifest.hash),
    invalid: closing?.invalid ?? -1,
    invalid_heads: box.invalidHeads,
    issued: (box.statements ?? []).map((statement) => statement.issued),
    issuers: manifest.issuers.map((issuer) => issuer.operator),
    log: manifest.logOrigin,
    number: boxNumber(manifest.hash),
    paper: (box.statements ?? []).map((statement) => statement.paper),
    returned: closing?.returned ?? -1,
    roll_size: manifest.rollSize,
    title: manifest.title,
  };
}

/** One subject with numerator and denominator, where the form shows numbers. */
function subjectFacts(c: Case, s: number, stated: SubjectResult, subject: Subject): SubjectFacts {
  return {
    code: subject.code,
    count: sourceOf(c, s, stated),
    form: stated.form,
    grades: subject.grades,
    title: subject.title,
    verdict: stated.verdict,
    numbers: numbersOf(c, stated, subject),
  };
}

function numbersOf(c: Case, stated: SubjectResult, subject: Subject): SubjectNumbers | null {
  if (stated.form === "band" || (stated.form === "full" && stated.counts.length !== subject.grades.length)) return null;
  const [favourable, unfavourable] = sidesOf(stated, subject);
  const expressed = c.rules?.formula === "fav-expressed";
  return {
    blank: stated.blank,
    counts: stated.form === "full" ? stated.counts : [],
    denominator: favourable + unfavourable + (expressed ? 0 : stated.blank),
    favourable,
    numerator: favourable,
    unfavourable,
  };
}
