/** 封箱与开箱: a scrutineer's page. The poll's state decides which step is on it; no step can be taken out of order. */
import "../app/door.ts";
import { showAccept, showGathering, showSealed } from "../app/ceremony/seal.ts";
import { showEnrol } from "../app/ceremony/enrol.ts";
import { showVerify } from "../app/ceremony/open.ts";
import { cardForm } from "../app/ceremony/card.ts";
import { showHandOver } from "../app/ceremony/opinions.ts";
import { Seat, type SetInfo } from "../app/ceremony/seat.ts";
import { errorNote, stage, stageWaiting } from "../app/ceremony/stage.ts";
import { normalise } from "../core/crockford.ts";
import { h, primary } from "../app/dom.ts";
import { english } from "../app/english/ceremony.ts";
import { NO_STORAGE, whatIsMissing } from "../app/fitness.ts";
import { setPractice, setSite, startFrame } from "../app/frame.ts";
import { get } from "../app/net.ts";
import { parseTrust } from "../app/trust.ts";
import { t } from "../app/words.ts";

const NAME = "封箱与开箱";
const CODE = "pingjia-invitation"; // this tab only: a page that is loaded anew goes on where it was

function start(): void {
  startFrame(english, NAME);
  const missing = whatIsMissing() ?? (storageWorks() ? null : NO_STORAGE);
  if (missing !== null) return stage(() => ({ heading: t("这里不能监票"), content: [h("p", { class: "note error" }, t(missing))] }));
  const kept = sessionStorage.getItem(CODE);
  if (kept !== null) void enter(kept);
  else askCode();
}

function storageWorks(): boolean {
  try {
    localStorage.setItem("pingjia-probe", "1");
    localStorage.removeItem("pingjia-probe");
    return sessionStorage.length >= 0;
  } catch {
    return false;
  }
}

function askCode(error?: unknown, typed = ""): void {
  const input = h("input", { type: "text", id: "code", class: "mono", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: 24 });
  input.value = typed;
  const go = primary(t("进入"), () => enter(input.value));
  input.addEventListener("keydown", (event) => void (event.key === "Enter" && go.click()));
  const trouble = error === undefined ? null : errorNote(error);
  stage(() => ({
    heading: t("监票人，请出示邀请券"),
    content: [
      trouble,
      h("section", { class: "card" }, h("label", { class: "field", for: "code" }, t("输入邀请券上的邀请码（十六位）")), input, h("div", { class: "actions" }, go)),
      h("p", { class: "soft" }, t("邀请码只用来认座位；打开票箱要靠您自己的卡片。")),
    ],
  }));
}

async function enter(typed: string): Promise<void> {
  try {
    const code = normalise(typed.trim());
    const seat = await Seat.take(code);
    sessionStorage.setItem(CODE, code);
    setPractice(seat.state.practice, NAME);
    setSite(parseTrust(await get("/trust.json")).site, NAME);
    await goOn(seat);
  } catch (error) {
    sessionStorage.removeItem(CODE);
    askCode(error, typed);
  }
}

/** Shows the step that this seat may take now. */
async function goOn(seat: Seat): Promise<void> {
  const next = () => goOn(seat);
  const { state } = seat;
  if (seat.me.key === "") return showEnrol(seat, next);
  if (state.keyset === "") return showGathering(seat, next);
  if (!seat.me.accepted) return showAccept(seat, next);
  if (["draft", "rolled", "sealed", "open"].includes(state.state)) return showSealed(seat, next);
  const waiting = state.sets.find((set) => !set.result);
  if (waiting !== undefined && waiting.witnesses.lacking > 0) return showUnwitnessed(seat, waiting.witnesses, next);
  if (waiting !== undefined) return showVerify(seat, waiting);
  if (state.sets.length > 0 || state.state !== "closed") return showCounted(seat);
  stageWaiting(
    () => ({ heading: t("投票已停止，正在整理票箱"), content: [h("p", {}, t("票箱封好、写进公开日志以后，这里就能开箱。本页会自己接着走。"))] }),
    () => seat.refresh(),
    next,
  );
}

/** The closings stand in the log, but too few witnesses have seen that log: nothing is opened before they have. */
function showUnwitnessed(seat: Seat, { found, lacking, waiting }: SetInfo["witnesses"], next: () => void): void {
  stageWaiting(
    () => ({
      heading: t("还差 {n} 位见证人签字，还不能开箱", { n: lacking }),
      content: [
        h("p", {}, t("封箱单已经写进公开日志。见证人确认日志只增不改以后，这里就能开箱。本页会自己接着走。")),
        h("p", {}, t("还没签字的见证人：{names}。请打电话请他们运行一轮见证程序。", { names: waiting.join("、") || "—" })),
        found.length > 0 && h("p", { class: "soft" }, t("已签字：{names}", { names: found.join("、") })),
      ],
    }),
    () => seat.refresh(),
    next,
  );
}

/** Every set has its result; the opinion box may still wait. */
function showCounted(seat: Seat): void {
  const { state } = seat;
  const opinions = state.with_opinions && ["closed", "counted", "declared", "challenged"].includes(state.state);
  const form = opinions ? cardForm(seat, t("接着处理意见箱"), (keys) => showHandOver(seat, keys)) : null;
  stage(() => ({
    heading: state.state === "void" ? t("这次投票已作废") : state.state === "unopened" ? t("未能开箱，要重新投票") : t("计票完成"),
    content: [
      h("p", {}, opinions ? t("结果已由规定人数的监票人签字。意见箱还没有处理的，请接着处理。") : t("这里没有要您做的事了，谢谢。")),
      form,
    ],
  }));
}

start();
