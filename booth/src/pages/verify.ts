/** The verifier for anybody: one saved file, no network, a box's bundle dropped in, everything recounted on the spot. */
import { byId, h } from "../app/dom.ts";
import { currentLanguage, setLanguage, startWords } from "../app/words.ts";
import type { Bytes } from "../core/bytes.ts";
import { hire, Stopped, workHere, type Crew } from "../verify/crew.ts";
import { CannotVerify } from "../verify/failures.ts";
import { findReceipt } from "../verify/receiptfile.ts";
import { sheet, unreadable } from "../verify/sheet.ts";
import { parseTrust, parseWanted } from "../verify/trust.ts";
import { verifyBundle } from "../verify/verifier.ts";
import { nameOf, sizeOf, type Outcome, type Task } from "../verify/work.ts";
import { say, sentence } from "../verify/wording.ts";

type Slot = "zip" | "trust" | "receipt";

interface Chosen {
  readonly name: string;
  readonly bytes: Bytes;
}

function startPage(script: string): void {
  const crew: Crew = hire(script);
  const known = new Map<string, Outcome>();
  const chosen: Partial<Record<Slot, Chosen>> = {};
  let box = "";
  let turn = 0; // a newer question makes an older answer stale

  /** Tasks that were done before, for another question about the same file, are not done again. */
  async function run(tasks: readonly Task[]): Promise<Outcome[]> {
    const open = tasks.filter((task) => !known.has(nameOf(task)));
    let left = open.reduce((sum, task) => sum + sizeOf(task), 0);
    const all = left;
    const outcomes = await crew.run(open, (task) => showProgress((left -= sizeOf(task)), all, task.kind));
    open.forEach((task, n) => known.set(nameOf(task), outcomes[n] as Outcome));
    return tasks.map((task) => known.get(nameOf(task)) as Outcome);
  }

  const bar = h("progress", {});
  const words = h("span", { role: "status" });

  /** The parts stay and only their values change: a button that is replaced under the finger takes no click. */
  function startProgress(): void {
    bar.removeAttribute("value");
    words.textContent = sentence("words", "checking");
    byId("progress").replaceChildren(h("label", {}, words, " ", bar), " ", h("button", { onclick: () => crew.stop() }, say("停止核验", "Stop verifying")));
  }

  function showProgress(left: number, all: number, kind: Task["kind"]): void {
    const what = kind === "heads" ? say("票根", "ballot heads") : say("选票", "ballots");
    words.textContent = `${sentence("words", "checking")} · ${what} ${all - left} / ${all}`;
    [bar.max, bar.value] = [all, all - left];
  }

  async function verify(): Promise<void> {
    const mine = ++turn;
    if (chosen.zip === undefined) return;
    startProgress();
    byId("report").replaceChildren();
    let found: readonly HTMLElement[];
    try {
      const given = {
        box: box.trim() === "" ? null : parseWanted(box),
        trust: chosen.trust === undefined ? null : parseTrust(chosen.trust.bytes),
        receipt: chosen.receipt === undefined ? null : findReceipt(chosen.receipt.bytes),
      };
      found = sheet(await verifyBundle(chosen.zip.bytes, given, run));
    } catch (error) {
      if (error instanceof Stopped) {
        if (mine === turn) byId("progress").replaceChildren(say("已停止。", "Stopped."));
        return;
      }
      if (!(error instanceof CannotVerify)) throw error;
      found = unreadable(error.reason);
    }
    if (mine !== turn) return;
    byId("progress").replaceChildren();
    byId("report").replaceChildren(...found, h("p", { class: "actions" }, h("button", { onclick: () => window.print() }, say("打印", "Print"))));
    document.title = `${byId("verdict").querySelector("h1")?.textContent ?? ""} · ${say("核验票箱", "Verify a box")}`;
    byId("verdict").querySelector("h1")?.focus();
  }

  async function take(slot: Slot, file: File | undefined): Promise<void> {
    if (file === undefined) return;
    chosen[slot] = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
    byId(`name-${slot}`).textContent = file.name;
    await verify();
  }

  function fileField(slot: Slot, label: string, accept: string, primary = false): HTMLElement {
    const input = h("input", { type: "file", accept, id: `file-${slot}`, onchange: () => void take(slot, input.files?.[0]) });
    const name = h("span", { class: "soft filename", id: `name-${slot}` }, chosen[slot]?.name ?? "");
    return h("p", {}, h("label", { class: primary ? "button primary" : "button" }, input, label), " ", name);
  }

  function dropZone(): HTMLElement {
    const over = (on: boolean) => (event: Event) => {
      event.preventDefault();
      zone.classList.toggle("over", on);
    };
    const drop = (event: Event) => {
      over(false)(event);
      void take("zip", (event as DragEvent).dataTransfer?.files[0]);
    };
    const zone = h(
      "div",
      { class: "zone", id: "zone", ondragover: over(true), ondragleave: over(false), ondrop: drop },
      fileField("zip", say("选择票箱文件", "Choose the box's file"), ".zip", true),
      h("p", { class: "soft" }, say("也可以把 box.zip 拖到这里。", "Or drag box.zip here.")),
    );
    return zone;
  }

  function whatIsKnown(): HTMLElement {
    const number = h("input", { type: "text", id: "box", autocomplete: "off", spellcheck: "false", value: box, placeholder: "XXXX-XXXX-XXXX-XXXX" });
    const ask = (event: Event) => {
      event.preventDefault();
      box = number.value;
      void verify();
    };
    return h(
      "details",
      { class: "card", open: box !== "" },
      h("summary", {}, say("我有箱号、回执或信任文件", "I have a box number, a receipt or a trust file")),
      h(
        "form",
        { onsubmit: ask },
        h("label", { class: "field", for: "box" }, say("箱号（领票纸、海报或会场公布的）", "Box number (from your slip, the poster or the hall)")),
        h("p", { class: "row" }, number, h("button", { type: "submit" }, say("比对", "Compare"))),
      ),
      fileField("receipt", say("选择回执文件", "Choose a receipt"), ".txt,.bin"),
      fileField("trust", say("选择 trust.json", "Choose trust.json"), ".json"),
    );
  }

  function show(): void {
    const other = currentLanguage() === "zh" ? "en" : "zh";
    const change = () => {
      setLanguage(other);
      show();
      void verify();
    };
    document.title = say("核验票箱 · 评家", "Verify a box · Pingjia");
    byId("top").replaceChildren(
      h("span", { class: "brand" }, say("评家 · 核验票箱", "Pingjia · verify a box")),
      h("button", { class: "quiet", lang: other === "zh" ? "zh-Hans" : "en", onclick: change }, other === "zh" ? "中文" : "English"),
    );
    byId("ask").replaceChildren(
      h("h1", {}, say("把票箱文件放进来，自己重新数一遍", "Put in a box's file and recount it yourself")),
      h(
        "p",
        { class: "soft lead" },
        say(
          "这一页不联网，也不把文件发给任何人；断开网络照样能用。它核对每张票的签章、封箱记录和监票人的解密证明，再把票数重新算出来。",
          "This page uses no network and sends the file to nobody; it works with the network off. It checks every ballot's stamps, the closing note and the scrutineers' proofs, and computes the counts anew.",
        ),
      ),
      dropZone(),
      whatIsKnown(),
    );
    byId("bottom").replaceChildren(
      h("p", { class: "soft" }, say("另有一个独立写成的核验程序，两者结论应当一致：", "A second verifier, written apart, should say the same: "), h("code", {}, "pingjia verify box.zip")),
    );
  }

  startWords({});
  show();
}

if (typeof document === "undefined") workHere();
else startPage(document.currentScript?.textContent ?? "");
