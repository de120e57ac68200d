import { describe, expect, it } from "vitest";
import { ascii, concat, fromBase64, systemRandom, toBase64, toHex, u8, utf8, type Bytes } from "../src/core/bytes.ts";
import { openCheckpoint, parseCheckpoint } from "../src/core/checkpoint.ts";
import { EMPTY_ROOT, leafHash, nodeHash, rootOfHashes, verifyConsistency, verifyInclusion } from "../src/core/merkle.ts";
import { COSIGNATURE, ED25519, openNote, parseVerifierKey, verifierKey, verifierKeyText, type VerifierKey } from "../src/core/note.ts";
import { logLeaf, parseLogProof, verifyLogProof } from "../src/core/proof.ts";
import { publicKey, sign } from "../src/core/signing.ts";
import { json, refusal, text } from "./vectors.ts";

const hashes = (list: string[] | null) => (list ?? []).map((hash) => base64(hash));
/** Hashes of the published cases may be of a wrong length, so this reads leniently. */
const base64 = (b: string): Bytes => new Uint8Array(Buffer.from(b, "base64"));

describe("RFC 6962 proofs, published and broken", () => {
  const inclusion = Object.entries(json("tests/data/crypto/merkle_inclusion.json"));
  const consistency = Object.entries(json("tests/data/crypto/merkle_consistency.json"));

  it("inclusion", () => {
    expect(inclusion.length).toBeGreaterThan(90);
    for (const [name, c] of inclusion as [string, any][]) {
      const holds = verifyInclusion(base64(c.leafHash), c.leafIdx, c.treeSize, hashes(c.proof), base64(c.root));
      expect(holds, name).toBe(!c.wantErr);
    }
  });

  it("consistency; from an empty tree nothing is proved", () => {
    expect(consistency.length).toBeGreaterThan(90);
    for (const [name, c] of consistency as [string, any][]) {
      const holds = verifyConsistency(c.size1, c.size2, hashes(c.proof), base64(c.root1), base64(c.root2));
      expect(holds, name).toBe(!c.wantErr && c.size1 > 0);
    }
  });
});

/** Path and root by the recursive definition of RFC 6962 §2.1. */
function tree(leaves: readonly Bytes[]): Bytes {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0]!;
  const k = split(leaves.length);
  return nodeHash(tree(leaves.slice(0, k)), tree(leaves.slice(k)));
}

function path(leaves: readonly Bytes[], index: number): Bytes[] {
  if (leaves.length <= 1) return [];
  const k = split(leaves.length);
  return index < k
    ? [...path(leaves.slice(0, k), index), tree(leaves.slice(k))]
    : [...path(leaves.slice(k), index - k), tree(leaves.slice(0, k))];
}

