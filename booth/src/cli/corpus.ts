/**
 * The browser core on the command line, so that tests in the other language can play against it:
 *   corpus make N    prints sets of ballot bodies, good and broken
 *   corpus check     reads such sets, prints a verdict for every body
 *   corpus token|finish|deal|accept|open|count   read one JSON object: the steps of a ballot and of a ceremony
 *   corpus log|zip   read log proofs or bundles, print what each convinces of or holds
 *   corpus read      reads inputs of decoders by name, prints what they write again of each, or their refusal
 * Bytes are lower-case hex. Everything goes through standard input and output.
 */
import { readFileSync } from "node:fs";
import { checkBody, makeBody } from "../core/body.ts";
import { concat, fromHex, Refused, toHex } from "../core/bytes.ts";
import { deriveKeys, readCard, scrutineerOf } from "../core/cards.ts";
import type { Point } from "../core/group.ts";
import { makeHead, parseHead, signatureHolds, tokensHold } from "../core/head.ts";
import { parseVerifierKey } from "../core/note.ts";
import { parseBoxManifest, parseKeySet, parseSlate } from "../core/objects.ts";
import { countAll, decrypt, openPartials, readPartials, sealPartials, writePartials } from "../core/opening.ts";
import { parseLogProof, verifyLogProof } from "../core/proof.ts";
import { accept, deal, openShare } from "../core/sealing.ts";
import { newSeed, publicKey } from "../core/signing.ts";
import { Sums } from "../core/sums.ts";
import type { Place } from "../core/tiers.ts";
import { readStoredZip } from "../core/zip.ts";
import { blind, finalize, tokenMessage } from "../core/token.ts";
import { checkSet, makeSets, type BodySet } from "../corpus/bodies.ts";
import { readAll, type Around } from "../corpus/decoders.ts";

type Hex = string;

interface Box {
  readonly manifest: Hex;
  readonly slate: Hex;
  readonly keyset: Hex;
}

function read({ manifest, slate, keyset }: Box) {
  return { box: parseBoxManifest(fromHex(manifest)), slate: parseSlate(fromHex(slate)), keyset: parseKeySet(fromHex(keyset)) };
}

/** A one-time key and its blinded message for every issuer. */
function token(input: Box) {
  const { box } = read(input);
  const seed = newSeed();
  const message = tokenMessage(box.hash, publicKey(seed));
  const blinded = box.issuers.map((issuer) => blind(issuer.rsaN, message));
  return { seed: toHex(seed), blinded: blinded.map((b) => toHex(b.blinded)), inverses: blinded.map((b) => toHex(b.inverse)) };
}

/** The record of a ballot from the issuers' answers. */
function finish(input: Box & { seed: Hex; inverses: Hex[]; blind_signatures: Hex[]; choices: number[]; seq: number }) {
  const { box, slate, keyset } = read(input);
  const seed = fromHex(input.seed);
  const pk = publicKey(seed);
  const message = tokenMessage(box.hash, pk);
  const tokens = box.issuers.map((issuer, j) =>
    finalize(issuer.rsaN, message, fromHex(input.blind_signatures[j] as Hex), fromHex(input.inverses[j] as Hex)),
  );
  const body = makeBody({ boxHash: box.hash, pk, keys: keyset.keys, grades: slate.gradeCounts }, input.choices);
  const raw = makeHead(box, seed, input.seq, tokens, body);
  const head = parseHead(box, raw);
  if (!tokensHold(box, head) || !signatureHolds(box, head)) throw new Error("our own head does not hold");
  return { record: toHex(concat(raw, body)), leaf: toHex(head.leaf) };
}

/** Deals to the cards of the scrutineers, whose public halves are derived here. */
async function dealTo(input: { poll_id: Hex; grades: number; t: number; cards: string[] }) {
  const pollId = fromHex(input.poll_id);
  const scrutineers = input.cards.map((card, at) => scrutineerOf(deriveKeys(readCard(card), pollId), `监票人${at + 1}`));
  const { keyset, sealed } = await deal({ pollId, scrutineers, grades: input.grades, t: input.t });
  return { keyset: toHex(keyset), sealed: sealed.map(toHex) };
}

interface Seat {
  readonly keyset: Hex;
  readonly i: number;
  readonly card: string;
  readonly sealed: Hex;
}

async function shareOf({ keyset, i, card, sealed }: Seat) {
  const set = parseKeySet(fromHex(keyset));
  const keys = deriveKeys(readCard(card), set.pollId);
  return { set, keys, share: await openShare(set, i, keys.exchange, fromHex(sealed)) };
}

