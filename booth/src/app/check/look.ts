/** One receipt, looked at: is it genuine, is the box closed, is the ballot in it. */
import { toHex, type Bytes } from "../../core/bytes.ts";
import { receiptHolds, type Receipt } from "../../core/receipt.ts";
import { isInBox } from "../leaves.ts";
import { get } from "../net.ts";
import { boxState, fetchBox, type BoxFiles } from "../pollfiles.ts";
import { parseTrust } from "../trust.ts";

export type Finding = "forged" | "waiting" | "inside" | "missing";

export interface Looked {
  readonly finding: Finding;
  readonly files: BoxFiles;
}

/** `signature` null: a ballot that was sent and got no receipt. Refused and Unreachable pass through. */
export async function look(boxHash: Bytes, leaf: Bytes, signature: Bytes | null): Promise<Looked> {
  const hex = toHex(boxHash);
  const trust = parseTrust(await get("/trust.json"));
  const files = await fetchBox(get, trust, hex);
  const receipt: Receipt | null = signature === null ? null : { boxHash, leaf, signature };
  if (receipt !== null && !receiptHolds(files.box.boxKey, receipt)) return { finding: "forged", files };
  const state = await boxState(get, hex);
  if (state !== "closed" && state !== "destroyed") return { finding: "waiting", files };
  return { finding: (await isInBox(get, hex, leaf)) ? "inside" : "missing", files };
}
