/** Merkle trees of RFC 6962 §2.1: hashes, streaming root, inclusion and consistency proofs (algorithms of RFC 9162 §2.1.3.2, §2.1.4.2). */
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal, type Bytes } from "./bytes.ts";

export const EMPTY_ROOT: Bytes = sha256(new Uint8Array(0));

export function leafHash(data: Bytes): Bytes {
  return sha256(concat(Uint8Array.of(0), data));
}

export function nodeHash(left: Bytes, right: Bytes): Bytes {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/** Root over leaf hashes in their order, one at a time: memory grows with the height only. */
export function rootOfHashes(hashes: Iterable<Bytes>): Bytes {
  const pending: (Bytes | null)[] = []; // pending[h]: the complete subtree of 2^h leaves that waits for its right sibling
  for (let node of hashes) {
    let height = 0;
    for (let left = pending[0] ?? null; left !== null; left = pending[height] ?? null) {
      node = nodeHash(left, node);
      pending[height++] = null;
    }
    pending[height] = node;
  }
  let root: Bytes | null = null;
  for (const node of pending) {
    if (node !== null) root = root === null ? node : nodeHash(node, root);
  }
  return root ?? EMPTY_ROOT;
}

/** Whether `leaf` (a leaf hash) stands at `index` of the tree of `size` leaves with this root. */
export function verifyInclusion(leaf: Bytes, index: number, size: number, proof: readonly Bytes[], root: Bytes): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  if (!wellFormed([leaf, ...proof])) return false;
  let position = index;
  let last = size - 1;
  let node = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      node = nodeHash(sibling, node);
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    } else {
      node = nodeHash(node, sibling);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 && equal(node, root);
}

/** Whether the tree of `size2` leaves begins with the tree of `size1`; size1 = 0 proves nothing and is refused. */
export function verifyConsistency(size1: number, size2: number, proof: readonly Bytes[], root1: Bytes, root2: Bytes): boolean {
  if (!Number.isSafeInteger(size1) || !Number.isSafeInteger(size2) || size1 <= 0 || size1 > size2) return false;
  if (!wellFormed(proof)) return false;
  if (size1 === size2) return proof.length === 0 && equal(root1, root2);
  let position = size1 - 1;
  let last = size2 - 1;
  while (position % 2 === 1) [position, last] = [half(position), half(last)];
  // A first tree that is a complete subtree of the second is its own first proof node.
  const nodes = position === 0 ? [root1, ...proof] : proof;
  const [first, ...rest] = nodes;
  if (first === undefined) return false;
  let [node1, node2] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      node1 = nodeHash(sibling, node1);
      node2 = nodeHash(sibling, node2);
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    } else {
      node2 = nodeHash(node2, sibling);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 && equal(node1, root1) && equal(node2, root2);
}

/** Sizes may exceed 32 bits, so no shifts. */
function half(x: number): number {
  return Math.floor(x / 2);
}

/** Hashes of another length could be joined to the same bytes in two ways. */
function wellFormed(hashes: readonly Bytes[]): boolean {
  return hashes.every((hash) => hash.length === 32);
}
