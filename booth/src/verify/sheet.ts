/** The report as a page: verdict, boxes, results, checks, and what does not hold. */
import { h, type Child } from "../app/dom.ts";
import { gradeWord } from "../app/grades.ts";
import type { Subject } from "../core/slate.ts";
import { ALL_CHECKS, type Code, type Failure, type Unreadable } from "./failures.ts";
import type { BoxFacts, Exit, Report, Status, SubjectFacts } from "./report.ts";
import { partyName, say, sentence } from "./wording.ts";

const LISTED_OF_ONE_CODE = 20;
const SIGNS: Readonly<Record<Exit, string>> = { 0: "✓", 1: "✗", 2: "?", 3: "≟" };
const MARKS: Readonly<Record<Status, string>> = { passed: "✓", failed: "✗", unchecked: "–", attested: "·", "not-asked": "" };

/** The one thing to see: good, bad, unreadable, or still to be compared. */
export function verdict(exit: Exit, why: string): HTMLElement {
  return h(
    "section",
    { class: `verdict exit-${exit}`, id: "verdict" },
    h("p", { class: "sign", "aria-hidden": "true" }, SIGNS[exit]),
    h("h1", { tabindex: -1 }, sentence("verdicts", String(exit))),
    h("p", {}, why),
  );
}

export function unreadable(reason: Unreadable): HTMLElement[] {
  return [verdict(2, sentence("unreadable", reason))];
}

export function sheet(report: Report): HTMLElement[] {
  const parts = [verdict(report.exit, sentence("explained", String(report.exit)))];
  if (report.practice) parts.push(h("p", { class: "practice" }, sentence("words", "practice")));
  for (const box of report.boxes) parts.push(boxCard(box, report));
  if (report.failures.length > 0) parts.push(failureCard(report));
  if (report.tier !== "") parts.push(resultCard(report));
  parts.push(checkCard(report));
  return parts;
}

function boxCard(box: BoxFacts, report: Report): HTMLElement {
  const word = (name: string) => sentence("words", name);
  const figures: [string, string | number][] = [
    [word("roll"), box.roll_size],
    [word("issued"), [...new Set(box.issued)].join(" / ")],
    [word("returned"), box.returned],
    [word(report.count === "attested" ? "invalid_attested" : "invalid"), box.invalid],
  ];
  if (box.paper.some((n) => n > 0)) figures.splice(1, 0, [word("paper"), Math.max(...box.paper)]);
  return h(
    "section",
    { class: "card box" },
    h("h2", {}, box.title),
    h("p", { class: "soft" }, say("请与领票纸、海报或会场公布的箱号逐字比对：", "Compare this number with your slip, the poster or the hall:")),
    h("p", { class: "number" }, ...box.number.split("-").flatMap((group, n) => [n > 0 && "-", h("span", {}, group)])),
    h("ul", { class: "figures" }, figures.map(([name, value]) => h("li", {}, h("b", {}, value), h("span", {}, name)))),
    box.invalid_heads.length > 0 && h("p", { class: "soft" }, `${word("invalid_ballots")}: ${box.invalid_heads.join(", ")}`),
    h("details", {}, h("summary", {}, say("完整指纹与登记处", "Whole fingerprint and log")), h("p", { class: "mono" }, box.hash), h("p", { class: "mono" }, box.log)),
  );
}

function resultCard(report: Report): HTMLElement {
  const { formula, threshold } = report;
  const rule = formula === "" ? "" : `${sentence("words", formula)} · ${sentence("words", "threshold")} ${threshold.num}/${threshold.den}`;
  return h(
    "section",
    { class: "card" },
    h("h2", {}, report.title),
    h("p", { class: "soft" }, `${sentence("words", "valid")} ${report.valid} · ${sentence("tiers", report.tier)} · ${rule}`),
    h("p", { class: "source" }, `count: ${report.count === "unverified" ? "attested" : report.count} — ${sentence("counts", report.count)}`),
    h("ul", { class: "subjects" }, report.subjects.map(subjectLine)),
  );
}

function subjectLine(subject: SubjectFacts): HTMLElement {
  const source = h("span", { class: "soft" }, sentence("counts", subject.count));
  const outcome = h("b", {}, sentence("results", subject.verdict));
  const { numbers } = subject;
  if (numbers === null) return h("li", {}, h("h3", {}, subject.title), h("p", {}, outcome, " ", source));
  const cell = (name: string, value: number) => h("li", {}, h("b", {}, value), h("span", {}, name));
  const each = numbers.counts.map((n, k) => cell(gradeWord(subject as unknown as Subject, k + 1), n));
  const sides = [cell(sentence("words", "favourable"), numbers.favourable), cell(sentence("words", "unfavourable"), numbers.unfavourable)];
  const share = numbers.denominator === 0 ? "" : ` = ${percent(numbers.numerator, numbers.denominator)} %`;
  return h(
    "li",
    {},
    h("h3", {}, subject.title),
    h("ul", { class: "figures" }, each.length > 0 ? each : sides, cell(sentence("words", "blank"), numbers.blank)),
    h("p", {}, `${numbers.numerator} / ${numbers.denominator}${share} `, outcome, " ", source),
  );
}

/** Cut off after one digit, never rounded up to a threshold. */
function percent(numerator: number, denominator: number): string {
  const tenths = Math.floor((numerator * 1000) / denominator);
  return `${Math.floor(tenths / 10)}.${tenths % 10}`;
}

function checkCard(report: Report): HTMLElement {
  const asked = ALL_CHECKS.filter((check) => report.checks[check] !== "not-asked");
  const witnesses = report.witnesses.join(", ") || sentence("words", "no_witnesses");
  return h(
    "section",
    { class: "card" },
    h("h2", {}, sentence("words", "checks")),
    h(
      "ul",
      { class: "checks" },
      asked.map((check) => {
        const status = report.checks[check];
        return h(
          "li",
          { class: status },
          h("span", { class: "mark", "aria-hidden": "true" }, MARKS[status]),
          h("span", {}, `${sentence("checks", check)} `, h("span", { class: status === "passed" ? "sr" : "soft" }, sentence("statuses", status))),
        );
      }),
    ),
    h("p", { class: "soft" }, `${sentence("words", "witnesses")}: ${witnesses}`),
  );
}

function failureCard(report: Report): HTMLElement {
  const codes = [...new Set(report.failures.map((failure) => failure.code))];
  return h(
    "section",
    { class: "card failures" },
    h("h2", {}, sentence("words", "failures")),
    codes.map((code) => failureGroup(code, report.failures.filter((failure) => failure.code === code), report)),
  );
}

function failureGroup(code: Code, group: readonly Failure[], report: Report): Child {
  const issuers = report.boxes[0]?.issuers ?? [];
  const more = group.length - LISTED_OF_ONE_CODE;
  return h(
    "div",
    { class: "failure" },
    h("p", {}, sentence("failures", code), " ", h("code", {}, code)),
    h(
      "ul",
      {},
      group.slice(0, LISTED_OF_ONE_CODE).map(({ place, party }) =>
        h("li", {}, `${sentence("words", "fault")}: ${partyName(party, issuers)} · ${sentence("words", "place")} `, h("code", {}, place)),
      ),
      more > 0 && h("li", {}, sentence("words", "more").replace("{n}", String(more))),
    ),
  );
}
