/** The slate: what stands on the ballot paper (docs/spec/ballot.md §4.1). */
import { sha256 } from "@noble/hashes/sha2.js";
import type { Bytes } from "./bytes.ts";
import * as fields from "./fields.ts";

export const GREATEST_SUBJECTS = 64;
export const GREATEST_GRADES = 7;

/** One line of the slate. `favourable` is a part of `grades`, in their order; masks have bit k−1 for grade k. */
export interface Subject {
  readonly code: string;
  readonly favourable: readonly string[];
  readonly grades: readonly string[];
  readonly title: string;
  readonly favourableMask: number;
  readonly otherMask: number;
}

export interface Slate {
  readonly kind: "ballot" | "questionnaire";
  readonly subjects: readonly Subject[];
  readonly title: string;
  /** K_s of each subject. */
  readonly gradeCounts: readonly number[];
  readonly hash: Bytes;
}

export function parseSlate(raw: Bytes): Slate {
  const f = fields.parse(raw, "kind", "subjects", "title", "v");
  fields.integer(f.v, 1, 1, "v");
  const subjects = fields.array(f.subjects, 1, GREATEST_SUBJECTS, "subjects").map(subject);
  fields.distinct(subjects.map((s) => s.code), "subject codes");
  return {
    kind: fields.choice(f.kind, "kind", "ballot", "questionnaire"),
    subjects,
    title: fields.text(f.title, "title"),
    gradeCounts: subjects.map((s) => s.grades.length),
    hash: sha256(raw),
  };
}

function subject(value: unknown): Subject {
  const f = fields.record(value, "code", "favourable", "grades", "title");
  const grades = fields.array(f.grades, 1, GREATEST_GRADES, "grades").map((grade) => fields.code(grade, "grade"));
  fields.distinct(grades, "grades");
  const chosen = fields.array(f.favourable, 1, grades.length, "favourable");
  const favourable = grades.filter((grade) => chosen.includes(grade));
  const inOrder = favourable.length === chosen.length && favourable.every((grade, i) => grade === chosen[i]);
  fields.need(inOrder, "favourable: grades of the subject, each once, in their order");
  const favourableMask = grades.reduce((mask, grade, k) => (favourable.includes(grade) ? mask | (1 << k) : mask), 0);
  return {
    code: fields.code(f.code, "code"),
    favourable,
    grades,
    title: fields.text(f.title, "title"),
    favourableMask,
    otherMask: (1 << grades.length) - 1 - favourableMask,
  };
}
