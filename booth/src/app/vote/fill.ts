/** The ballot paper: choices, words for the opinion box, a last look, and the one button that drops it. */
import { TEXT_LENGTH } from "../../core/opinion.ts";
import type { Slate } from "../../core/slate.ts";
import { announce, button, h, primary, type Child } from "../dom.ts";
import { utf8 } from "../../core/bytes.ts";
import type { Filled } from "../envelope.ts";
import { redraw, show, type View } from "../frame.ts";
import { gradeWord, lookOf, swatch } from "../grades.ts";
import { t } from "../words.ts";
import { ballotOf, opinionOf, pollTitle, steps, troubleNote, type Session } from "./session.ts";

/** What is on the paper so far; it lives in memory only. */
interface Draft {
  readonly choices: (number | null)[];
  words: string;
  asked: boolean;
}

/** `changing`: an earlier ballot is in the box; `back` leaves it as it is. */
export interface Paper {
  readonly changing: boolean;
  readonly drop: (filled: Filled) => Promise<void>;
  readonly back?: () => Promise<void>;
}

export function showPaper(session: Session, paper: Paper, trouble?: string): void {
  const slate = ballotOf(session.poll).slate;
  const draft: Draft = { choices: (slate?.subjects ?? []).map(() => null), words: "", asked: false };
  show(() => view(session, paper, slate, draft, trouble));
}

function left(draft: Draft): number {
  return draft.choices.filter((choice) => choice === null).length;
}

function heading(draft: Draft): string {
  const n = left(draft);
  return n > 0 ? t("还差 {n} 项就能投票", { n }) : t("都选好了，核对后请投票");
}

function view(session: Session, paper: Paper, slate: Slate | null, draft: Draft, trouble?: string): View {
  const title = h("h1", {}, heading(draft));
  const review = h("div", {});
  const update = () => {
    title.textContent = heading(draft);
    document.title = `${heading(draft)} · ${t("评家")}`;
    if (slate !== null) review.replaceChildren(...reviewOf(slate, draft));
  };
  const send = () => {
    draft.asked = true;
    if (left(draft) > 0) return pointOut(draft);
    if (utf8(draft.words.trim()).length > TEXT_LENGTH) return void document.getElementById("words")?.focus();
    return paper.drop({ choices: draft.choices.map((choice) => choice ?? 0), words: draft.words });
  };
  update();
  return {
    heading: heading(draft),
    banner: title,
    content: [
      steps(1),
      troubleNote(trouble),
      h("p", { class: "lead" }, pollTitle(session.poll)),
      paper.changing && h("p", { class: "note" }, t("您在改票：投出后以这一张为准，上一张作废。改票能防别人看过您的屏幕，防不了别人拿着您的手机。")),
      slate?.subjects.map((_, s) => question(slate, s, draft, update)),
      !paper.changing && wordsWanted(session) && words(draft),
      h("section", { class: "card" }, h("h2", {}, t("核对")), review),
      h("p", {}, paper.changing ? t("按下“投票”，这一张就换下上一张。") : t("按下“投票”，票就封好投进票箱；看到“已投出”才算投完。")),
      h("div", { class: "actions" }, primary(t("投票"), async () => send()), paper.back !== undefined && button(t("不改了"), paper.back)),
    ],
  };
}

/** Words are asked for once, with the first ballot. */
function wordsWanted({ poll, rows }: Session): boolean {
  const box = opinionOf(poll)?.hex;
  return rows.some((row) => row.box === box && row.state === "held");
}

function question(slate: Slate, s: number, draft: Draft, update: () => void): HTMLElement {
  const subject = slate.subjects[s] as Slate["subjects"][number];
  const missing = draft.asked && draft.choices[s] === null;
  const option = (choice: number, word: string) => {
    const input = h("input", { type: "radio", name: `s${s}`, value: choice });
    input.checked = draft.choices[s] === choice;
    input.addEventListener("change", () => {
      draft.choices[s] = choice;
      const set = input.closest("fieldset");
      set?.classList.remove("missing");
      set?.querySelector(".note")?.remove();
      update();
    });
    const look = lookOf(subject, choice);
    return h("label", { class: choice === 0 ? "choice none" : "choice" }, input, swatch(look), h("span", {}, word), h("span", { class: "chosen" }, t("已选")));
  };
  const legend = h("legend", {}, slate.subjects.length > 1 && h("small", {}, `${s + 1}/${slate.subjects.length} `), subject.title);
  const grades = subject.grades.map((_, k) => option(k + 1, gradeWord(subject, k + 1)));
  return h(
    "fieldset",
    { id: `subject${s}`, class: missing ? "missing" : "" },
    legend,
    missing && h("p", { class: "note error" }, t("这一项还没有选。不想评，请选“弃权”。")),
    h("div", { class: grades.length === 3 ? "choices three" : "choices" }, grades, option(0, t("弃权"))),
  );
}

function words(draft: Draft): HTMLElement {
  const area = h("textarea", { id: "words", rows: 4, "aria-describedby": "words-help words-left" });
  area.value = draft.words;
  const count = h("p", { id: "words-left", class: "soft" });
  const update = () => {
    draft.words = area.value;
    const over = utf8(area.value.trim()).length - TEXT_LENGTH;
    count.className = over > 0 ? "note error" : "soft";
    // A Chinese character takes three bytes.
    count.textContent = over > 0 ? t("太长了，请删去约 {n} 个字。", { n: Math.ceil(over / 3) }) : t("还可以写约 {n} 个字。", { n: Math.floor(-over / 3) });
  };
  area.addEventListener("input", update);
  update();
  return h(
    "section",
    { class: "card" },
    h("label", { class: "field", for: "words" }, t("有话要说？（可以不写）")),
    h("p", { id: "words-help", class: "soft" }, t("写进意见箱，不署名，最多约 680 个汉字。写不写都会投出一样大小的一份，别人看不出谁写了；不足 10 条时谁也不读。请不要写能认出您的话。")),
    area,
    count,
  );
}

function reviewOf(slate: Slate, draft: Draft): Child[] & (Node | string)[] {
  const lines = slate.subjects.map((subject, s) => {
    const choice = draft.choices[s] ?? null;
    const word = choice === null ? t("还没选") : choice === 0 ? t("弃权") : gradeWord(subject, choice);
    return h("li", {}, h("span", {}, subject.title), h("b", {}, choice !== null && swatch(lookOf(subject, choice)), word));
  });
  return [h("ul", { class: "review" }, lines)];
}

/** Takes the eyes and the focus to the first subject without a choice. */
function pointOut(draft: Draft): void {
  redraw();
  const s = draft.choices.indexOf(null);
  announce(t("还有 {n} 项没有选。不想评，请选“弃权”。", { n: left(draft) }));
  const set = document.getElementById(`subject${s}`);
  set?.scrollIntoView({ block: "center" });
  set?.querySelector<HTMLInputElement>("input")?.focus({ preventScroll: true });
}
