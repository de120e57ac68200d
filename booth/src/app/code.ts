/** The code on a slip, as people type it. */
import { Refused } from "../core/bytes.ts";
import { normalise } from "../core/crockford.ts";

export const CODE_SYMBOLS = 16;

/** The sixteen symbols in whatever was typed, or scanned with the whole address around it; null if there are none. */
export function codeOf(typed: string): string | null {
  try {
    const symbols = normalise((typed.split("#c=").pop() as string).trim());
    return symbols.length === CODE_SYMBOLS ? symbols : null;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}
