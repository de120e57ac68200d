/** Handing out ballots: request and answer, the signed no, entries and the closing statement (docs/spec/ballot.md §9). */
import { sha256 } from "@noble/hashes/sha2.js";
import { ascii, compare, concat, Reader, Refused, toHex, u8, type Bytes } from "./bytes.ts";
import { dumps, loads } from "./canonical.ts";
import * as fields from "./fields.ts";
import { ISSUANCE, REFUSAL } from "./labels.ts";
import { leafHash, rootOfHashes } from "./merkle.ts";
import { verify } from "./signing.ts";

export const CODE_LENGTH = 32;
export const REFUSAL_LENGTH = 512;

/** First byte of the answer to a draw. 1 to 5 carry a signed refusal, 6 and 7 do not. */
export const ISSUE = {
  signed: 0,
  notOnRoll: 1,
  alreadyDrawn: 2,
  paper: 3,
  closed: 4,
  codeUnknown: 5,
  malformed: 6,
  busy: 7,
} as const;

const REASONS = ["not_on_roll", "already_drawn", "paper", "closed", "code_unknown"] as const;
export type Reason = (typeof REASONS)[number];

/** A request to draw, or the answer to one, of a wrong shape. */
export class BadDraw extends Refused {
  override name = "BadDraw";
}

/** u8 len(CODE) ‖ CODE padded to 32 ‖ poll_hash ‖ blinded × boxes; an empty code leaves it to the session. */
export function drawRequest(code: string, pollHash: Bytes, blinded: readonly Bytes[]): Bytes {
  if (code.length > CODE_LENGTH || !/^[\x20-\x7e]*$/.test(code)) throw new Error("a code has at most 32 ASCII characters");
  const padded = new Uint8Array(CODE_LENGTH);
  padded.set(ascii(code));
  return concat(u8(code.length), padded, pollHash, ...blinded);
}

export interface DrawAnswer {
  readonly status: number;
  /** One per box; none on a refusal. */
  readonly blindSignatures: readonly Bytes[];
  /** The signed refusal, or no bytes. */
  readonly refusal: Bytes;
}

/** Reads u8 status ‖ blind_sig × boxes ‖ u16 len ‖ signed refusal padded to 512; throws BadDraw. */
export function readDrawAnswer(raw: Bytes, k: number, boxes: number): DrawAnswer {
  check(raw.length === 3 + k * boxes + REFUSAL_LENGTH, "length");
  const reader = new Reader(raw);
  const status = reader.u8();
  check(status <= ISSUE.busy, "status");
  const signatures = Array.from({ length: boxes }, () => reader.take(k));
  const length = reader.u16();
  check(length <= REFUSAL_LENGTH, "padding");
  const refusal = reader.take(length);
  check(reader.take(REFUSAL_LENGTH - length).every((byte) => byte === 0), "padding");
  const carriesRefusal = status >= ISSUE.notOnRoll && status <= ISSUE.codeUnknown;
  check(refusal.length > 0 === carriesRefusal, "a refusal where none belongs, or none where one does");
  if (status === ISSUE.signed) return { status, blindSignatures: signatures, refusal };
  check(signatures.every((signature) => signature.every((byte) => byte === 0)), "bytes where zeros belong");
  return { status, blindSignatures: [], refusal };
}

export interface SignedRefusal {
  readonly box: Bytes;
  readonly reason: Reason;
  readonly rollLeaf: Bytes;
}

/** What an issuer signed as its no: canonical{"box","reason","roll_leaf"} ‖ signature; throws BadDraw unless `idKey` signed it. */
export function readRefusal(idKey: Bytes, refusal: Bytes): SignedRefusal {
  const text = refusal.slice(0, Math.max(0, refusal.length - 64));
  check(verify(idKey, refusal.slice(text.length), concat(REFUSAL, text)), "nobody signed this refusal");
  try {
    const f = fields.parse(text, "box", "reason", "roll_leaf");
    return {
      box: fields.octets(f.box, 32, "box"),
      reason: fields.choice(f.reason, "reason", ...REASONS),
      rollLeaf: fields.octets(f.roll_leaf, 32, "roll_leaf"),
    };
  } catch {
    throw new BadDraw("not a refusal");
  }
}

/** roll_leaf ‖ SHA-256(blinded): one ballot of one box, handed out. */
export function entry(rollLeaf: Bytes, blinded: Bytes): Bytes {
  return concat(rollLeaf, sha256(blinded));
}

/** RFC 6962 root over the leaves of all entries in ascending order of the leaf. */
export function issuanceRoot(entries: readonly Bytes[]): Bytes {
  return rootOfHashes(entries.map(leafHash).sort(compare));
}

/** What an issuer states at the close; `issuer` is its place in the manifest, from 0. */
export interface Statement {
  readonly box: Bytes;
  readonly issued: number;
  readonly issuer: number;
  readonly paper: number;
  readonly root: Bytes;
}

export interface SignedStatement {
  readonly statement: Statement;
  readonly signature: Bytes;
}

export function statementBytes(statement: Statement): Bytes {
  const { box, issued, issuer, paper, root } = statement;
  return dumps({ box: toHex(box), issued, issuer, paper, root: toHex(root) });
}

export function statementHolds(idKey: Bytes, { statement, signature }: SignedStatement): boolean {
  return verify(idKey, signature, concat(ISSUANCE, statementBytes(statement)));
}

/** Reads issuance.json, canonical [{"signature","statement"}…] in the order of the issuers. Judges neither signature nor number. */
export function readStatements(raw: Bytes): SignedStatement[] {
  return fields.array(loads(raw), 1, 8, "statements").map((row) => {
    const f = fields.record(row, "signature", "statement");
    const s = fields.record(f.statement, "box", "issued", "issuer", "paper", "root");
    const statement = {
      box: fields.octets(s.box, 32, "box"),
      issued: fields.integer(s.issued, 0, 1e8, "issued"),
      issuer: fields.integer(s.issuer, 0, 7, "issuer"),
      paper: fields.integer(s.paper, 0, 1e8, "paper"),
      root: fields.octets(s.root, 32, "root"),
    };
    return { statement, signature: fields.octets(f.signature, 64, "signature") };
  });
}

function check(condition: unknown, why: string): asserts condition {
  if (!condition) throw new BadDraw(why);
}
