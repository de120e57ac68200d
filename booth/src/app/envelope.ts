/** What goes into the boxes: the choices into the ballot box, the words into the opinion box. Nothing of it is stored. */
import { refuse, type Bytes } from "../core/bytes.ts";
import { checkBody, makeBody, type Binding } from "../core/body.ts";
import { sealOpinion } from "../core/opinion.ts";
import type { BoxFiles } from "./pollfiles.ts";

export interface Filled {
  /** One a subject: 0 = blank, k = the k-th grade. */
  readonly choices: readonly number[];
  readonly words: string;
}

/** The body for one box, its own proof verified, so that a broken engine never makes a ballot that is not valid. */
export async function fillEnvelope({ box, slate, keyset }: BoxFiles, filled: Filled, pk: Bytes): Promise<Bytes> {
  if (slate === null) return sealOpinion(filled.words.trim(), keyset.opinionPublic, box.hash, pk);
  const to: Binding = { boxHash: box.hash, pk, keys: keyset.keys, grades: slate.gradeCounts };
  const start = performance.now();
  const body = makeBody(to, filled.choices);
  refuse(checkBody(to, body).length === slate.subjects.length, "our own proof does not hold");
  performance.measure("ballot", { start }); // how long, and nothing else; the speed test reads it
  return body;
}
