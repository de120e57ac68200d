/** Grades by their code: the word on the ballot, and how it is drawn (colour, pattern and order are the same everywhere). */
import { currentLanguage } from "./words.ts";
import type { Subject } from "../core/slate.ts";
import { h } from "./dom.ts";

// code: Chinese, English. A slate's other codes are shown as they are.
const WORDS: Readonly<Record<string, readonly [string, string]>> = {
  v: ["非常满意", "Very satisfied"],
  s: ["满意", "Satisfied"],
  b: ["基本满意", "Fairly satisfied"],
  d: ["不满意", "Dissatisfied"],
  w: ["非常不满意", "Very dissatisfied"],
  q: ["强", "Strong"],
  r: ["弱", "Weak"],
  h: ["好", "Good"],
  j: ["较好", "Fairly good"],
  y: ["一般", "Average"],
  c: ["差", "Poor"],
  t: ["同意", "Agree"],
  f: ["不同意", "Disagree"],
};

/** The word of grade k (from 1) of a subject. */
export function gradeWord(subject: Subject, k: number): string {
  const code = subject.grades[k - 1] as string;
  // "j" is the second step of two scales, told apart by their first.
  const words = code === "j" && subject.grades.includes("q") ? (["较强", "Fairly strong"] as const) : WORDS[code];
  return words === undefined ? code : words[currentLanguage() === "zh" ? 0 : 1];
}

export type Look = "good" | "fair" | "poor" | "blank";

/** 0 is blank. The first favourable grade is solid, other favourable ones hatched, the rest dotted. */
export function lookOf(subject: Subject, choice: number): Look {
  if (choice === 0) return "blank";
  const grade = subject.grades[choice - 1] as string;
  if (!subject.favourable.includes(grade)) return "poor";
  return subject.favourable[0] === grade ? "good" : "fair";
}

/** The little square beside a grade's word. */
export function swatch(look: Look): HTMLElement {
  return h("span", { class: `swatch ${look}`, "aria-hidden": "true" });
}
