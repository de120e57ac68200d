/** Showing the steps of the ceremony one after another: a step that waits is asked again until something changed. */
import { Refused } from "../../core/bytes.ts";
import { BadCard } from "../../core/cards.ts";
import { BadShare } from "../../core/sealing.ts";
import { h, type Child } from "../dom.ts";
import { show, type View } from "../frame.ts";
import { Unreachable } from "../net.ts";
import { readingTrouble } from "../trouble.ts";
import { t } from "../words.ts";
import { Declined, fingerprint, type Person } from "./seat.ts";

const PAUSE = 3000;
let turn = 0;

/** Shows a view that waits for nobody. */
export function stage(make: () => View): void {
  turn += 1;
  show(make);
}

/** Shows a view and asks every three seconds; when `ask` says so, `then` goes on. Ends when another view is shown. */
export function stageWaiting(make: () => View, ask: () => Promise<boolean>, then: () => void | Promise<void>): void {
  stage(make);
  const mine = turn;
  const again = async () => {
    if (mine !== turn) return;
    const changed = await ask().catch(() => false); // a lost connection is tried again
    if (mine !== turn) return;
    if (changed) await then();
    else setTimeout(() => void again(), PAUSE);
  };
  setTimeout(() => void again(), PAUSE);
}

/** A set, a box or a share that must not be opened, and why. */
export class Fault extends Error {
  override name = "Fault";
}

export function mustHold(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Fault(sentence);
}

export function troubleOf(error: unknown): string {
  if (error instanceof Fault) return error.message;
  if (error instanceof Declined) return declined(error.reason);
  if (error instanceof BadCard) {
    if (error.why === "characters") return t("卡上没有这样的字符，请对照卡片重新输入。");
    if (error.why === "length") return t("卡片是九组、每组四位，现在的位数不对。");
    return t("有一位输错了（最后一组是校验），请对照卡片再看一遍。");
  }
  if (error instanceof BadShare) return t("这张卡打不开您的那一份钥匙，或者钥匙和公布的对不上（{why}）。请停下来，告诉总监票人。", { why: error.message });
  if (error instanceof Unreachable && error.status === 429) return t("试得太多了，请等一分钟再试。");
  if (error instanceof Unreachable || error instanceof Refused) return readingTrouble(error);
  return readingTrouble(error);
}

function declined(reason: string): string {
  const sentences: Readonly<Record<string, string>> = {
    code: t("没有这个邀请码。请对照邀请券重新输入。"),
    busy: t("试得太多了，请等一分钟再试。"),
    state: t("现在还不到这一步，或者这一步已经过了。请重新打开本页。"),
    enrolled_before: t("这个座位已经领过卡了。如果不是您领的，请马上告诉主持人。"),
    card_used: t("这张卡已经登记在别的座位上。请重新做一张。"),
    sealed_before: t("票箱已经封过了。请重新打开本页。"),
    unwitnessed: t("公开日志的见证人还没有签够字，还不能开箱。请等见证人签字以后再试。"),
    gone: t("票体已按规定销毁，不能再开了。"),
    proof: t("服务器说您的那一份验不过。请重新核验一遍再试。"),
    other_result: t("别的监票人签的结果和您算的不一样。请停下来，一起重新核验。"),
    custody: t("服务器登记的发出、收回、无效张数和您核验的不一样。请停下来，一起重新核验。"),
    read_before: t("意见箱已经读过了。"),
  };
  return sentences[reason] ?? t("服务器没有接受这一步（{reason}）。请重新打开本页，还不行请告诉主持人。", { reason });
}

export function errorNote(error: unknown): HTMLElement {
  return h("p", { class: "note error", role: "alert" }, troubleOf(error));
}

/** Who sits at the ceremony, with each one's fingerprint where there is one. */
export function people(list: readonly Person[], mark: (person: Person) => Child): HTMLElement {
  return h(
    "ul",
    { class: "people" },
    list.map((person) =>
      h(
        "li",
        {},
        h("span", {}, `${person.i} ${person.name}`, person.i === 1 && ` · ${t("总监票人")}`),
        person.key !== "" && h("span", { class: "mono" }, fingerprint(person)),
        h("span", {}, mark(person)),
      ),
    ),
  );
}
