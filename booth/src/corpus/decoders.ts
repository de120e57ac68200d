/**
 * Every decoder that has a twin in the other language, as one table: it takes bytes and gives them back as its writer writes what
 * it read. Where only a hash is kept of what was read, the canonical form itself is written again. Typed texts come as UTF-8 and
 * leave in the form in which they are printed.
 */
import { checkBody } from "../core/body.ts";
import { concat, fromHex, fromUtf8, refuse, Refused, toBase64, toHex, u16, u8, utf8, type Bytes } from "../core/bytes.ts";
import { dumps, loads } from "../core/canonical.ts";
import { readCard, writeCard } from "../core/cards.ts";
import { parseCheckpoint } from "../core/checkpoint.ts";
import { closingText, openClosing, parseClosing } from "../core/closing.ts";
import * as crockford from "../core/crockford.ts";
import { point, pointBytes, scalar, scalarBytes } from "../core/group.ts";
import { parseHead } from "../core/head.ts";
import { readDrawAnswer, readStatements, REFUSAL_LENGTH } from "../core/issuance.ts";
import { parseNote, parseVerifierKey, verifierKeyText } from "../core/note.ts";
import { keySetBytes, parseBoxManifest, parseKeySet, parsePollManifest, parseSlate } from "../core/objects.ts";
import { pad, unpad } from "../core/opinion.ts";
import { readPartials, writePartials } from "../core/opening.ts";
import { parseLogProof } from "../core/proof.ts";
import { parseReceipt, receiptBytes } from "../core/receipt.ts";
import { parseResult, resultBytes } from "../core/result.ts";
import * as shamir from "../core/shamir.ts";
import { isKey } from "../core/signing.ts";
import { readStoredZip } from "../core/zip.ts";
import { CannotVerify } from "../verify/failures.ts";
import { findReceipt } from "../verify/receiptfile.ts";
import { parseTrust, parseWanted } from "../verify/trust.ts";

/** What the decoders of one poll are told besides; all hex. */
export interface Around {
  readonly box: string;
  readonly slate: string;
  readonly keyset: string;
  readonly pk: string;
  /** Of the closing note. */
  readonly box_hash: string;
  readonly box_key: string;
}

type Decoder = (raw: Bytes, around: Around) => Bytes;

function canonicalAfter(parse: (raw: Bytes) => unknown): Decoder {
  return (raw) => {
    parse(raw);
    return dumps(loads(raw));
  };
}

const typed =
  (again: (text: string) => string | Bytes): Decoder =>
  (raw) => {
    const out = again(fromUtf8(raw));
    return typeof out === "string" ? utf8(out) : out;
  };

function noteBytes(raw: Bytes): Bytes {
  const { text, signatures } = parseNote(raw);
  const lines = signatures.map(({ name, keyId, payload }) => `\u2014 ${name} ${toBase64(concat(keyId, payload))}\n`);
  return utf8(`${text}\n${lines.join("")}`);
}

function checkpointText(text: string): string {
  const { origin, size, root, extensions } = parseCheckpoint(text);
  return [origin, String(size), toBase64(root), ...extensions].map((line) => `${line}\n`).join("");
}

function proofBytes(raw: Bytes): Bytes {
  const { index, hashes, checkpoint, extra } = parseLogProof(raw);
  const lines = ["c2sp.org/tlog-proof@v1", ...(extra === null ? [] : [`extra ${toBase64(extra)}`]), `index ${index}`, ...hashes.map(toBase64)];
  return concat(utf8(`${lines.join("\n")}\n\n`), checkpoint);
}

function answerBytes(raw: Bytes): Bytes {
  const { status, blindSignatures, refusal } = readDrawAnswer(raw, 256, 3);
  const signed = blindSignatures.length > 0 ? concat(...blindSignatures) : new Uint8Array(3 * 256);
  const padding = new Uint8Array(REFUSAL_LENGTH - refusal.length);
  return concat(u8(status), signed, u16(refusal.length), refusal, padding);
}

