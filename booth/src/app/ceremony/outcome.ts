/** 计票: enough parts give the counts; the result is shown as it will be published, and signed. */
import { fromUtf8, toHex } from "../../core/bytes.ts";
import type { CardKeys } from "../../core/cards.ts";
import { countAll, NoCount, writePartials, type Partial, type PlaceCount } from "../../core/opening.ts";
import { buildResult, resultBytes, signResult, sidesOf, type Result, type SubjectResult } from "../../core/result.ts";
import type { Threshold } from "../../core/objects.ts";
import type { Subject } from "../../core/slate.ts";
import { h, painted, primary, progress } from "../dom.ts";
import { gradeWord, lookOf, swatch } from "../grades.ts";
import { t } from "../words.ts";
import type { ClosedBoxFiles } from "./boxfiles.ts";
import type { VerifiedSet } from "./openset.ts";
import type { Seat } from "./seat.ts";
import { errorNote, mustHold, stage, stageWaiting } from "./stage.ts";
import { showHandOver } from "./opinions.ts";

export async function showOutcome(
  seat: Seat,
  set: VerifiedSet,
  keys: CardKeys,
  mine: readonly Partial[],
  parts: readonly Partial[],
): Promise<void> {
  stage(() => ({ heading: t("正在计票"), content: [progress(t("正在计票"))] }));
  await painted();
  let result: Result;
  try {
    result = count(set, parts);
  } catch (error) {
    const trouble = errorNote(error);
    return stage(() => ({ heading: t("凑不出合计数"), content: [trouble] }));
  }
  const trouble = h("div", {});
  const press = async () => {
    trouble.replaceChildren();
    try {
      const signed = await sign(seat, set, keys, result, mine);
      await showSigned(seat, set, keys, result, signed);
    } catch (error) {
      trouble.replaceChildren(errorNote(error));
    }
  };
  stage(() => ({
    heading: t("合计已打开，请核对后签字"),
    wide: true,
    content: [
      ...outcome(set, result),
      h("p", {}, t("签字的是上面这份结果；{t} 位监票人签了同一份，结果才算数。", { t: set.keyset.t })),
      trouble,
      h("div", { class: "actions" }, primary(t("签字确认"), press)),
    ],
  }));
}

function count(set: VerifiedSet, parts: readonly Partial[]): Result {
  const first = (set.boxes[0] as ClosedBoxFiles).files.box;
  let counts: PlaceCount[] = [];
  if (set.places.length > 0) {
    try {
      counts = countAll(set.sums, set.keyset, set.opening, set.places, parts);
    } catch (error) {
      mustHold(!(error instanceof NoCount), t("有监票人交来的一份证明不对，凑不够规定的份数。请换一位监票人输入卡片。"));
      throw error;
    }
  }
  const custody = { issued: set.issued, returned: set.returned, invalid: set.invalid };
  return buildResult(set.slate, set.set, first.formula, first.threshold, counts, custody);
}

interface Signed {
  readonly signed: number;
  readonly needed: number;
}

async function sign(seat: Seat, set: VerifiedSet, keys: CardKeys, result: Result, mine: readonly Partial[]): Promise<Signed> {
  // u8 i ‖ signature: the place at the table is known to the relay.
  const signature = toHex(signResult(result, seat.i, keys.sign).slice(1));
  const answer = await seat.ask("result", { set: set.info.id, result: fromUtf8(resultBytes(result)), signature });
  if (set.set.tier === "two_way") await reveal(seat, set, result, mine);
  return { signed: Number(answer["signed"]), needed: Number(answer["needed"]) };
}

/** Between 10 and 19 valid ballots the parts of published subjects become public, so that anybody can count again. */
async function reveal(seat: Seat, set: VerifiedSet, result: Result, mine: readonly Partial[]): Promise<void> {
  const open = mine.filter((partial) => result.subjects[partial.s]?.form === "two_way");
  if (open.length > 0) await seat.ask("reveal", { set: set.info.id, partials: toHex(writePartials(open)) });
}

