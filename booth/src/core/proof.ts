/**
 * C2SP log proofs (c2sp.org/tlog-proof), all that an outsider needs to see that an entry stands in a log:
 * header, optional extra line, index, path from the leaf's sibling up, empty line, signed checkpoint.
 */
import { fromBase64, fromUtf8, Refused, type Bytes } from "./bytes.ts";
import { dumps } from "./canonical.ts";
import { decimal, hash, openCheckpoint, type OpenedCheckpoint } from "./checkpoint.ts";
import { leafHash, verifyInclusion } from "./merkle.ts";
import type { VerifierKey } from "./note.ts";

const HEADER = "c2sp.org/tlog-proof@v1";
const LONGEST_PATH = 64;

/** A proof's text is malformed, or the entry does not stand where it says. */
export class ProofRefused extends Refused {
  override name = "ProofRefused";
}

export interface LogProof {
  readonly index: number;
  readonly hashes: readonly Bytes[];
  /** The signed note, verbatim. */
  readonly checkpoint: Bytes;
  /** Opaque, authenticated by nobody. */
  readonly extra: Bytes | null;
}

export function parseLogProof(raw: Bytes): LogProof {
  const blank = raw.findIndex((byte, i) => byte === 10 && raw[i + 1] === 10);
  check(blank >= 0 && raw.slice(0, blank).every((byte) => byte < 128), "the head of a proof is ASCII and ends in an empty line");
  const lines = fromUtf8(raw.slice(0, blank)).split("\n");
  check(lines.shift() === HEADER, "not a log proof of version 1");
  try {
    const extra = lines[0]?.startsWith("extra ") ? fromBase64((lines.shift() as string).slice(6)) : null;
    const index = lines.shift();
    check(index !== undefined && index.startsWith("index "), "the index is missing");
    check(lines.length <= LONGEST_PATH && extra?.length !== 0, "too many hashes, or an empty extra line");
    return { index: decimal(index.slice(6)), hashes: lines.map(hash), checkpoint: raw.slice(blank + 2), extra };
  } catch (error) {
    throw error instanceof ProofRefused ? error : new ProofRefused((error as Error).message);
  }
}

/** Checks that the leaf hash stands at the proof's index in the tree that the log signed; returns the checkpoint. */
export function verifyLogProof(
  proof: LogProof,
  leaf: Bytes,
  logKey: VerifierKey,
  witnesses: readonly VerifierKey[] = [],
): OpenedCheckpoint {
  const opened = openCheckpoint(proof.checkpoint, logKey, witnesses);
  const { size, root } = opened.checkpoint;
  check(verifyInclusion(leaf, proof.index, size, proof.hashes, root), "the entry does not stand there in the log");
  return opened;
}

export type LogEntryType =
  | "poll" | "manifest" | "keyset" | "accept" | "close" | "issuance" | "destroyed" | "opened" | "result" | "evidence" | "withdrawn";

/** Leaf hash of a log entry, canonical {"h": sha256, "t": type}. */
export function logLeaf(type: LogEntryType, sha256Hex: string): Bytes {
  return leafHash(dumps({ h: sha256Hex, t: type }));
}

function check(condition: unknown, why: string): asserts condition {
  if (!condition) throw new ProofRefused(why);
}
