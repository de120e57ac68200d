/** One member's turn at a device without a name: 领票 in a frame of the issuing desk, 填票, 投出, 回执, and everything forgotten. */
import { drawAddress, dropAll, forgetMeans, phaseOf, rowsOf, seal, startDrawing, takeDrawn } from "../ballots.ts";
import { h, button, painted, primary, progress } from "../dom.ts";
import { fillEnvelope, type Filled } from "../envelope.ts";
import { readEntry } from "../fragment.ts";
import { show } from "../frame.ts";
import { get, post } from "../net.ts";
import { boxState, type PollFiles } from "../pollfiles.ts";
import { badSignatures, drawTrouble, dropTrouble, postTrouble, readingTrouble } from "../trouble.ts";
import { showPaper } from "../vote/fill.ts";
import { ballotOf, steps, troubleNote, type Session } from "../vote/session.ts";
import { currentLanguage, moment, t } from "../words.ts";
import { Idle } from "./clocks.ts";
import { MemoryStore } from "./memory.ts";
import { showReceipt } from "./receipt.ts";

const AGAIN_MS = 5000;

export class Round {
  readonly #session: Session;
  #frame: HTMLIFrameElement | null = null;
  #timer = 0;
  #over = false;

  constructor(poll: PollFiles, private readonly idle: Idle, private readonly done: () => void) {
    this.#session = {
      store: new MemoryStore(), poll, rows: [], state: "open",
      goOn: (trouble) => this.#goOn(trouble),
      leave: async () => this.done(),
    };
  }

  /** Whether a ballot was drawn and is not in the box yet: leaving now would lose it. */
  get holdsABallot(): boolean {
    return this.#session.rows.some((row) => row.state === "held" || row.state === "dropping");
  }

  async begin(): Promise<void> {
    const session = this.#session;
    try {
      session.state = await boxState(get, ballotOf(session.poll).hex);
    } catch (error) {
      return this.#stop(t("还不能继续"), readingTrouble(error));
    }
    if (session.state === "sealed") return this.#stop(t("投票还没有开始"), t("公用机不保存票，所以要等投票开始以后再领。"));
    if (session.state !== "open") return this.#stop(t("投票已经结束，票箱封了"), "");
    await painted();
    await startDrawing(session.store, session.poll);
    session.rows = await rowsOf(session.store, session.poll);
    this.#openDesk();
  }

  end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    removeEventListener("message", this.#hear);
    this.#frame?.remove();
    this.#session.rows = [];
  }

  /** The code is typed at the issuing desk, which stands in a frame: the booth's own page never sees it. */
  #openDesk(trouble?: string): void {
    if (this.#over) return;
    const address = drawAddress(this.#session.poll, this.#session.rows);
    const src = address.replace("#", `/kiosk?lang=${currentLanguage()}#`);
    this.#frame = h("iframe", { src, title: t("领票处"), class: "desk", referrerpolicy: "no-referrer" });
    addEventListener("message", this.#hear);
    // The frame must stay the same element, or it would load anew when the language changes.
    const frame = this.#frame;
    show(() => ({ heading: t("请输入领票条里的码"), content: [steps(0), troubleNote(trouble), frame, this.#leaving(t("不投了，回到开始"))] }));
  }

  readonly #hear = (event: MessageEvent<unknown>): void => {
    if (this.#frame === null || event.source !== this.#frame.contentWindow || typeof event.data !== "string") return;
    const desk = new URL(drawAddress(this.#session.poll, this.#session.rows)).origin;
    // The desk tells one thing only: that somebody types, or that it waits for an answer.
    if (event.origin === desk && (event.data === "alive" || event.data === "busy")) return this.idle.pause(event.data === "busy");
    if (event.origin === location.origin) void this.#comeBack(event.data);
  };

  async #comeBack(fragment: string): Promise<void> {
    const entry = readEntry(fragment);
    removeEventListener("message", this.#hear);
    this.#frame?.remove();
    this.idle.pause(false);
    if (entry.kind !== "drawn") return this.#stop(t("这个地址不对"), t("领票处送回来的东西不对，没有领到票。请叫工作人员。"));
    if (entry.status !== 0) return this.#stop(t("没有领到票"), drawTrouble(entry.status));
    const session = this.#session;
    const drawn = await takeDrawn(session.store, session.poll, entry.issuer, entry.signatures);
    session.rows = await rowsOf(session.store, session.poll);
    if (drawn === "held") return this.#goOn();
    this.#openDesk(drawn === "bad" ? badSignatures() : undefined);
  }

  async #goOn(trouble?: string): Promise<void> {
    if (this.#over) return;
    const session = this.#session;
    session.rows = await rowsOf(session.store, session.poll);
    const phase = phaseOf(session.poll, session.rows);
    if (phase === "cast") return this.#cast();
    if (phase === "dropping") return this.#waiting(trouble);
    this.idle.pause(false);
    showPaper(session, { changing: false, drop: (filled) => this.#drop(filled) }, trouble);
    document.querySelector("#page .actions")?.append(this.#leaving(t("不投了，清空")));
  }

  async #drop(filled: Filled): Promise<void> {
    this.idle.pause(true);
    const words = t("正在封票、投出，请稍等");
    show(() => ({ heading: words, content: [steps(1), progress(words), h("p", {}, t("请先不要离开，看到“已投出”才算投完。"))] }));
    await painted();
    const { store, poll, rows } = this.#session;
    await seal(store, poll, rows, (files, pk) => fillEnvelope(files, filled, pk));
    await this.#send();
  }

  async #send(): Promise<void> {
    if (this.#over) return;
    const session = this.#session;
    let trouble: string | undefined;
    let closed = false;
    try {
      const status = await dropAll(session.store, session.poll, post);
      closed = status === 2;
      if (status !== 0) trouble = dropTrouble(status, moment(ballotOf(session.poll).box.opensAt), false);
    } catch (error) {
      trouble = postTrouble(error);
    }
    if (closed) return this.#stop(t("票箱已封，这张票没有回执"), trouble ?? "");
    await this.#goOn(trouble);
  }

  /** Sealed and not yet taken: the same bytes are sent again and again. Nobody's choice is on the screen, so no idle clock runs. */
  #waiting(trouble?: string): void {
    this.idle.pause(true);
    const again = () => this.#send();
    show(() => ({
      heading: t("票已封好，还没有投出"),
      content: [
        steps(1),
        troubleNote(trouble),
        h("p", { class: "note warning" }, t("请不要离开，也不要关机：这台机器每 5 秒自己再送一次，送的还是同一张。送不出去，请叫工作人员接好网络。")),
        h("div", { class: "actions" }, primary(t("继续投出"), again)),
      ],
    }));
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void again(), AGAIN_MS);
  }

  async #cast(): Promise<void> {
    const session = this.#session;
    // No re-vote at a device without a name: the keys go before anything is shown.
    await forgetMeans(session.store, session.rows);
    session.rows = await rowsOf(session.store, session.poll);
    this.idle.pause(true);
    showReceipt(session, () => this.idle.pause(false), this.done);
  }

  #stop(heading: string, sentence: string): void {
    if (this.#over) return;
    this.idle.pause(false);
    show(() => ({
      heading,
      content: [sentence !== "" && h("p", { class: "note error", role: "alert" }, sentence), h("div", { class: "actions" }, primary(t("回到开始"), this.done))],
    }));
  }

  #leaving(words: string): HTMLElement {
    const ask = () => {
      if (!this.holdsABallot || confirm(t("票已经领出来了。现在清空，这张票就没有了，也不能补发。清空吗？"))) this.done();
    };
    return h("div", { class: "actions" }, button(words, ask, "quiet"));
  }
}
