/** The ballots that this device knows of. */
import { fromHex } from "../../core/bytes.ts";
import { h, progress, type Child } from "../dom.ts";
import type { Cast, Dropping, Row } from "../rows.ts";
import { t } from "../words.ts";
import { look } from "./look.ts";
import { boxTitle, codeOf, findingNote, troubleOf } from "./sentences.ts";
import { leafHash } from "../../core/merkle.ts";

type Seen = Cast | Dropping;

export function rowsSeen(rows: readonly Row[]): Seen[] {
  return rows.filter((row): row is Seen => row.state === "cast" || row.state === "dropping");
}

export async function showReceipts(place: HTMLElement, rows: readonly Seen[]): Promise<void> {
  place.replaceChildren(progress(t("正在核对票箱")));
  const cards = await Promise.all(rows.map(describe));
  cards.sort((x, y) => Number(x.opinion) - Number(y.opinion)); // the ballot before the opinion
  place.replaceChildren(...cards.map(({ content }) => h("section", { class: "card" }, content)));
}

interface Card {
  readonly opinion: boolean;
  readonly content: readonly Child[];
}

async function describe(row: Seen): Promise<Card> {
  const boxHash = fromHex(row.box);
  try {
    // The head of a record ends where the body begins, and only the manifest knows where: so the box is asked first.
    const leaf = row.state === "cast" ? fromHex(row.leaf) : await leafOfRecord(row);
    const { finding, files } = await look(boxHash, leaf, row.state === "cast" ? fromHex(row.receipt) : null);
    const content = [boxTitle(files), findingNote(finding, row.state === "cast"), codeOf({ boxHash, leaf })];
    return { opinion: files.slate === null, content };
  } catch (error) {
    return { opinion: false, content: [h("p", { class: "note error" }, troubleOf(error))] };
  }
}

async function leafOfRecord(row: Dropping): Promise<Uint8Array> {
  const signatures = row.sigs.reduce((sum, sig) => sum + sig.length / 2, 0);
  return leafHash(fromHex(row.record).slice(0, 130 + signatures));
}
