/** The booth: a member's page, from the scanned slip to 已投出. It goes on from wherever this device stands. */
import { entered, takeFragment } from "../app/door.ts";
import { forgetMeans, phaseOf, rowsOf, takeDrawn } from "../app/ballots.ts";
import { h, primary, progress } from "../app/dom.ts";
import { serveOrders } from "../app/envelope.ts";
import { english } from "../app/english/vote.ts";
import { NO_STORAGE, whatIsMissing } from "../app/fitness.ts";
import { readEntry, type Entry } from "../app/fragment.ts";
import { setPractice, setSite, show, startFrame } from "../app/frame.ts";
import { get } from "../app/net.ts";
import { boxState, fetchPoll, type PollFiles } from "../app/pollfiles.ts";
import { openStore, type Store } from "../app/store.ts";
import { badSignatures, drawTrouble, readingTrouble } from "../app/trouble.ts";
import { showCast } from "../app/vote/cast.ts";
import { showPaper } from "../app/vote/fill.ts";
import { sealAndDrop, showWaiting } from "../app/vote/sending.ts";
import { about, showDrawing, showWelcome } from "../app/vote/welcome.ts";
import { ballotOf, pollTitle, steps, type Session } from "../app/vote/session.ts";
import { t } from "../app/words.ts";
import { drawAddress } from "../app/ballots.ts";

const NAME = "投票";
const REMEMBERED = "pingjia-poll"; // which poll this tab is about; a hint only

async function start(fragment: string): Promise<void> {
  const missing = whatIsMissing();
  if (missing !== null) return stop(missing);
  const entry = readEntry(fragment);
  if (entry.kind === "refused") return refuseAddress();
  const store = await openStore();
  if (store === null) return stop(NO_STORAGE);
  await enter(store, entry);
}

function stop(sentence: string): void {
  show(() => ({ heading: t("这里不能领票"), content: [h("p", { class: "note error" }, t(sentence))] }));
}

function refuseAddress(): void {
  show(() => ({
    heading: t("这个地址不对"),
    content: [h("p", {}, t("地址里带的东西不是本页认得的。请重新扫票券上的二维码。"))],
  }));
}

async function enter(store: Store, entry: Entry): Promise<void> {
  if (entry.kind === "poll") return openPoll(store, entry.poll, entry);
  const polls = [...new Set((await store.all()).map((row) => row.poll))];
  const hint = remembered();
  const drawing = new Set((await store.all()).filter((row) => row.state === "drawing").map((row) => row.poll));
  const likely = hint ?? undefined;
  if (entry.kind === "drawn") {
    const poll = likely ?? [...drawing][0] ?? polls[0];
    return poll === undefined ? empty() : openPoll(store, poll, entry);
  }
  if (likely !== undefined) return openPoll(store, likely, entry);
  if (polls.length === 1) return openPoll(store, polls[0] as string, entry);
  return polls.length === 0 ? empty() : choose(store, polls);
}

function empty(): void {
  show(() => ({
    heading: t("请扫票券上的二维码"),
    content: [
      h("p", {}, t("这部手机的这个浏览器里还没有票。用手机扫票券、通知或会场大屏上的二维码，就会回到这里。")),
      h("p", {}, t("如果领过票却看不到，请用当时领票的那个浏览器打开本页。")),
    ],
  }));
}

async function choose(store: Store, polls: readonly string[]): Promise<void> {
  const found = await Promise.all(polls.map((poll) => fetchPoll(get, poll).catch(() => null)));
  show(() => ({
    heading: t("这部手机里有 {n} 次投票的票", { n: polls.length }),
    content: [
      h(
        "ul",
        { class: "people" },
        polls.map((poll, i) => {
          const files = found[i] as PollFiles | null;
          const open = h("button", { type: "button" }, t("打开"));
          open.addEventListener("click", () => void openPoll(store, poll, { kind: "none" }));
          return h("li", {}, h("span", {}, files === null ? poll.slice(0, 12) : pollTitle(files)), open);
        }),
      ),
    ],
  }));
}

