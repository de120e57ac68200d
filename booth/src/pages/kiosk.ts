/**
 * 公用机: this device has no name. The same ballot paper as on a phone, but the state lives in memory, nothing may be changed
 * afterwards, and after every member the device is as if nobody had been there. `#p=` says which vote it serves and stays in the
 * address, so that a reload or a power cut brings the same start page back and no storage is needed for it.
 */
import { h, primary, progress } from "../app/dom.ts";
import { english } from "../app/english/kiosk.ts";
import { whatIsMissing } from "../app/fitness.ts";
import { readEntry } from "../app/fragment.ts";
import { setPractice, show, startFrame } from "../app/frame.ts";
import { Idle } from "../app/kiosk/clocks.ts";
import { Round } from "../app/kiosk/round.ts";
import { holdsSomebodysBallot, wipe } from "../app/kiosk/wipe.ts";
import { get } from "../app/net.ts";
import { fetchPoll, type PollFiles } from "../app/pollfiles.ts";
import { readingTrouble } from "../app/trouble.ts";
import { ballotOf, number, pollTitle } from "../app/vote/session.ts";
import { t } from "../app/words.ts";
import { whoSeesWhat } from "../app/vote/whosees.ts";

const NAME = "公用机";
let round: Round | null = null;
const idle = new Idle(() => rest(files));
let files: PollFiles | null = null;

async function start(): Promise<void> {
  startFrame(english, NAME, true);
  const missing = whatIsMissing();
  if (missing !== null) return stop(t("这里不能领票"), t(missing));
  const entry = readEntry(location.hash.replace(/^#/, ""));
  if (entry.kind !== "poll") return stop(t("这台设备还没有设成公用机"), t("请工作人员在“公用机”一页打开这次投票的公用机地址。"));
  if (await holdsSomebodysBallot()) {
    return stop(t("这台设备不能当公用机"), t("这里存着别人的票或回执。请先用完、忘掉，或者换一台设备，免得把它清掉。"));
  }
  await wipe();
  await load(entry.poll);
}

async function load(hex: string): Promise<void> {
  show(() => ({ heading: t("正在核对票箱"), content: [progress(t("正在核对票箱"))] }));
  try {
    files = await fetchPoll(get, hex);
  } catch (error) {
    const trouble = readingTrouble(error);
    return show(() => ({
      heading: t("还不能继续"),
      content: [h("p", { class: "note error", role: "alert" }, trouble), h("div", { class: "actions" }, primary(t("再试一次"), () => load(hex)))],
    }));
  }
  rest(files);
}

function stop(heading: string, sentence: string): void {
  show(() => ({ heading, content: [h("p", { class: "note error" }, sentence)] }));
}

/** Back to the start, with nothing left of whoever was here. */
function rest(poll: PollFiles | null): void {
  if (poll === null) return;
  round?.end();
  round = null;
  idle.end();
  idle.pause(true);
  void wipe();
  startFrame(english, NAME, true);
  setPractice(poll.practice, NAME);
  show(() => ({
    heading: t("请下一位会员投票"),
    content: [
      h("p", { class: "lead" }, pollTitle(poll)),
      h("div", { class: "actions start" }, primary(t("开始"), () => begin(poll))),
      h(
        "section",
        { class: "card" },
        h("p", {}, t("拿着领票条，一个人站到屏幕前。不用登录，这台机器不知道您是谁。")),
        h("p", {}, t("投完以后什么也不留在这台机器上，也不能改票。60 秒没人操作就清空。")),
        h("p", { class: "note warning" }, t("领票以后、看到“已投出”以前，断电、关机或者走开，这张票就没有了，不能补发。")),
        h("dl", { class: "facts" }, h("dt", {}, t("箱号")), h("dd", {}, number(ballotOf(poll)))),
      ),
      whoSeesWhat(),
    ],
  }));
  document.getElementById("live")?.replaceChildren();
}

async function begin(poll: PollFiles): Promise<void> {
  // The way back leads to this page itself; a browser keeps such an entry only if somebody pressed something.
  if (history.state !== NAME) history.pushState(NAME, "", location.href);
  round = new Round(poll, idle, () => rest(poll));
  idle.pause(false);
  await round.begin();
}

function handBack(): void {
  const fragment = location.hash.replace(/^#/, "");
  history.replaceState(null, "", location.pathname);
  parent.postMessage(fragment, location.origin);
}

if (parent !== window) {
  handBack(); // the issuing desk sent its frame back to us
} else {
  window.name = "";
  addEventListener("popstate", () => history.pushState(NAME, "", location.href));
  addEventListener("hashchange", () => location.reload());
  addEventListener("beforeunload", (event) => round?.holdsABallot && event.preventDefault());
  // A page that a browser puts aside must hold nothing, whoever brings it back.
  addEventListener("pagehide", () => rest(files));
  void start();
}
