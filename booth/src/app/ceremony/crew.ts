/** Four workers that share the leaves of the boxes between them. */
import type { Bytes } from "../../core/bytes.ts";
import { pointUnchecked, type Point } from "../../core/group.ts";
import { Sums } from "../../core/sums.ts";
import { t } from "../words.ts";
import type { ClosedBoxFiles } from "./boxfiles.ts";
import type { Checked, Chunk } from "./chunk.ts";
import { mustHold } from "./stage.ts";

const CREW = 4;
const CHUNK = 8;
const SCRIPT = "/assets/counting.js";

export interface Count {
  /** null: an opinion box, which is not added up. */
  readonly sums: Sums | null;
  /** Bodies whose proof does not hold. */
  readonly invalid: number;
}

/** The scrutineer stopped the count. */
export class Stopped extends Error {}

/** How a count is watched: `progress` gets leaves done and leaves in all; `signal` ends it; `crew` is the number of workers. */
export interface Watched {
  readonly progress: (done: number, all: number) => void;
  readonly signal?: AbortSignal;
  readonly crew?: number;
}

/** Checks every leaf and adds up the valid ballots; Fault if the box is at fault, Stopped if the signal ended it. */
export async function countBox(closed: ClosedBoxFiles, { progress, signal, crew = CREW }: Watched): Promise<Count> {
  const chunks = chunksOf(closed);
  const grades = closed.files.slate?.gradeCounts;
  const total = grades === undefined ? null : new Sums(grades);
  let invalid = 0;
  let done = 0;
  await runAll(chunks, crew, signal, (chunk, checked) => {
    done += chunk.leaves.length;
    progress(done, closed.leaves.length);
    for (const { what } of checked.wrong) mustHold(false, wrongWords(what));
    invalid += checked.invalid.length;
    if (total === null || checked.count === 0) return;
    const sums = readSums(total.grades, checked);
    if (sums !== null) return total.addSums(sums);
    // Sums that cancel out have no encoding we read: add the bodies one by one.
    chunk.leaves.forEach((leaf, at) => {
      if (leaf.body !== null && !checked.invalid.includes(at)) total.addCheckedBody(leaf.body);
    });
  });
  return { sums: total, invalid };
}

function chunksOf({ files, leaves }: ClosedBoxFiles): Chunk[] {
  const { box, slate, keyset } = files.raw;
  const plain = leaves.map(({ head, receipt, body }) => ({ head: head.raw, receipt, body }));
  const count = Math.ceil(plain.length / CHUNK);
  return Array.from({ length: count }, (_, id) => ({ id, box, slate, keyset, leaves: plain.slice(id * CHUNK, (id + 1) * CHUNK) }));
}

/** Gives each idle worker the next chunk; ends at the first failure, or when told to stop. */
function runAll(
  chunks: readonly Chunk[],
  workers: number,
  signal: AbortSignal | undefined,
  take: (chunk: Chunk, checked: Checked) => void,
): Promise<void> {
  if (chunks.length === 0) return Promise.resolve();
  const crew = Array.from({ length: Math.min(workers, chunks.length) }, () => new Worker(SCRIPT));
  let next = 0;
  let left = chunks.length;
  const whole = new Promise<void>((resolve, reject) => {
    const feed = (worker: Worker) => {
      const chunk = chunks[next++];
      if (chunk !== undefined) worker.postMessage(chunk);
    };
    if (signal?.aborted === true) return reject(new Stopped());
    signal?.addEventListener("abort", () => reject(new Stopped()));
    for (const worker of crew) {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }: MessageEvent<Checked>) => {
        try {
          take(chunks[data.id] as Chunk, data);
        } catch (error) {
          return reject(error as Error);
        }
        left -= 1;
        left === 0 ? resolve() : feed(worker);
      };
      feed(worker);
    }
  });
  return whole.finally(() => crew.forEach((worker) => worker.terminate()));
}

function readSums(grades: readonly number[], checked: Checked): Sums | null {
  const raw = checked.sums as Bytes;
  const sums = new Sums(grades);
  let at = 0;
  const next = (): Point => pointUnchecked(raw.slice(at, (at += 32)));
  try {
    grades.forEach((k, s) => {
      sums.a[s] = next();
      sums.b[s] = Array.from({ length: k }, next);
    });
  } catch {
    return null;
  }
  sums.count = checked.count;
  return sums;
}

function wrongWords(what: Checked["wrong"][number]["what"]): string {
  if (what === "token") return t("箱里有一张没有发票方签章的票。这是票箱的过失，不能开箱。");
  if (what === "signature") return t("箱里有一张签名不对的票。这是票箱的过失，不能开箱。");
  if (what === "receipt") return t("箱里有一张票的回执验不过。这是票箱的过失，不能开箱。");
  return t("箱里有一张票的票体和票头对不上。这是票箱的过失，不能开箱。");
}
