/** Before anything is drawn, and while drawing: who asks, what about, when, and what to look out for. */
import { toHex } from "../../core/bytes.ts";
import { startDrawing, drawAddress, rowsOf } from "../ballots.ts";
import { h, painted, primary, type Child } from "../dom.ts";
import { show, type View } from "../frame.ts";
import { moment, t } from "../words.ts";
import { ballotOf, number, opinionOf, pollTitle, steps, troubleNote, type Session } from "./session.ts";
import { whoSeesWhat } from "./whosees.ts";

// A browser may delete what a page stored after seven days without a visit (WebKit), so nobody draws long before the opening.
const EARLIEST = 5 * 24 * 3600 * 1000;

export function showWelcome(session: Session, trouble?: string): void {
  show(() => welcome(session, trouble));
}

function welcome(session: Session, trouble?: string): View {
  const { box } = ballotOf(session.poll);
  const over = session.state !== "sealed" && session.state !== "open";
  const early = Date.parse(box.opensAt) - EARLIEST;
  if (over) {
    return {
      heading: t("投票已经结束，票箱封了"),
      content: [h("p", {}, t("这部手机里没有这次投票的票。")), about(session)],
    };
  }
  if (session.state === "sealed" && Date.now() < early) {
    const from = moment(new Date(early).toISOString());
    return {
      heading: t("还没到领票的时候"),
      content: [h("p", {}, t("{from} 起可以领票，请到时再扫一次票券。", { from })), about(session)],
    };
  }
  const go = primary(t("领票"), () => draw(session));
  return {
    heading: t("请领票，然后投票"),
    content: [
      steps(0),
      troubleNote(trouble),
      about(session),
      warning(),
      h("div", { class: "actions" }, go),
      h("p", { class: "soft" }, t("按下后会到登录网站验一下票券，再自动回到这里。")),
      whoSeesWhat(),
    ],
  };
}

/** A drawing that was cut off: the same bytes are sent again. */
export function showDrawing(session: Session, trouble?: string): void {
  show(() => ({
    heading: t("领票还差一步"),
    content: [
      steps(0),
      troubleNote(trouble),
      trouble === undefined && h("p", {}, t("上次领票没有走完。继续就行，不会领重，也不会多领。")),
      h("div", { class: "actions" }, primary(t("继续领票"), () => draw(session)), ballotOf(session.poll).box.pool === "" && h("a", { class: "button", href: doorOf(session) }, t("重新输入票券号"))),
      about(session),
    ],
  }));
}

/** The site's page for this poll, where a slip's code is typed (polls that are counted together carry one id, so not for them). */
function doorOf({ poll }: Session): string {
  return `${poll.trust.site}/v/${toHex(ballotOf(poll).box.pollId)}`;
}

function warning(): HTMLElement {
  return h("p", { class: "note warning" }, t("票只存在这部手机的这个浏览器里，丢失不能补发。请用这个浏览器投完。"));
}

export function about({ poll }: Session): HTMLElement {
  const files = ballotOf(poll);
  const { box, slate } = files;
  const row = (term: string, ...what: Child[]): Child => [h("dt", {}, term), h("dd", {}, ...what)];
  const operators = [...new Set(poll.issuers.map((issuer) => issuer.operator))];
  return h(
    "section",
    { class: "card" },
    h("h2", {}, pollTitle(poll)),
    h(
      "dl",
      { class: "facts" },
      box.title !== pollTitle(poll) && row(t("票箱"), box.title),
      row(t("发票"), operators.join("、")),
      row(t("时间"), t("{from} 至 {to}", { from: moment(box.opensAt), to: moment(box.closesAt) })),
      row(t("应到"), t("{n} 人", { n: box.rollSize })),
      slate !== null && row(t("评议内容"), h("ol", {}, slate.subjects.map((subject) => h("li", {}, subject.title)))),
      opinionOf(poll) !== undefined && row(t("意见箱"), t("可以写几句话，也可以不写")),
      row(t("箱号"), number(files)),
    ),
    h("p", { class: "soft" }, t("箱号应当和票券、海报上的一样。")),
  );
}

async function draw(session: Session): Promise<void> {
  if (session.rows.length === 0) {
    await painted();
    await startDrawing(session.store, session.poll);
    session.rows = await rowsOf(session.store, session.poll);
  }
  if (session.rows.some((row) => row.state !== "drawing")) return session.goOn();
  location.replace(drawAddress(session.poll, session.rows));
}
