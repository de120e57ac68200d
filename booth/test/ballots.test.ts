/** The life of a ballot on a device, with real keys and signatures, on both kinds of storage. */
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, test } from "vitest";
import { clear, drawAddress, dropAll, forgetMeans, mayChange, phaseOf, rowsOf, seal, startDrawing, takeDrawn } from "../src/app/ballots.ts";
import { fillEnvelope } from "../src/app/envelope.ts";
import { fetchPoll, type PollFiles } from "../src/app/pollfiles.ts";
import type { Drawing, Row } from "../src/app/rows.ts";
import { openStore, PlainStore, type Store } from "../src/app/store.ts";
import { fromBase64Url, fromHex, Refused, type Bytes } from "../src/core/bytes.ts";
import { Unreachable } from "../src/app/net.ts";
import { makeWorld, type World } from "./world.ts";

class Shelf implements Storage {
  #kept = new Map<string, string>();
  get length(): number { return this.#kept.size; }
  clear(): void { this.#kept.clear(); }
  getItem(key: string): string | null { return this.#kept.get(key) ?? null; }
  key(n: number): string | null { return [...this.#kept.keys()][n] ?? null; }
  removeItem(key: string): void { this.#kept.delete(key); }
  setItem(key: string, value: string): void { this.#kept.set(key, value); }
}

const MEANS = ["pk", "sigs", "sk"];

/** Draws from every issuer, as the site's page does. */
async function draw(world: World, store: Store, poll: PollFiles): Promise<void> {
  await startDrawing(store, poll);
  for (let j = 0; j < poll.issuers.length; j++) {
    const rows = (await rowsOf(store, poll)) as Drawing[];
    const blinded = rows.map((row) => fromHex(row.blinded[j] as string));
    expect(["held", "more"]).toContain(await takeDrawn(store, poll, j, world.issue(j, blinded)));
  }
}

const choose = (choices: readonly number[]) => (files: Parameters<typeof fillEnvelope>[0], pk: Bytes) => fillEnvelope(files, { choices, words: "" }, pk);

describe.each(["IndexedDB", "localStorage"])("a ballot in %s", (kind) => {
  let world: World;
  let poll: PollFiles;
  let store: Store;

  beforeEach(async () => {
    globalThis.indexedDB = new IDBFactory();
    world = await makeWorld();
    poll = await fetchPoll(world.get, world.pollHex);
    store = kind === "IndexedDB" ? ((await openStore()) as Store) : new PlainStore(new Shelf());
  });

  const rows = () => rowsOf(store, poll);
  const fields = async () => (await rows()).map((row) => Object.keys(row).sort());

  test("goes from drawing to cast, and each state erases what the next must not hold", async () => {
    await startDrawing(store, poll);
    expect(phaseOf(poll, await rows())).toBe("drawing");
    expect(await fields()).toEqual(Array(2).fill(["blinded", "box", "inv", "poll", "state", ...MEANS].sort()));
    await draw(world, store, poll);
    expect(await fields()).toEqual(Array(2).fill(["box", "poll", "state", ...MEANS].sort()));
    expect(await seal(store, poll, await rows(), choose([1, 0]))).toBe(true);
    expect(phaseOf(poll, await rows())).toBe("dropping");
    expect(await fields()).toEqual(Array(2).fill(["box", "poll", "record", "seq", "state", ...MEANS].sort()));
    expect(await dropAll(store, poll, world.post)).toBe(0);
    expect(phaseOf(poll, await rows())).toBe("cast");
    const [ballot, opinion] = await rows();
    expect(Object.keys(ballot as Row).sort()).toEqual(["box", "leaf", "means", "poll", "receipt", "seq", "state"]);
    expect(opinion).not.toHaveProperty("means"); // an opinion box takes no second one
  });

  test("is drawn once, however many tabs begin", async () => {
    await Promise.all([startDrawing(store, poll), startDrawing(store, poll), startDrawing(store, poll)]);
    const before = await rows();
    await startDrawing(store, poll);
    expect(await rows()).toEqual(before);
  });

  test("sends the same bytes again after the network was lost on either side of the box", async () => {
    await draw(world, store, poll);
    await seal(store, poll, await rows(), choose([1, 2]));
    const waiting = await rows();
    for (const lost of ["before", "after"] as const) {
      world.next.push(lost);
      await expect(dropAll(store, poll, world.post)).rejects.toBeInstanceOf(Unreachable);
      expect(phaseOf(poll, await rows())).toBe("dropping");
    }
    expect(await dropAll(store, poll, world.post)).toBe(0);
    for (const [n, row] of waiting.entries()) {
      expect(world.taken.get(row.box)?.length).toBe(1);
      expect((await rows())[n]?.state).toBe("cast");
    }
  });

  test("is sealed by one tab only; the other learns of it", async () => {
    await draw(world, store, poll);
    const seen = await rows();
    const [first, second] = await Promise.all([seal(store, poll, seen, choose([1, 1])), seal(store, poll, seen, choose([3, 3]))]);
    expect([first, second].filter(Boolean)).toHaveLength(1);
    await dropAll(store, poll, world.post);
    // Nor does a tab that still shows the paper turn its ballot into a change.
    expect(await seal(store, poll, seen, choose([3, 3]))).toBe(false);
  });

  test("is changed with the next number, and a change that is refused leaves the earlier ballot standing", async () => {
    await draw(world, store, poll);
    await seal(store, poll, await rows(), choose([1, 1]));
    await dropAll(store, poll, world.post);
    const [before] = await rows();
    await seal(store, poll, await rows(), choose([2, 2]));
    expect((await rows())[0]).toMatchObject({ state: "dropping", seq: 2, before: { seq: 1 } });
    world.next.push(2); // closed
    expect(await dropAll(store, poll, world.post)).toBe(2);
    expect((await rows())[0]).toMatchObject({ state: "cast", seq: 1, leaf: (before as { leaf: string }).leaf });
    expect(mayChange(await rows())).toBe(false);
  });

  test("can be changed eight times and not a ninth", async () => {
    await draw(world, store, poll);
    for (let seq = 1; seq <= 9; seq++) {
      expect(await seal(store, poll, await rows(), choose([1, 1]))).toBe(true);
      expect(await dropAll(store, poll, world.post)).toBe(0);
    }
    expect(mayChange(await rows())).toBe(false);
    expect(await seal(store, poll, await rows(), choose([1, 1]))).toBe(false);
  });

  test("is filled in again when the box cannot read it, and waits when the box is busy or not open", async () => {
    world = await makeWorld({ opinions: false });
    poll = await fetchPoll(world.get, world.pollHex);
    await draw(world, store, poll);
    for (const [status, phase] of [[3, "held"], [5, "held"], [1, "dropping"], [7, "dropping"], [4, "dropping"]] as const) {
      await seal(store, poll, await rows(), choose([1, 1]));
      world.next.push(status);
      expect(await dropAll(store, poll, world.post)).toBe(status);
      expect(phaseOf(poll, await rows())).toBe(phase);
    }
  });

  test("is filled in again alone when only its box could not read it", async () => {
    await draw(world, store, poll);
    await seal(store, poll, await rows(), choose([1, 1]));
    const [ballot, opinion] = poll.boxes.map(({ hex }) => hex) as [string, string];
    const malformed = new Uint8Array(128);
    malformed[0] = 3;
    const post = (path: string, body: Bytes) => (path.endsWith(ballot) ? Promise.resolve(malformed) : world.post(path, body));
    while ((await rows())[0]?.state !== "held") expect([0, 3]).toContain(await dropAll(store, poll, post));
    expect(phaseOf(poll, await rows())).toBe("held");
    expect(await seal(store, poll, await rows(), choose([2, 2]))).toBe(true);
    expect(await dropAll(store, poll, world.post)).toBe(0);
    expect(phaseOf(poll, await rows())).toBe("cast");
    expect([world.taken.get(ballot)?.length, world.taken.get(opinion)?.length]).toEqual([1, 1]);
  });

  test("does not believe a receipt that does not hold", async () => {
    await draw(world, store, poll);
    await seal(store, poll, await rows(), choose([1, 1]));
    const forged = new Uint8Array(128);
    forged[5] = 1;
    await expect(dropAll(store, poll, async () => forged)).rejects.toBeInstanceOf(Refused);
    expect(phaseOf(poll, await rows())).toBe("dropping");
  });

  test("keeps its keys when signatures come that do not fit", async () => {
    await startDrawing(store, poll);
    const before = await rows();
    expect(await takeDrawn(store, poll, 0, new Uint8Array(512).fill(7))).toBe("bad");
    expect(await takeDrawn(store, poll, 0, new Uint8Array(256))).toBe("bad");
    expect(await rows()).toEqual(before);
  });

  test("is forgotten only when it can no longer be changed or the member says so", async () => {
    await draw(world, store, poll);
    await seal(store, poll, await rows(), choose([1, 1]));
    await dropAll(store, poll, world.post);
    await forgetMeans(store, await rows());
    expect(mayChange(await rows())).toBe(false);
    expect(JSON.stringify(await rows())).not.toContain('"sk"');
    await clear(store, await rows());
    expect(await store.all()).toEqual([]);
  });

  test("asks the issuers that the manifest names, with the poll's hash first", async () => {
    await startDrawing(store, poll);
    const address = drawAddress(poll, await rows());
    expect(address.startsWith("https://site0.test/draw#b=")).toBe(true);
    const sent = fromBase64Url(address.split("#b=")[1] as string);
    expect(sent.length).toBe(32 + 2 * 256);
    expect([...sent.slice(0, 32)]).toEqual([...fromHex(poll.hex)]);
  });
});

test("every issuer must sign, one after the other", async () => {
  globalThis.indexedDB = new IDBFactory();
  const world = await makeWorld({ issuers: 2 });
  const poll = await fetchPoll(world.get, world.pollHex);
  const store = (await openStore()) as Store;
  await startDrawing(store, poll);
  const blinded = (j: number) => rowsOf(store, poll).then((rows) => (rows as Drawing[]).map((row) => fromHex(row.blinded[j] as string)));
  expect(await takeDrawn(store, poll, 1, world.issue(1, await blinded(1)))).toBe("bad"); // out of turn
  expect(await takeDrawn(store, poll, 0, world.issue(0, await blinded(0)))).toBe("more");
  expect(drawAddress(poll, await rowsOf(store, poll)).startsWith("https://site1.test/draw#b=")).toBe(true);
  expect(await takeDrawn(store, poll, 1, world.issue(1, await blinded(1)))).toBe("held");
  await seal(store, poll, await rowsOf(store, poll), choose([1, 1]));
  expect(await dropAll(store, poll, world.post)).toBe(0);
});
