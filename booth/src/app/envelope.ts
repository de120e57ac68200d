/** What goes into the boxes: the choices into the ballot box, the words into the opinion box. Nothing of it is stored. */
import { refuse, type Bytes } from "../core/bytes.ts";
import { checkBody, makeBody, type Binding } from "../core/body.ts";
import { parseBoxManifest, parseKeySet, parseSlate, type BoxManifest, type KeySet, type Slate } from "../core/objects.ts";
import { sealOpinion } from "../core/opinion.ts";
import type { BoxFiles } from "./pollfiles.ts";

export interface Filled {
  /** One a subject: 0 = blank, k = the k-th grade. */
  readonly choices: readonly number[];
  readonly words: string;
}

// A questionnaire of 24 clauses takes seconds on a phone: beyond this many subjects a worker does it, and the page stays alive.
const MANY = 8;

/** The body for one box. */
export async function fillEnvelope(files: BoxFiles, filled: Filled, pk: Bytes): Promise<Bytes> {
  const { box, slate, keyset, raw } = files;
  if (slate === null) return sealOpinion(filled.words.trim(), keyset.opinionPublic, box.hash, pk);
  if (slate.subjects.length <= MANY || typeof Worker === "undefined") return fillBallot(box, slate, keyset, filled.choices, pk);
  return fillElsewhere({ box: raw.box, slate: raw.slate as Bytes, keyset: raw.keyset, choices: filled.choices, pk });
}

/** The body of a ballot, its own proof verified, so that a broken engine never makes a ballot that is not valid. */
function fillBallot(box: BoxManifest, slate: Slate, keyset: KeySet, choices: readonly number[], pk: Bytes): Bytes {
  const to: Binding = { boxHash: box.hash, pk, keys: keyset.keys, grades: slate.gradeCounts };
  const start = performance.now();
  const body = makeBody(to, choices);
  refuse(checkBody(to, body).length === slate.subjects.length, "our own proof does not hold");
  performance.measure("ballot", { start }); // how long, and nothing else; the speed test reads it
  return body;
}

interface Order {
  readonly box: Bytes;
  readonly slate: Bytes;
  readonly keyset: Bytes;
  readonly choices: readonly number[];
  readonly pk: Bytes;
}

/** The page's own script as a worker: it has been loaded already, and it knows what to do when there is no document. */
function fillElsewhere(order: Order): Promise<Bytes> {
  const worker = new Worker("/assets/vote.js");
  const body = new Promise<Bytes>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Bytes>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(order);
  });
  return body.finally(() => worker.terminate());
}

/** What the script does in a worker. */
export function serveOrders(): void {
  const scope = self as unknown as { onmessage: (event: MessageEvent<Order>) => void; postMessage(body: Bytes): void };
  scope.onmessage = ({ data }) => {
    const { box, slate, keyset, choices, pk } = data;
    scope.postMessage(fillBallot(parseBoxManifest(box), parseSlate(slate), parseKeySet(keyset), choices, pk));
  };
}
