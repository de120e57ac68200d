/** A worker of the opening page: checks leaves, adds up the valid bodies. Started several times, each with its own chunks. */
import { checkBody, type Binding } from "../core/body.ts";
import { equal, Refused, type Bytes } from "../core/bytes.ts";
import { bodyFits, parseHead, signatureHolds, tokensHold, type Head } from "../core/head.ts";
import { parseBoxManifest, parseKeySet, parseSlate, type BoxManifest } from "../core/objects.ts";
import { receiptHolds } from "../core/receipt.ts";
import { Sums } from "../core/sums.ts";
import type { Checked, Chunk, Wrong } from "../app/ceremony/chunk.ts";

/** Reading a key set costs as much as checking a ballot, and its points keep tables: each object is read once. */
function once<T>(read: (raw: Bytes) => T): (raw: Bytes) => T {
  let last: { readonly raw: Bytes; readonly value: T } | undefined;
  return (raw) => {
    if (last === undefined || !equal(last.raw, raw)) last = { raw, value: read(raw) };
    return last.value;
  };
}

const [boxOf, slateOf, keysetOf] = [once(parseBoxManifest), once(parseSlate), once(parseKeySet)];

function check(chunk: Chunk): Checked {
  const box = boxOf(chunk.box);
  const slate = chunk.slate === null ? null : slateOf(chunk.slate);
  const { keys } = keysetOf(chunk.keyset);
  const sums = slate === null ? null : new Sums(slate.gradeCounts);
  const wrong: { at: number; what: Wrong }[] = [];
  const invalid: number[] = [];
  chunk.leaves.forEach((leaf, at) => {
    const head = parseHead(box, leaf.head);
    const fault = faultOf(box, head, leaf);
    if (fault !== null) return void wrong.push({ at, what: fault });
    if (leaf.body === null || sums === null) return;
    const to: Binding = { boxHash: box.hash, pk: head.pk, keys, grades: sums.grades };
    try {
      sums.add(checkBody(to, leaf.body));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      invalid.push(at);
    }
  });
  const encoded = sums === null || sums.count === 0 ? null : sums.toBytes();
  return { id: chunk.id, wrong, invalid, sums: encoded, count: sums?.count ?? 0 };
}

function faultOf(box: BoxManifest, head: Head, leaf: Chunk["leaves"][number]): Wrong | null {
  if (!tokensHold(box, head)) return "token";
  if (!signatureHolds(box, head)) return "signature";
  if (!receiptHolds(box.boxKey, { boxHash: box.hash, leaf: head.leaf, signature: leaf.receipt })) return "receipt";
  return leaf.body === null || bodyFits(head, leaf.body) ? null : "body";
}

const scope = self as unknown as { onmessage: (event: MessageEvent<Chunk>) => void; postMessage(answer: Checked): void };
scope.onmessage = (event) => scope.postMessage(check(event.data));
