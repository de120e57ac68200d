/** Whom the person who verifies trusts (trust.json), and the box in the person's hand. */
import { fromUtf8, Refused, toHex, type Bytes } from "../core/bytes.ts";
import { boxNumber, grouped, normalise } from "../core/crockford.ts";
import * as fields from "../core/fields.ts";
import { readLogs, type LogRule } from "../core/trustfile.ts";
import { CannotVerify } from "./failures.ts";

export interface Trust {
  /** Hashes in hex; empty where none is named. */
  readonly boxes: readonly string[];
  readonly logs: readonly LogRule[];
}

/** Reads trust.json in any spelling of JSON; `boxes` and `site` may be left out. Throws CannotVerify. */
export function parseTrust(raw: Bytes): Trust {
  try {
    const value: unknown = JSON.parse(fromUtf8(raw));
    fields.need(typeof value === "object" && value !== null && !Array.isArray(value), "trust.json is an object");
    const f = fields.record({ boxes: [], site: "", ...value }, "boxes", "logs", "quorum", "site", "v", "witnesses");
    fields.integer(f.v, 1, 1, "v");
    fields.text(f.site, "site", 500, 0);
    const boxes = fields.array(f.boxes, 0, 1e4, "boxes").map((box) => toHex(fields.octets(box, 32, "box")));
    return { boxes, logs: readLogs(f) };
  } catch (error) {
    if (error instanceof Refused || error instanceof SyntaxError) throw new CannotVerify("trust", error.message);
    throw error;
  }
}

/** The box in hand: its whole hash in hex or its 箱号, in the form that `fits` compares. Throws CannotVerify. */
export function parseWanted(typed: string): string {
  const plain = typed.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  if (/^[0-9a-fA-F]{64}$/.test(plain)) return plain.toLowerCase();
  let symbols: string;
  try {
    symbols = normalise(plain);
  } catch {
    throw new CannotVerify("box", "a character that no box number has");
  }
  if (symbols.length !== 16) throw new CannotVerify("box", "a box number has 16 characters, a hash 64");
  return grouped(symbols);
}

export function fits(wanted: string, boxHash: Bytes): boolean {
  return wanted === toHex(boxHash) || wanted === boxNumber(boxHash);
}
