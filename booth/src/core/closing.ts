/** The closing note: how many leaves, under which root, how many returned, how many invalid (docs/spec/ballot.md §11). */
import { compare, equal, fromHex, Refused, toBase64, toHex, type Bytes } from "./bytes.ts";
import { hash as decodeHash } from "./checkpoint.ts";
import { rootOfHashes } from "./merkle.ts";
import { ED25519, NoteRefused, openNote, verifierKey, type OpenedNote } from "./note.ts";

/** Not a closing note of this box, or not signed by its key. */
export class BadClosing extends Refused {
  override name = "BadClosing";
}

/** `leaves` counts heads, `returned` distinct one-time keys. */
export interface Closing {
  readonly boxHash: Bytes;
  readonly leaves: number;
  readonly root: Bytes;
  readonly returned: number;
  readonly invalid: number;
}

/** V. */
export function validOf(closing: Closing): number {
  return closing.returned - closing.invalid;
}

/** The closing of a box with these leaf hashes, which must be strictly ascending. */
export function closingOf(boxHash: Bytes, leaves: readonly Bytes[], returned: number, invalid: number): Closing {
  if (!strictlyAscending(leaves)) throw new Error("leaves are sorted and distinct");
  return { boxHash, leaves: leaves.length, root: rootOfHashes(leaves), returned, invalid };
}

export function strictlyAscending(leaves: readonly Bytes[]): boolean {
  return leaves.every((leaf, i) => i === 0 || compare(leaves[i - 1] as Bytes, leaf) < 0);
}

/** The text of the note, its last newline included; opening_hash is over this text. */
export function closingText(closing: Closing): string {
  const { boxHash, leaves, root, returned, invalid } = closing;
  return `${keyName(boxHash)}\n${leaves}\n${toBase64(root)}\nreturned ${returned}\ninvalid ${invalid}\n`;
}

export function parseClosing(text: string): Closing {
  const number = "(0|[1-9][0-9]{0,9})";
  const form = `^pingjia/box/([0-9a-f]{64})\n${number}\n([A-Za-z0-9+/]{43}=)\nreturned ${number}\ninvalid ${number}\n$`;
  const match = new RegExp(form).exec(text);
  if (match === null) throw new BadClosing("not a closing text");
  const [, box, leaves, root, returned, invalid] = match;
  let rootBytes: Bytes;
  try {
    rootBytes = decodeHash(root as string);
  } catch {
    throw new BadClosing("the root is not canonical base64");
  }
  const closing = {
    boxHash: fromHex(box as string),
    leaves: Number(leaves),
    root: rootBytes,
    returned: Number(returned),
    invalid: Number(invalid),
  };
  if (!(closing.invalid <= closing.returned && closing.returned <= closing.leaves)) throw new BadClosing("invalid ≤ returned ≤ leaves");
  return closing;
}

/** Name of a box's key in the note: its first line. */
export function keyName(boxHash: Bytes): string {
  return `pingjia/box/${toHex(boxHash)}`;
}

/** Reads closing.note of a box; throws BadClosing unless its key signed such a text for this box. */
export function openClosing(raw: Bytes, boxHash: Bytes, boxKey: Bytes): Closing {
  let opened: OpenedNote;
  try {
    opened = openNote(raw, [verifierKey(keyName(boxHash), ED25519, boxKey)]);
  } catch (error) {
    if (error instanceof NoteRefused) throw new BadClosing("not signed by the box");
    throw error;
  }
  if (opened.signatures.length !== 1) throw new BadClosing("a closing note has one signature");
  const closing = parseClosing(opened.text);
  if (!equal(closing.boxHash, boxHash)) throw new BadClosing("the closing of another box");
  return closing;
}