async function openPoll(store: Store, hex: string, entry: Entry): Promise<void> {
  show(() => ({ heading: t("正在核对票箱"), content: [progress(t("正在核对票箱")), h("p", { class: "soft" }, t("正在核对箱号、评议内容和公开日志。"))] }));
  remember(hex);
  let poll: PollFiles;
  let session: Session;
  try {
    poll = await fetchPoll(get, hex);
    const state = await boxState(get, ballotOf(poll).hex);
    session = {
      store, poll, state, rows: await rowsOf(store, poll),
      goOn: (trouble) => goOn(session, trouble),
      leave: async () => { forgetHint(); await enter(store, { kind: "none" }); },
    };
  } catch (error) {
    const trouble = readingTrouble(error);
    return show(() => ({
      heading: t("还不能继续"),
      content: [
        h("p", { class: "note error", role: "alert" }, trouble),
        h("div", { class: "actions" }, primary(t("再试一次"), () => openPoll(store, hex, entry))),
      ],
    }));
  }
  setSite(poll.trust.site, NAME);
  setPractice(poll.practice, NAME);
  if (session.state === "closed" || session.state === "destroyed") await forgetMeans(store, session.rows);
  await (entry.kind === "drawn" ? comeBack(session, entry) : goOn(session));
}

/** Back from the issuer with its signatures, or with its no. */
async function comeBack(session: Session, entry: Extract<Entry, { kind: "drawn" }>): Promise<void> {
  if (entry.status !== 0) {
    const already = phaseOf(session.poll, session.rows) !== "drawing";
    return goOn(session, already ? undefined : drawTrouble(entry.status));
  }
  const drawn = await takeDrawn(session.store, session.poll, entry.issuer, entry.signatures);
  session.rows = await rowsOf(session.store, session.poll);
  if (drawn === "more") return location.replace(drawAddress(session.poll, session.rows));
  return goOn(session, drawn === "bad" ? badSignatures() : undefined);
}

/** Reads the device again and shows what is to be done now. */
async function goOn(session: Session, trouble?: string): Promise<void> {
  session.rows = await rowsOf(session.store, session.poll);
  const phase = phaseOf(session.poll, session.rows);
  if (phase === "new") return showWelcome(session, trouble);
  if (phase === "drawing") return showDrawing(session, trouble);
  if (phase === "cast") return showCast(session, trouble);
  if (phase === "dropping") return showWaiting(session, trouble);
  if (session.state === "open") {
    return showPaper(session, { changing: false, drop: (filled) => sealAndDrop(session, filled) }, trouble);
  }
  return showHeld(session);
}

/** A ballot is drawn, and the box is not open: not yet, or no more. */
function showHeld(session: Session): void {
  const early = session.state === "sealed";
  const look = async () => {
    session.state = await boxState(get, ballotOf(session.poll).hex).catch(() => session.state);
    await goOn(session);
  };
  show(() => ({
    heading: early ? t("票已领到，还没开始投票") : t("投票已经结束，这张票没有投"),
    content: [
      steps(1),
      h("p", {}, early ? t("到时用这个浏览器再打开本页，就能投票。本页不用一直开着。") : t("票箱已经封了，领到的票没有投出，算作没有收回。")),
      early && h("div", { class: "actions" }, primary(t("看看开始了没有"), look)),
      about(session),
    ],
  }));
}

function remembered(): string | null {
  try {
    return sessionStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

function remember(poll: string): void {
  try {
    sessionStorage.setItem(REMEMBERED, poll);
  } catch {
    // Then the device's rows alone decide.
  }
}

function forgetHint(): void {
  try {
    sessionStorage.removeItem(REMEMBERED);
  } catch {
    // Nothing was kept.
  }
}

function startPage(): void {
  startFrame(english, NAME);
  void start(entered);
  // Scanning once more in the same tab changes the fragment only.
  addEventListener("hashchange", () => {
    const fragment = takeFragment();
    if (fragment !== "") void start(fragment);
  });
}

// The same script is the worker that fills in long questionnaires.
if (typeof document === "undefined") serveOrders();
else startPage();
