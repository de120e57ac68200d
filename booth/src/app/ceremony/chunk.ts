/** What a worker is asked and answers: some leaves of one box. Plain bytes only, so that it can cross to a worker. */
import type { Bytes } from "../../core/bytes.ts";

export interface Chunk {
  readonly id: number;
  readonly box: Bytes;
  readonly slate: Bytes | null;
  readonly keyset: Bytes;
  readonly leaves: readonly { readonly head: Bytes; readonly receipt: Bytes; readonly body: Bytes | null }[];
}

export type Wrong = "token" | "signature" | "receipt" | "body";

export interface Checked {
  readonly id: number;
  /** Leaves whose fault lies with the box, by their place in the chunk. */
  readonly wrong: readonly { readonly at: number; readonly what: Wrong }[];
  /** Places of leaves whose proof does not hold: ballots of their holders that are not valid. */
  readonly invalid: readonly number[];
  /** Encoded sums over the valid bodies of the chunk, and how many they are. */
  readonly sums: Bytes | null;
  readonly count: number;
}
