/** C2SP checkpoints (c2sp.org/tlog-checkpoint): origin, size and root of a log, as a signed note. */
import { equal, fromBase64, Refused, type Bytes } from "./bytes.ts";
import { EMPTY_ROOT } from "./merkle.ts";
import { COSIGNATURE, ED25519, NoteRefused, openNote, type VerifierKey } from "./note.ts";

/** A checkpoint's text is malformed, or speaks for another log. */
export class CheckpointRefused extends Refused {
  override name = "CheckpointRefused";
}

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
  /** Opaque lines that other people's logs may write. */
  readonly extensions: readonly string[];
}

export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Names of the known witnesses whose cosignatures hold. */
  readonly witnesses: readonly string[];
}

export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split("\n");
  check(lines.length >= 4 && lines[lines.length - 1] === "", "a checkpoint has three lines, each ended by a newline");
  const [origin, size, root, ...extensions] = lines.slice(0, -1) as [string, string, string, ...string[]];
  check(origin !== "" && extensions.every((line) => line !== ""), "origin and extensions are lines with something in them");
  let checkpoint: Checkpoint;
  try {
    checkpoint = { origin, size: decimal(size), root: hash(root), extensions };
  } catch (error) {
    throw new CheckpointRefused((error as Error).message);
  }
  check(checkpoint.size > 0 || equal(checkpoint.root, EMPTY_ROOT), "an empty tree has only one root");
  return checkpoint;
}

/** A signed checkpoint of the log that `logKey` belongs to; NoteRefused or CheckpointRefused otherwise. */
export function openCheckpoint(raw: Bytes, logKey: VerifierKey, witnesses: readonly VerifierKey[] = []): OpenedCheckpoint {
  if (logKey.type !== ED25519 || witnesses.some((key) => key.type !== COSIGNATURE)) {
    throw new NoteRefused("a log signs with a plain key, a witness with a cosignature key");
  }
  const opened = openNote(raw, [logKey, ...witnesses]);
  if (!opened.verified.includes(logKey)) throw new NoteRefused("the log itself did not sign");
  const checkpoint = parseCheckpoint(opened.text);
  check(checkpoint.origin === logKey.name, "the checkpoint speaks for another log");
  return { checkpoint, witnesses: opened.verified.filter((key) => key !== logKey).map((key) => key.name) };
}

/** A decimal number 0 … 2^53−1 without leading zeroes; Refused otherwise. */
export function decimal(text: string): number {
  const value = Number(text);
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text) || !Number.isSafeInteger(value)) throw new Refused("not a decimal number in its shortest form");
  return value;
}

/** 32 bytes of canonical base64; Refused otherwise. */
export function hash(text: string): Bytes {
  const raw = fromBase64(text);
  if (raw.length !== 32) throw new Refused("a hash has 32 bytes");
  return raw;
}

function check(condition: unknown, why: string): asserts condition {
  if (!condition) throw new CheckpointRefused(why);
}
