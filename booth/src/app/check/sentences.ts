/** What was found, in one sentence that says what to do. */
import { h } from "../dom.ts";
import { Unreachable } from "../net.ts";
import { readingTrouble } from "../trouble.ts";
import { t } from "../words.ts";
import type { Receipt } from "../../core/receipt.ts";
import type { BoxFiles } from "../pollfiles.ts";
import { receiptCodeLines } from "../receipts.ts";
import type { Finding } from "./look.ts";

export function findingNote(finding: Finding, hasReceipt: boolean): HTMLElement {
  if (finding === "inside") return h("p", { class: "note success" }, h("strong", {}, t("在票箱内 ✓")), " ", t("票箱封好后公布的清单里有这张票。"));
  if (finding === "waiting") {
    return hasReceipt
      ? h("p", { class: "note success" }, h("strong", {}, t("回执是真的。")), " ", t("票箱还没有封；封箱以后再来，可以查到票在不在箱里。"))
      : h("p", { class: "note warning" }, t("这张票已封好，还没有回执。请回到投票页，按“继续投出”。"));
  }
  if (finding === "forged") return h("p", { class: "note error" }, h("strong", {}, t("回执验不过。")), " ", t("这不是该票箱签出的回执。请核对是否粘贴完整。"));
  return hasReceipt
    ? h("p", { class: "note error" }, h("strong", {}, t("不在票箱内 ✗")), " ", t("回执是真的，票却不在清单里：这是票箱的过失。请留好回执，在异议期内向工会和上级工会提出。"))
    : h("p", { class: "note warning" }, h("strong", {}, t("不在票箱内。")), " ", t("这张票没有投进，也没有得到回执。"));
}

/** The box's name; a practice box says so beside every verdict. */
export function boxTitle({ box }: BoxFiles): HTMLElement {
  return h("h2", {}, box.title, box.practice && h("span", { class: "soft" }, ` · ${t("演练，不算数")}`));
}

export function codeOf(receipt: Pick<Receipt, "boxHash" | "leaf">): HTMLElement {
  return h("div", {}, h("p", { class: "soft" }, t("回执码")), receiptCodeLines(receipt));
}

export function troubleOf(error: unknown): string {
  if (error instanceof Unreachable && error.status === 404) return t("本站没有这张回执上的票箱。请到回执所属的投票网站查。");
  return readingTrouble(error);
}
