/**
 * The life of a ballot on this device: drawing → held → dropping → cast (docs/spec/ballot.md, "Client states"). Every step is on
 * disk before a byte leaves, and a retry sends the same bytes; so any step may be cut off and taken again.
 */
import { concat, fromHex, Refused, systemRandom, toBase64Url, toHex, type Bytes } from "../core/bytes.ts";
import { GREATEST_SEQ, makeHead, parseHead } from "../core/head.ts";
import { DROP, readAnswer } from "../core/receipt.ts";
import { newSeed, publicKey } from "../core/signing.ts";
import { blind, finalize, tokenMessage } from "../core/token.ts";
import type { BoxFiles, PollFiles } from "./pollfiles.ts";
import type { Cast, Drawing, Dropping, Held, Means, Move, Row, Taken } from "./rows.ts";
import type { Store } from "./store.ts";

export type Phase = "new" | Row["state"];

/** The rows of a poll, in the poll's order of boxes; fewer than its boxes only before drawing. */
export async function rowsOf(store: Store, poll: PollFiles): Promise<Row[]> {
  const mine = (await store.all()).filter((row) => row.poll === poll.hex);
  return poll.boxes.flatMap((box) => mine.filter((row) => row.box === box.hex));
}

const ORDER: readonly Phase[] = ["new", "drawing", "held", "dropping", "cast"];

/** How far the whole poll is: as far as its box that is least far. */
export function phaseOf(poll: PollFiles, rows: readonly Row[]): Phase {
  if (rows.length < poll.boxes.length) return "new";
  return ORDER.find((phase) => rows.some((row) => row.state === phase)) as Phase;
}

/** Makes a one-time key per box and keeps it; if another tab was first, that tab's rows are found by reading again. */
export async function startDrawing(store: Store, poll: PollFiles): Promise<void> {
  const rows = poll.boxes.map(({ box, hex }): Drawing => {
    const sk = newSeed();
    const pk = publicKey(sk);
    const blinds = box.issuers.map((issuer) => blind(issuer.rsaN, tokenMessage(box.hash, pk)));
    return {
      box: hex,
      poll: poll.hex,
      state: "drawing",
      sk: toHex(sk),
      pk: toHex(pk),
      sigs: [],
      inv: blinds.map((one) => toHex(one.inverse)),
      blinded: blinds.map((one) => toHex(one.blinded)),
    };
  });
  await store.add(rows);
}

/** Where to go for the next issuer's signatures: the address comes from the manifest and from nowhere else. */
export function drawAddress(poll: PollFiles, rows: readonly Row[]): string {
  const drawing = rows as readonly Drawing[];
  const j = (drawing[0] as Drawing).sigs.length;
  const issuer = poll.issuers[j];
  if (issuer === undefined) throw new Error("every issuer has signed");
  const blinded = drawing.map((row) => fromHex(row.blinded[j] as string));
  return `${issuer.url}#b=${toBase64Url(concat(fromHex(poll.hex), ...blinded))}`;
}

export type Drawn = "held" | "more" | "bad" | "late";

/**
 * Takes issuer j's blind signatures for all boxes. "more": another issuer is next. "bad": they do not fit these keys; the keys stay,
 * because anybody can make an address with bad signatures in it. "late": another tab has gone on already.
 */
export async function takeDrawn(store: Store, poll: PollFiles, j: number, signatures: Bytes): Promise<Drawn> {
  const rows = await rowsOf(store, poll);
  if (phaseOf(poll, rows) !== "drawing") return "late";
  const drawing = rows as Drawing[];
  const k = (poll.boxes[0] as BoxFiles).box.k;
  if (signatures.length !== k * drawing.length || (drawing[0] as Drawing).sigs.length !== j) return "bad";
  let moves: Move[];
  try {
    moves = drawing.map((row, i) => {
      const box = (poll.boxes[i] as BoxFiles).box;
      const issuer = box.issuers[j];
      if (issuer === undefined) throw new Refused("no such issuer");
      const message = tokenMessage(box.hash, fromHex(row.pk));
      const token = finalize(issuer.rsaN, message, signatures.slice(i * k, (i + 1) * k), fromHex(row.inv[j] as string));
      return { from: row, to: signed(row, toHex(token), box.issuers.length) };
    });
  } catch (error) {
    if (error instanceof Refused) return "bad";
    throw error;
  }
  if (!(await store.move(moves))) return "late";
  return (moves[0] as Move).to?.state === "held" ? "held" : "more";
}

function signed(row: Drawing, token: string, needed: number): Drawing | Held {
  const sigs = [...row.sigs, token];
  if (sigs.length < needed) return { ...row, sigs };
  return { box: row.box, poll: row.poll, state: "held", sk: row.sk, pk: row.pk, sigs };
}