async function showSigned(seat: Seat, set: VerifiedSet, keys: CardKeys, result: Result, at: Signed): Promise<void> {
  await seat.refresh();
  const over = () => seat.state.sets.find((one) => one.id === set.info.id)?.result === true;
  const more = seat.state.boxes.some((box) => box.kind === "opinion");
  const next = () => showHandOver(seat, keys);
  const content = () => [
    h("p", { class: "note success" }, over() ? t("结果已由规定人数的监票人签字，计票完成。") : t("您已签字。还要等其他监票人签同一份结果（{signed} / {needed}）。", { ...at })),
    ...outcome(set, result),
    more && h("div", { class: "actions" }, primary(t("接着处理意见箱"), next)),
  ];
  const view = () => ({ heading: over() ? t("计票完成") : t("已签字，等其他监票人"), wide: true, content: content() });
  if (over()) return stage(view);
  stageWaiting(view, async () => (await seat.refresh()) && over(), () => stage(view));
}

/** The result as it is published; a band tells the band and nothing else. */
function outcome(set: VerifiedSet, result: Result): HTMLElement[] {
  if (result.tier === "none") return [h("p", { class: "huge" }, t("人数过少，不公布结果"))];
  const { threshold } = (set.boxes[0] as ClosedBoxFiles).files.box;
  return set.slate.subjects.map((subject, s) => subjectCard(subject, result.subjects[s] as SubjectResult, result, threshold));
}

function subjectCard(subject: Subject, stated: SubjectResult, result: Result, threshold: Threshold): HTMLElement {
  const verdicts = { reached: t("达到"), not_reached: t("未达到"), no_result: t("无结果") };
  const verdict = h("p", { class: "huge" }, verdicts[stated.verdict]);
  if (stated.form === "band") {
    return h("section", { class: "card" }, h("h2", {}, subject.title), verdict, h("p", { class: "soft" }, t("人数少，只公布是否达到标准，由监票人签字证明。")));
  }
  const [favourable, other] = sidesOf(stated, subject);
  const base = result.formula === "fav-valid" ? result.valid : favourable + other;
  return h(
    "section",
    { class: "card" },
    h("h2", {}, subject.title),
    verdict,
    bar(subject, stated),
    h("ul", { class: "figures" }, parts(subject, stated).map(([words, n]) => h("li", {}, h("b", {}, n), h("span", {}, words)))),
    h("p", { class: "soft" }, t("标准：认同不少于 {num}/{den}。", { num: threshold.num, den: threshold.den })),
    base > 0 && h("p", {}, t("认同 {f} / {base}，占 {rate}%（{rule}）", { f: favourable, base, rate: rate(favourable, base), rule: result.formula === "fav-valid" ? t("弃权计入分母") : t("弃权不计入分母") })),
  );
}

/** One decimal, cut off and never rounded up, so that 79.96 % does not read as 80.0 %. */
function rate(part: number, whole: number): string {
  const tenths = Math.floor((1000 * part) / whole);
  return `${Math.floor(tenths / 10)}.${tenths % 10}`;
}

function parts(subject: Subject, stated: Exclude<SubjectResult, { form: "band" }>): [string, number][] {
  if (stated.form === "two_way") return [[t("认同"), stated.favourable], [t("不认同"), stated.unfavourable], [t("弃权"), stated.blank]];
  return [...stated.counts.map((n, k): [string, number] => [gradeWord(subject, k + 1), n]), [t("弃权"), stated.blank]];
}

function bar(subject: Subject, stated: Exclude<SubjectResult, { form: "band" }>): HTMLElement {
  const shares =
    stated.form === "two_way"
      ? ([["good", stated.favourable], ["poor", stated.unfavourable], ["blank", stated.blank]] as const)
      : [...stated.counts.map((n, k) => [lookOf(subject, k + 1), n] as const), ["blank", stated.blank] as const];
  return h(
    "div",
    { class: "bar", "aria-hidden": "true" },
    shares.filter(([, n]) => n > 0).map(([look, n]) => {
      const part = swatch(look);
      part.style.flexGrow = String(n);
      return part;
    }),
  );
}