function statementsBytes(raw: Bytes): Bytes {
  return dumps(
    readStatements(raw).map(({ statement, signature }) => ({
      signature: toHex(signature),
      statement: { ...statement, box: toHex(statement.box), root: toHex(statement.root) },
    })),
  );
}

/** By the names that the other language uses. */
export const DECODERS: Record<string, Decoder> = {
  canonical: canonicalAfter(loads),
  slate: canonicalAfter(parseSlate),
  keyset: (raw) => keySetBytes(parseKeySet(raw)),
  box: canonicalAfter(parseBoxManifest),
  poll: canonicalAfter(parsePollManifest),
  result: (raw) => resultBytes(parseResult(raw)),
  statements: statementsBytes,
  point: (raw) => pointBytes(point(raw)),
  scalar: (raw) => scalarBytes(scalar(raw)),
  "ed25519-key": (raw) => {
    refuse(isKey(raw), "not a key by the rule");
    return raw;
  },
  head: (raw, { box }) => {
    const { seq, pk, bodyHash, tokens, signature } = parseHead(parseBoxManifest(fromHex(box)), raw);
    return concat(u8(2), u8(seq), pk, bodyHash, ...tokens, signature);
  },
  body: (raw, { box, slate, keyset, pk }) => {
    const [manifest, { gradeCounts }, { keys }] = [parseBoxManifest(fromHex(box)), parseSlate(fromHex(slate)), parseKeySet(fromHex(keyset))];
    checkBody({ boxHash: manifest.hash, pk: fromHex(pk), keys, grades: gradeCounts }, raw);
    return raw;
  },
  "draw-answer": answerBytes,
  partials: (raw) => writePartials(readPartials(raw)),
  shares: (raw) => {
    const pieces = Array.from({ length: Math.ceil(raw.length / 33) }, (_, n) => raw.slice(33 * n, 33 * n + 33));
    const secret = shamir.join(pieces);
    return concat(...pieces, secret);
  },
  opinion: (raw) => pad(unpad(raw)),
  "closing-text": typed((text) => closingText(parseClosing(text))),
  "closing-note": (raw, { box_hash, box_key }) => {
    openClosing(raw, fromHex(box_hash), fromHex(box_key));
    return noteBytes(raw);
  },
  crockford: typed((text) => crockford.encode(crockford.decode(text))),
  card: typed((text) => writeCard(readCard(text))),
  note: noteBytes,
  checkpoint: typed(checkpointText),
  proof: proofBytes,
  vkey: typed((text) => verifierKeyText(parseVerifierKey(text))),
  zip: (raw) => utf8(readStoredZip(raw).map(({ name, bytes }) => `${name} ${toHex(bytes)}\n`).join("")),
  trust: (raw) => {
    const { boxes, logs } = parseTrust(raw);
    const rows = logs.map(({ key, quorum, witnesses }) => ({ origin: key.name, quorum, vkey: verifierKeyText(key), witnesses: witnesses.map(verifierKeyText) }));
    return dumps({ boxes: [...new Set(boxes)].sort(), logs: rows });
  },
  wanted: typed(parseWanted),
  "receipt-qr": (raw) => receiptBytes(parseReceipt(raw)),
  "receipt-file": (raw) => receiptBytes(findReceipt(raw)),
};

/** What a decoder makes of each input: hex of what it writes again, or `refused`; any other error is thrown. */
export function readAll(name: string, inputs: readonly string[], around: Around): string[] {
  const decode = DECODERS[name];
  if (decode === undefined) throw new Error(`no decoder ${name}`);
  return inputs.map((raw) => {
    try {
      return toHex(decode(fromHex(raw), around));
    } catch (error) {
      if (error instanceof Refused || error instanceof CannotVerify) return "refused";
      throw error;
    }
  });
}
