/** A receipt brought from elsewhere: pasted, or read from a file or a picture of its QR. */
import { Refused } from "../../core/bytes.ts";
import type { Receipt } from "../../core/receipt.ts";
import { h, primary, type Child } from "../dom.ts";
import { findReceipt } from "../receipts.ts";
import { t } from "../words.ts";
import { look } from "./look.ts";
import { boxTitle, codeOf, findingNote, troubleOf } from "./sentences.ts";

/** Browsers that read QR codes themselves (Shape Detection API); others paste or scan with their own camera. */
interface Detector {
  detect(picture: ImageBitmap): Promise<{ rawValue: string }[]>;
}
type DetectorClass = new (options: { formats: string[] }) => Detector;

export function askForm(): HTMLElement {
  const area = h("textarea", { id: "receipt", rows: 4, class: "mono", spellcheck: "false", autocomplete: "off" });
  const answer = h("div", { role: "status" });
  const check = async () => void answer.replaceChildren(...(await lookAt(area.value)));
  const file = h("input", { type: "file", id: "receipt-file", accept: "image/*,text/plain" });
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    if (chosen === undefined) return;
    area.value = await textOf(chosen);
    await check();
  });
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("查一张回执")),
    h("label", { class: "field", for: "receipt" }, t("把回执二维码扫出来的那串字粘贴在这里")),
    area,
    h("p", { class: "soft" }, t("回执码（两组十六位）只供人核对，查票要用二维码里的整串字。")),
    h("label", { class: "field", for: "receipt-file" }, t("或选择保存的回执文件、二维码图片")),
    file,
    h("div", { class: "actions" }, primary(t("查票"), check)),
    answer,
  );
}

async function textOf(file: File): Promise<string> {
  if (!file.type.startsWith("image/")) return file.text();
  const kind = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (kind === undefined) return "";
  try {
    const found = await new kind({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
    return found[0]?.rawValue ?? "";
  } catch {
    return "";
  }
}

async function lookAt(text: string): Promise<(Node | string)[]> {
  let receipt: Receipt;
  try {
    receipt = findReceipt(text);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return [note(t("这里没有认出回执。请用手机扫回执上的二维码，把扫出来的整串字粘贴过来。"))];
  }
  try {
    const { finding, files } = await look(receipt.boxHash, receipt.leaf, receipt.signature);
    return [boxTitle(files), findingNote(finding, true), codeOf(receipt)];
  } catch (error) {
    return [note(troubleOf(error))];
  }
}

function note(sentence: Child): HTMLElement {
  return h("p", { class: "note error" }, sentence);
}
