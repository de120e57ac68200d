/** 已投出: shown only after a receipt that was verified; and what may still be done. */
import { clear, forgetMeans, mayChange } from "../ballots.ts";
import { button, h, primary, type Child } from "../dom.ts";
import { show, type View } from "../frame.ts";
import { receiptCodeLines, receiptOf, receiptPicture, saveReceipt } from "../receipts.ts";
import type { Cast } from "../rows.ts";
import { t } from "../words.ts";
import { showPaper } from "./fill.ts";
import { sealAndDrop } from "./sending.ts";
import { ballotOf, pollTitle, steps, troubleNote, type Session } from "./session.ts";

export function showCast(session: Session, trouble?: string): void {
  show(() => view(session, trouble));
}

function view(session: Session, trouble?: string): View {
  const files = ballotOf(session.poll);
  const row = session.rows.find((one) => one.box === files.hex) as Cast;
  const open = session.state === "open";
  const tick = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  tick.setAttribute("viewBox", "0 0 76 76");
  tick.setAttribute("aria-hidden", "true");
  tick.innerHTML =
    '<circle cx="38" cy="38" r="35" fill="none" stroke="currentColor" stroke-width="5"/>' +
    '<path d="m21 39 12 12 23-25" fill="none" stroke="currentColor" stroke-width="7" stroke-linecap="round" stroke-linejoin="round"/>';
  const banner = h(
    "div",
    { class: "cast" },
    tick,
    h("h1", {}, t("已投出")),
    h("p", {}, row.seq > 1 ? t("改过的票已在票箱里，以这一张为准。") : t("您的票已在票箱里，回执已验过。可以关掉本页了。")),
  );
  return {
    heading: t("已投出"),
    banner,
    content: [steps(2), troubleNote(trouble), receiptCard(session, row), open && changes(session), after(session)],
  };
}

function receiptCard(session: Session, row: Cast): HTMLElement {
  const receipt = receiptOf(row.box, row);
  return h(
    "section",
    { class: "card receipt" },
    h("h2", {}, t("回执")),
    h("p", {}, pollTitle(session.poll)),
    receiptPicture(receipt),
    h("p", { class: "soft" }, t("回执码")),
    receiptCodeLines(receipt),
    h("p", {}, t("回执不说明您选了什么，可以给任何人看。投票截止后，用任何手机都能查这张票在不在票箱里，不用登录。")),
    h(
      "div",
      { class: "actions" },
      button(t("保存回执"), () => saveReceipt(receipt, pollTitle(session.poll))),
      button(t("打印"), () => print()),
      h("a", { class: "button", href: "/check" }, t("查票")),
    ),
    h("p", { class: "soft no-print" }, t("长按二维码也可以保存。")),
  );
}

/** 改票 and 不再更改, while the box is open. */
function changes(session: Session): Child {
  if (!mayChange(session.rows)) return h("p", { class: "soft" }, t("这张票不能再更改了。"));
  const change = () =>
    showPaper(session, { changing: true, drop: (filled) => sealAndDrop(session, filled), back: () => session.goOn() });
  const settle = button(t("不再更改"), () => askOnce(session), "quiet");
  return h(
    "section",
    { class: "no-print" },
    h("p", {}, t("投票截止以前还可以改票，以最后一张为准。")),
    h("div", { class: "actions" }, button(t("改票"), change), settle),
  );
}

function askOnce(session: Session): void {
  const sure = async () => {
    await forgetMeans(session.store, session.rows);
    await session.goOn();
  };
  show(() => ({
    heading: t("以后就不能再改了"),
    content: [
      h("p", {}, t("这部手机会忘掉改票用的钥匙，谁拿到手机也改不了这张票。回执还在。")),
      h("div", { class: "actions" }, primary(t("不再更改"), sure), button(t("返回"), () => session.goOn())),
    ],
  }));
}

/** For a phone that several members share: only after the ballot can no longer be changed. */
function after(session: Session): Child {
  if (session.state !== "open" || mayChange(session.rows)) return null;
  const next = async () => {
    await clear(session.store, session.rows);
    await session.leave();
  };
  return h(
    "details",
    { class: "no-print" },
    h("summary", {}, t("换一位会员用这部手机投票")),
    h("p", {}, t("这部手机会忘掉上面的回执。需要留着的，请先保存或打印。")),
    h("div", { class: "actions" }, button(t("忘掉回执，换人"), next)),
  );
}