function split(n: number): number {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

describe("trees", () => {
  const leaves = Array.from({ length: 70 }, (_, n) => leafHash(Uint8Array.of(n)));

  it("have the root of the definition at every size", () => {
    for (let n = 0; n <= leaves.length; n++) expect(toHex(rootOfHashes(leaves.slice(0, n)))).toBe(toHex(tree(leaves.slice(0, n))));
  });

  it("prove every leaf at its place and at no other", () => {
    for (const size of [1, 2, 3, 7, 8, 9, 33, 70]) {
      const part = leaves.slice(0, size);
      for (let i = 0; i < size; i++) {
        const proof = path(part, i);
        expect(verifyInclusion(part[i]!, i, size, proof, tree(part))).toBe(true);
        if (size > 1) expect(verifyInclusion(part[i]!, (i + 1) % size, size, proof, tree(part))).toBe(false);
        expect(verifyInclusion(part[i]!, i, size, [...proof, leaves[0]!], tree(part))).toBe(false);
      }
    }
  });

  it("have sizes beyond 32 bits", () => {
    // A leaf at the left edge of a tree of 2^40 leaves: forty right siblings.
    const siblings = Array.from({ length: 40 }, () => systemRandom(32));
    const root = siblings.reduce((node, sibling) => nodeHash(node, sibling), leaves[0]!);
    expect(verifyInclusion(leaves[0]!, 0, 2 ** 40, siblings, root)).toBe(true);
    expect(verifyInclusion(leaves[0]!, 2 ** 32, 2 ** 40, siblings, root)).toBe(false);
  });
});

const V = json("tests/data/crypto/signed_note_vectors.json");

describe("signed notes", () => {
  const [peter, enoch] = [parseVerifierKey(V.vkey_peter), parseVerifierKey(V.vkey_enoch)];
  const signed = `${V.text}\n${V.sig_line_peter}${V.sig_line_enoch}`;

  it("open under every known key, and ignore the unknown", () => {
    expect(openNote(text(signed), [peter, enoch])).toMatchObject({ text: V.text, verified: [peter, enoch] });
    expect(openNote(text(signed), [enoch]).verified).toEqual([enoch]);
    expect([peter, enoch].map(verifierKeyText)).toEqual([V.vkey_peter, V.vkey_enoch]);
  });

  it.each(V.vkey_must_reject as string[])("refuse the published bad key %s", (vkey) => {
    expect(refusal(() => parseVerifierKey(vkey))).toMatch(/NoteRefused/);
  });

  const line = V.sig_line_peter as string;
  const bad: Record<string, Bytes> = {
    "text alone": text(V.text),
    "text and blank line only": text(`${V.text}\n`),
    "missing final newline": text(signed.slice(0, -1)),
    "control byte before text": concat(Uint8Array.of(1), text(signed)),
    "byte 0xff before text": concat(Uint8Array.of(255), text(signed)),
    "carriage return": text(signed.replace("\n", "\r\n")),
    "signature name with a space": text(`${V.text}\n${line.replace("Peter", "Peter ")}`),
    "unexpected line after the signature": text(`${V.text}\n${line}nonsense\n`),
    "more than 100 signatures": text(`${V.text}\n${line.repeat(101)}`),
    "a signature that fails": text(signed.replace("If you think", "If you thought")),
    "a known key's second signature fails": text(`${signed}— PeterNeumann ${toBase64(concat(peter.keyId, new Uint8Array(64)))}\n`),
    "base64 with white space": text(signed.replace(" x08go", " x08 go")),
    "base64 with tail bits": text(`${V.text}\n${line.replace("nAM=", "nAN=")}`),
    "a hyphen for the dash": text(signed.replace(/— /g, "- ")),
  };
  it.each(Object.entries(bad))("are refused: %s", (_, raw) => {
    expect(refusal(() => openNote(raw, [peter, enoch]))).toMatch(/NoteRefused/);
  });

  it("are refused when nobody known signed", () => {
    expect(refusal(() => openNote(text(signed), []))).toMatch(/NoteRefused/);
  });
});

const seeds = { log: ascii("l".repeat(32)), witness: ascii("w".repeat(32)) };
const log = verifierKey("log.example/pingjia/meilan/2026", ED25519, publicKey(seeds.log));
const witness = verifierKey("witness.example/superior", COSIGNATURE, publicKey(seeds.witness));

function signatureLine(key: VerifierKey, payload: Bytes): string {
  return `— ${key.name} ${toBase64(concat(key.keyId, payload))}\n`;
}

function checkpointNote(body: string, time = 1_700_000_000n): string {
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setBigUint64(0, time);
  const cosigned = sign(seeds.witness, utf8(`cosignature/v1\ntime ${time}\n${body}`));
  return `${body}\n${signatureLine(log, sign(seeds.log, utf8(body)))}${signatureLine(witness, concat(stamp, cosigned))}`;
}

describe("checkpoints and log proofs", () => {
  const entries = Array.from({ length: 5 }, (_, n) => logLeaf("manifest", toHex(leafHash(u8(n)))));
  const root = tree(entries);
  const body = `${log.name}\n5\n${toBase64(root)}\n`;
  const proofText = (index: number, note = checkpointNote(body), extra = "") =>
    `c2sp.org/tlog-proof@v1\n${extra}index ${index}\n${path(entries, index).map((h) => `${toBase64(h)}\n`).join("")}\n${note}`;

  it("convince offline, with the witnesses named", () => {
    entries.forEach((leaf, index) => {
      const proof = parseLogProof(text(proofText(index)));
      const opened = verifyLogProof(proof, leaf, log, [witness]);
      expect([opened.checkpoint.size, opened.witnesses]).toEqual([5, [witness.name]]);
      expect(refusal(() => verifyLogProof(proof, leafHash(text("never logged")), log))).toMatch(/ProofRefused/);
    });
    expect(parseLogProof(text(proofText(1, undefined, "extra AAE=\n"))).extra).toEqual(Uint8Array.of(0, 1));
  });

  it("show a log entry as canonical {h, t}", () => {
    expect(toHex(logLeaf("poll", "00".repeat(32)))).toBe(toHex(leafHash(text(`{"h":"${"00".repeat(32)}","t":"poll"}`))));
  });

  const good = proofText(2);
  const bad: Record<string, string> = {
    nothing: "",
    "another version": good.replace("@v1", "@v2"),
    "no index": good.replace("index 2\n", ""),
    "leading zero": good.replace("index 2", "index 02"),
    negative: good.replace("index 2", "index -2"),
    "outside the tree": good.replace("index 2", "index 9"),
    "another place": good.replace("index 2", "index 3"),
    "empty extra": good.replace("index", "extra \nindex"),
    "hash cut": good.replace(/\n([A-Za-z0-9+/]{42})[A-Za-z0-9+/]=\n/, "\n$1=\n"),
    "no empty line": good.replace("\n\n", "\n"),
    "another size": good.replace("\n5\n", "\n6\n"),
    "another root": good.replace(toBase64(root), toBase64(entries[0]!)),
    "65 hashes": good.replace("index 2\n", `index 2\n${`${toBase64(root)}\n`.repeat(65)}`),
    "not ASCII": good.replace("index 2", "index ２"),
  };
  it.each(Object.entries(bad))("are refused: %s", (_, raw) => {
    expect(refusal(() => verifyLogProof(parseLogProof(text(raw)), entries[2]!, log, [witness]))).toMatch(/Refused: /);
  });

  it("are the log's own: not another's, not a witness's alone, not with a bad cosignature", () => {
    const note = checkpointNote(body);
    const other = verifierKey("other.example/log", ED25519, log.public);
    expect(refusal(() => openCheckpoint(text(note), other))).toMatch(/NoteRefused/);
    const lines = note.split("\n");
    const withoutLog = [...lines.slice(0, 4), ...lines.slice(5)].join("\n");
    expect(refusal(() => openCheckpoint(text(withoutLog), log, [witness]))).toMatch(/log itself/);
    const late = checkpointNote(body, 1_700_000_001n).split("\n")[5]!;
    const stamp = fromBase64(late.split(" ")[2]!);
    stamp[11] = stamp[11]! ^ 1;
    const forged = [...lines.slice(0, 5), `— ${witness.name} ${toBase64(stamp)}`, ""].join("\n");
    expect(refusal(() => openCheckpoint(text(forged), log, [witness]))).toMatch(/does not hold/);
    expect(openCheckpoint(text(forged), log).witnesses).toEqual([]);
    const foreign = checkpointNote(body.replace(log.name, "other.example/log"));
    expect(refusal(() => openCheckpoint(text(foreign), log))).toMatch(/another log/);
    expect(refusal(() => openCheckpoint(text(note), witness))).toMatch(/NoteRefused/);
  });

  it("have one text: origin, size, root, and lines with something in them", () => {
    expect(parseCheckpoint(`${body}extension\n`).extensions).toEqual(["extension"]);
    const empty = `${log.name}\n0\n${toBase64(EMPTY_ROOT)}\n`;
    expect(parseCheckpoint(empty).size).toBe(0);
    const broken = [
      body.slice(0, -1), body.replace("\n5\n", "\n05\n"), body.replace("\n5\n", "\n9007199254740992\n"), `${body}\n`,
      body.replace(log.name, ""), `${log.name}\n5\n`, `${log.name}\n0\n${toBase64(root)}\n`, body.replace("=\n", "\n"),
    ];
    for (const each of broken) expect(refusal(() => parseCheckpoint(each)), each).toMatch(/CheckpointRefused/);
  });
});
