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
  u: ["很不满意", "Very dissatisfied"],
  g: ["好", "Good"],
  f: ["较好", "Fairly good"],
  m: ["一般", "Average"],
  p: ["差", "Poor"],
  y: ["同意", "Agree"],
  n: ["不同意", "Disagree"],
};

export function gradeWord(code: string): string {
  const words = WORDS[code];
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