async function acceptSeat(seat: Seat) {
  const { set, keys, share } = await shareOf(seat);
  return { signature: toHex(accept(set, keys.sign)), opinion: toHex(share.opinion) };
}

interface Ballots extends Box {
  readonly bodies: readonly { readonly pk: Hex; readonly body: Hex }[];
  readonly opening: Hex;
  readonly places: readonly Place[];
}

function sumsOf(input: Ballots): Sums {
  const { box, slate, keyset } = read(input);
  const sums = new Sums(slate.gradeCounts);
  for (const { pk, body } of input.bodies) {
    const binding = { boxHash: box.hash, pk: fromHex(pk), keys: keyset.keys, grades: slate.gradeCounts };
    sums.add(checkBody(binding, fromHex(body)));
  }
  return sums;
}

/** The partials of one scrutineer, in clear and sealed to every other one. */
async function openSums(input: Seat & Ballots) {
  const { set, share } = await shareOf(input);
  const sums = sumsOf(input);
  const opening = fromHex(input.opening);
  const partials = input.places.map((place) => decrypt(share, opening, place, sums.a[place.s] as Point));
  const sealed: Record<string, Hex> = {};
  for (const [at, other] of set.scrutineers.entries()) {
    if (at + 1 !== input.i) sealed[at + 1] = toHex(await sealPartials(partials, opening, input.i, at + 1, other.exchange));
  }
  return { partials: toHex(writePartials(partials)), sealed, sums: toHex(sums.toBytes()) };
}

/** The counts from partials in clear and from those that another scrutineer sealed to seat `i`. */
async function count(input: Seat & Ballots & { partials: Hex[]; received: { from: number; sealed: Hex }[] }) {
  const { set, keys } = await shareOf(input);
  const opening = fromHex(input.opening);
  const clear = input.partials.flatMap((raw) => readPartials(fromHex(raw)));
  const relayed = await Promise.all(
    input.received.map(({ from, sealed }) => openPartials(fromHex(sealed), opening, from, input.i, keys.exchange)),
  );
  return { counts: countAll(sumsOf(input), set, opening, input.places, [...clear, ...relayed.flat()]) };
}

/** Witnesses that each proof convinces of, or the name of its refusal. */
function log(input: { log: string; witnesses: string[]; leaf: Hex; proofs: Hex[] }) {
  const logKey = parseVerifierKey(input.log);
  const witnesses = input.witnesses.map(parseVerifierKey);
  const verdicts = input.proofs.map((raw) => {
    try {
      const { checkpoint, witnesses: names } = verifyLogProof(parseLogProof(fromHex(raw)), fromHex(input.leaf), logKey, witnesses);
      return [checkpoint.size, ...names];
    } catch (error) {
      if (error instanceof Refused) return "refused";
      throw error;
    }
  });
  return { verdicts };
}

/** Entries of each bundle, or its refusal. */
function zip(input: { zips: Hex[] }) {
  const verdicts = input.zips.map((raw) => {
    try {
      return readStoredZip(fromHex(raw)).map(({ name, bytes }) => [name, toHex(bytes)]);
    } catch (error) {
      if (error instanceof Refused) return "refused";
      throw error;
    }
  });
  return { verdicts };
}

const STEPS: Record<string, (input: never) => unknown> = {
  check: (input: { sets: BodySet[] }) => ({ sets: input.sets.map(checkSet) }),
  token,
  finish,
  deal: dealTo,
  accept: acceptSeat,
  open: openSums,
  count,
  log,
  zip,
  read: ({ inputs, around }: { inputs: Record<string, Hex[]>; around: Around }) =>
    Object.fromEntries(Object.entries(inputs).map(([name, raws]) => [name, readAll(name, raws, around)])),
};

async function main([step, argument]: readonly string[]): Promise<unknown> {
  if (step === "make") return { sets: makeSets(Number(argument ?? "10")) };
  const run = STEPS[step ?? ""];
  if (run === undefined) throw new Error(`usage: corpus make N | ${Object.keys(STEPS).join(" | ")}`);
  return run(JSON.parse(readFileSync(0, "utf8")) as never);
}

main(process.argv.slice(2)).then(
  (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
  (error: Error) => {
    process.stderr.write(`${error.name}: ${error.message}\n`);
    process.exitCode = 1;
  },
);

