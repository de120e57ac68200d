/** Whether a ballot is in a closed box: one file of a two-hundred-and-fifty-sixth of the leaves is fetched and searched here. */
import { equal, refuse, toHex, type Bytes } from "../core/bytes.ts";
import type { Get } from "./pollfiles.ts";

export async function isInBox(get: Get, boxHex: string, leaf: Bytes): Promise<boolean> {
  const raw = await get(`/box/${boxHex}/leaves/${toHex(leaf.slice(0, 1))}.bin`);
  refuse(raw.length % 32 === 0, "leaves have 32 bytes each");
  for (let at = 0; at < raw.length; at += 32) {
    if (equal(raw.slice(at, at + 32), leaf)) return true;
  }
  return false;
}
