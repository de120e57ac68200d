/** The ballots that this device knows of. */
import { fromHex } from "../../core/bytes.ts";
import { receiptCode } from "../../core/receipt.ts";
import { h } from "../dom.ts";
import type { Cast, Dropping, Row } from "../rows.ts";
import { t } from "../words.ts";
import { look } from "./look.ts";
import { findingNote, troubleOf } from "./sentences.ts";
import { leafHash } from "../../core/merkle.ts";

type Seen = Cast | Dropping;

export function rowsSeen(rows: readonly Row[]): Seen[] {
  return rows.filter((row): row is Seen => row.state === "cast" || row.state === "dropping");
}

export async function showReceipts(place: HTMLElement, rows: readonly Seen[]): Promise<void> {
  for (const row of rows) {
    const card = h("section", { class: "card" }, h("progress", {}));
    place.append(card);
    card.replaceChildren(...(await describe(row)));
  }
}

async function describe(row: Seen): Promise<(Node | string)[]> {
  const boxHash = fromHex(row.box);
  try {
    // The head of a record ends where the body begins, and only the manifest knows where: so the box is asked first.
    const leaf = row.state === "cast" ? fromHex(row.leaf) : await leafOfRecord(row);
    const { finding, files } = await look(boxHash, leaf, row.state === "cast" ? fromHex(row.receipt) : null);
    return [
      h("h2", {}, files.slate?.title ?? files.box.title),
      h("p", {}, files.box.title),
      findingNote(finding, row.state === "cast"),
      h("p", { class: "soft" }, t("回执码"), " ", h("span", { class: "mono" }, receiptCode({ boxHash, leaf }))),
    ];
  } catch (error) {
    return [h("p", { class: "note error" }, troubleOf(error))];
  }
}

async function leafOfRecord(row: Dropping): Promise<Uint8Array> {
  const signatures = row.sigs.reduce((sum, sig) => sum + sig.length / 2, 0);
  return leafHash(fromHex(row.record).slice(0, 130 + signatures));
}