/** Makes the body of one box for its key. */
export type MakeBody = (files: BoxFiles, pk: Bytes) => Promise<Bytes>;

/**
 * Puts a ballot in its envelope, in every box that still takes one: held → dropping, or a cast ballot that may change → dropping.
 * `seen` are the rows that the member's page was made from. False if another tab was faster: then that tab's ballot counts.
 */
export async function seal(store: Store, poll: PollFiles, seen: readonly Row[], make: MakeBody): Promise<boolean> {
  const moves: Move[] = [];
  for (const row of seen) {
    const files = poll.boxes.find((one) => one.hex === row.box) as BoxFiles;
    const means = row.state === "held" ? row : row.state === "cast" ? row.means : undefined;
    if (means === undefined) continue;
    const before = row.state === "cast" ? taken(row) : undefined;
    const seq = (before?.seq ?? 0) + 1;
    if (seq > GREATEST_SEQ) continue;
    const body = await make(files, fromHex(means.pk));
    const head = makeHead(files.box, fromHex(means.sk), seq, means.sigs.map((sig) => fromHex(sig)), body);
    const to: Dropping = {
      box: row.box,
      poll: row.poll,
      state: "dropping",
      ...meansOf(means),
      record: toHex(concat(head, body)),
      seq,
      ...(before === undefined ? {} : { before }),
    };
    moves.push({ from: row, to });
  }
  return moves.length > 0 && store.move(moves);
}

function meansOf(row: Means): Means {
  return { sk: row.sk, pk: row.pk, sigs: row.sigs };
}

function taken(row: Taken): Taken {
  return { leaf: row.leaf, receipt: row.receipt, seq: row.seq };
}

export type Post = (path: string, body: Bytes) => Promise<Bytes>;

/**
 * Drops every waiting record, boxes in random order. Returns the first status that is not "accepted", or "accepted". Refused: the
 * answer or its receipt does not hold. Unreachable passes through. Rows always say how far it came.
 */
export async function dropAll(store: Store, poll: PollFiles, post: Post): Promise<number> {
  for (const row of shuffled(await rowsOf(store, poll))) {
    if (row.state !== "dropping") continue;
    const files = poll.boxes.find((one) => one.hex === row.box) as BoxFiles;
    const status = await dropOne(store, files, row, post);
    if (status !== DROP.accepted) return status;
  }
  return DROP.accepted;
}

async function dropOne(store: Store, { box, hex }: BoxFiles, row: Dropping, post: Post): Promise<number> {
  const record = fromHex(row.record);
  const { leaf } = parseHead(box, record.slice(0, 130 + box.k * box.issuers.length));
  const { status, receipt } = readAnswer(box.boxKey, box.hash, leaf, await post(`/drop/${hex}`, record));
  const place = { box: row.box, poll: row.poll };
  if (receipt !== null) {
    const means = box.revote && row.seq < GREATEST_SEQ ? { means: meansOf(row) } : {};
    const to: Cast = { ...place, state: "cast", leaf: toHex(leaf), receipt: toHex(receipt.signature), seq: row.seq, ...means };
    await store.move([{ from: row, to }]);
  } else if (row.before !== undefined && status !== DROP.busy) {
    // The change was not taken, so the ballot before it counts.
    const means = status === DROP.closed || status === DROP.seq ? {} : { means: meansOf(row) };
    await store.move([{ from: row, to: { ...place, state: "cast", ...row.before, ...means } }]);
  } else if ((status === DROP.malformed || status === DROP.signature) && box.kind === "ballot") {
    // These bytes were never taken and never will be: the ballot may be filled in again. (Words are not asked for twice.)
    await store.move([{ from: row, to: { ...place, state: "held", ...meansOf(row) } }]);
  }
  return status;
}

/** 不再更改, or the box has closed: the key that could change the ballot is forgotten. */
export async function forgetMeans(store: Store, rows: readonly Row[]): Promise<boolean> {
  const moves = rows.flatMap((row): Move[] =>
    row.state === "cast" && row.means !== undefined
      ? [{ from: row, to: { box: row.box, poll: row.poll, state: "cast", ...taken(row) } }]
      : [],
  );
  return moves.length === 0 || store.move(moves);
}

/** Takes a finished ballot off this device, so that another member may vote on it. */
export function clear(store: Store, rows: readonly Row[]): Promise<boolean> {
  return store.move(rows.filter((row) => row.state === "cast").map((from) => ({ from, to: undefined })));
}

export function mayChange(rows: readonly Row[]): boolean {
  return rows.some((row) => row.state === "cast" && row.means !== undefined);
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    // A remainder of 32 bits over at most eight boxes is even enough.
    const [a, b, c, d] = systemRandom(4) as unknown as [number, number, number, number];
    const j = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    const k = j % (i + 1);
    [out[i], out[k]] = [out[k] as Item, out[i] as Item];
  }
  return out;
}
