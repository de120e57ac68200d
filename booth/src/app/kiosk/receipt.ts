/** 已投出 at a device without a name: the receipt for five seconds, longer for whoever wants to print or photograph it. */
import { button, h, primary } from "../dom.ts";
import { show } from "../frame.ts";
import { receiptCodeLines, receiptOf, receiptPicture } from "../receipts.ts";
import type { Cast } from "../rows.ts";
import { ballotOf, pollTitle, type Session } from "../vote/session.ts";
import { t } from "../words.ts";
import { countdown } from "./clocks.ts";

export const RECEIPT_SECONDS = 5;

/** `linger` lets the idle clock decide instead; `done` goes back to the start. */
export function showReceipt(session: Session, linger: () => void, done: () => void): void {
  const row = session.rows.find((one) => one.box === ballotOf(session.poll).hex) as Cast;
  const receipt = receiptOf(row.box, row);
  const left = h("p", { class: "lead", role: "timer", id: "receipt-left" });
  const stop = countdown(RECEIPT_SECONDS, (n) => (left.textContent = t("{n} 秒后回到开始，这台机器什么也不留。", { n })), done);
  const stay = () => {
    stop();
    left.textContent = t("看完、拍完，请按“完成”。没人操作，一分钟后自己清空。");
    linger();
  };
  const print = () => {
    stay();
    window.print();
  };
  const end = () => {
    stop();
    done();
  };
  const banner = h("div", { class: "cast" }, h("h1", {}, t("已投出")), h("p", {}, t("您的票已在票箱里，回执已验过。")), left);
  show(() => ({
    heading: t("已投出"),
    banner,
    content: [
      h("div", { class: "actions no-print" }, primary(t("完成"), end), button(t("打印回执"), print), button(t("我要拍照，多留一会儿"), stay)),
      h(
        "section",
        { class: "card receipt" },
        h("h2", {}, t("回执")),
        h("p", {}, pollTitle(session.poll)),
        receiptPicture(receipt),
        h("p", { class: "soft" }, t("回执码")),
        receiptCodeLines(receipt),
        h("p", {}, t("回执不说明您选了什么，可以给任何人看。投票截止后，用任何手机都能查这张票在不在票箱里，不用登录。")),
      ),
    ],
  }));
}
