/** The two heavy tasks, cut so that workers can do them: what goes in and out is plain data. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bodyIsValid, ciphertextsOf } from "../core/body.ts";
import { concat, equal, toHex, type Bytes } from "../core/bytes.ts";
import { IDENTITY, pointBytes, pointUnchecked, type Point } from "../core/group.ts";
import { BadHead, parseHead, signatureHolds, tokensHold, type Head } from "../core/head.ts";
import { parseBoxManifest, parseKeySet, parseSlate } from "../core/objects.ts";
import { receiptHolds } from "../core/receipt.ts";
import { Sums } from "../core/sums.ts";
import type { Code } from "./failures.ts";

/** Heads and receipts of one box; `start` is the place of the first. A receipt may be missing: no bytes. */
export interface HeadsTask {
  readonly kind: "heads";
  readonly box: Bytes;
  readonly start: number;
  readonly heads: readonly Bytes[];
  readonly receipts: readonly Bytes[];
}

/** One-time keys and bodies of one box. */
export interface BodiesTask {
  readonly kind: "bodies";
  readonly boxHash: Bytes;
  readonly slate: Bytes;
  readonly keyset: Bytes;
  readonly ballots: readonly { readonly pk: Bytes; readonly body: Bytes }[];
}

export type Task = HeadsTask | BodiesTask;

export interface Outcome {
  /** Faulty heads. */
  readonly faults: readonly { readonly n: number; readonly code: Code }[];
  /** Of bodies, whether each is valid. */
  readonly valid: readonly boolean[];
  /** The sums over the valid ones, `Sums.toBytes`; no bytes from a heads task. */
  readonly sums: Bytes;
}

export function sizeOf(task: Task): number {
  return task.kind === "heads" ? task.heads.length : task.ballots.length;
}

export function runTask(task: Task): Outcome {
  return task.kind === "heads" ? checkHeads(task) : checkBodies(task);
}

/** Checks form, tokens, signature and receipt of each head. */
function checkHeads(task: HeadsTask): Outcome {
  const box = remembered("box", task.box, parseBoxManifest);
  const faults: { n: number; code: Code }[] = [];
  task.heads.forEach((raw, at) => {
    const n = task.start + at;
    let head: Head;
    try {
      head = parseHead(box, raw);
    } catch (error) {
      if (!(error instanceof BadHead)) throw error;
      faults.push({ n, code: "head-form" });
      return;
    }
    if (!tokensHold(box, head)) faults.push({ n, code: "token" });
    if (!signatureHolds(box, head)) faults.push({ n, code: "signature" });
    const signature = task.receipts[at] as Bytes;
    if (signature.length > 0 && !receiptHolds(box.boxKey, { boxHash: box.hash, leaf: head.leaf, signature })) {
      faults.push({ n, code: "receipt" });
    }
  });
  return { faults, valid: [], sums: new Uint8Array(0) };
}

/** Checks the proofs of each body, and adds the valid ones up. */
function checkBodies(task: BodiesTask): Outcome {
  const slate = remembered("slate", task.slate, parseSlate);
  const { keys } = remembered("keyset", task.keyset, parseKeySet);
  const sums = new Sums(slate.gradeCounts);
  const valid = task.ballots.map(({ pk, body }) => {
    const holds = bodyIsValid({ boxHash: task.boxHash, pk, keys, grades: slate.gradeCounts }, body);
    if (holds) sums.add(ciphertextsOf(slate.gradeCounts, body));
    return holds;
  });
  return { faults: [], valid, sums: sums.toBytes() };
}

/** Adds what a task returned. */
export function addOutcome(sums: Sums, outcome: Outcome): void {
  const part = new Sums(sums.grades);
  let at = 0;
  const next = (): Point => {
    const raw = outcome.sums.slice(at, (at += 32));
    return equal(raw, pointBytes(IDENTITY)) ? IDENTITY : pointUnchecked(raw);
  };
  part.grades.forEach((grades, s) => {
    part.a[s] = next();
    part.b[s] = Array.from({ length: grades }, next);
  });
  part.count = outcome.valid.filter(Boolean).length;
  sums.addSums(part);
}

const memory = new Map<string, unknown>();

/** Reading a key set costs more than checking a head: each object is read once. */
function remembered<T>(kind: string, raw: Bytes, read: (raw: Bytes) => T): T {
  const name = `${kind} ${toHex(sha256(raw))}`;
  if (!memory.has(name)) memory.set(name, read(raw));
  return memory.get(name) as T;
}

/** A name under which the outcome of a task may be kept. */
export function nameOf(task: Task): string {
  const parts =
    task.kind === "heads"
      ? [task.box, ...task.heads, Uint8Array.of(0), ...task.receipts]
      : [task.boxHash, task.slate, task.keyset, ...task.ballots.flatMap(({ pk, body }) => [pk, body])];
  return `${task.kind} ${task.kind === "heads" ? task.start : ""} ${toHex(sha256(concat(...parts)))}`;
}
