/** What a scrutineer's page refuses to open, though the operator holds every server key and signs it all anew. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { SetInfo, Seat } from "../src/app/ceremony/seat.ts";
import { bodyLength, checkBody } from "../src/core/body.ts";
import { concat, systemRandom, toHex, type Bytes } from "../src/core/bytes.ts";
import { parseHead } from "../src/core/head.ts";
import { pointBytes } from "../src/core/group.ts";
import { Sums } from "../src/core/sums.ts";
import { makeClosed, setOf, surround, type Ballot, type Box, type Closed } from "./closed.ts";

const CHOICES = [[1, 1], [2, 3], [3, 0], [1, 2], [0, 1]];
const QUIET = { done: () => undefined, counting: () => undefined };

afterEach(() => vi.unstubAllGlobals());

/** Opens these closings in the page's own code; returns the verified set or throws the page's refusal. */
async function verify(world: Closed, texts: ReadonlyMap<Box, string>, said: { boxes?: readonly string[]; tier?: string; [more: string]: unknown } = {}, fresh = true) {
  const { boxes = [...texts.keys()].map((box) => box.hex), tier = "band", ...more } = said;
  if (fresh) await surround(world, { boxes, tier, ...more });
  const { verifySet } = await import("../src/app/ceremony/openset.ts");
  const listed = world.boxes.map((box) => ({ box_hash: box.hex, title: "", kind: "ballot" as const, pool: box.manifest.pool, returned: 0, issued: 0 }));
  const { relay, relayBytes } = await import("../src/app/net.ts");
  const seat = {
    code: "", i: 1, state: { poll_id: world.pollHex, boxes: listed },
    ask: (step: string, question: object) => relay(step, question),
    askBytes: (step: string, question: object) => relayBytes(step, question),
  } as unknown as Seat;
  const info: SetInfo = { id: setOf(texts), boxes, tier, result: false, witnesses: { found: [], lacking: 0, waiting: [] } };
  return verifySet(seat, info, QUIET);
}

async function voted(choices = CHOICES): Promise<{ world: Closed; box: Box }> {
  const world = await makeClosed();
  const box = world.boxes[0] as Box;
  for (const choice of choices) box.cast(choice);
  return { world, box };
}

const one = (box: Box, text: string) => new Map([[box, text]]);

describe("the scrutineer's page", () => {
  it("opens an honest set, which shows that the refusals below are not for another reason", async () => {
    const { world, box } = await voted();
    const set = await verify(world, one(box, box.close(box.ballots)));
    expect([set.set.tier, set.set.valid, set.returned, set.issued]).toEqual(["band", 5, 5, 5]);
  });

  const altered: [string, RegExp, (box: Box, world: Closed) => readonly Ballot[]][] = [
    ["a ballot without the issuer's mark, stuffed and receipted", /没有发票方签章/, (box) => [...box.ballots.slice(1), stuffed(box)]],
    ["a ballot whose body was exchanged", /票体和票头对不上/, (box) => [{ ...(box.ballots[0] as Ballot), body: (box.ballots[1] as Ballot).body }, ...box.ballots.slice(1)]],
    ["a ballot twice", /重复/, (box) => [box.ballots[0] as Ballot, ...box.ballots]],
  ];
  it.each(altered)("refuses an altered set under a closing that was signed and logged for it: %s", async (_, words, alter) => {
    const { world, box } = await voted();
    const text = box.close(alter(box, world));
    await expect(verify(world, one(box, text))).rejects.toThrow(words);
  });

  it("counts wrong proofs itself, and refuses another number of invalid ballots", async () => {
    const { world, box } = await voted();
    box.cast([1, 1], (body) => Uint8Array.from(body, (byte, at) => (at === body.length - 1 ? byte ^ 1 : byte)));
    await expect(verify(world, one(box, box.close(box.ballots, { invalid: 0 })))).rejects.toThrow(/验出 1 张无效，封箱单上写的是 0 张/);
    const honest = await verify(world, one(box, box.close(box.ballots, { invalid: 1 })));
    expect([honest.set.valid, honest.invalid]).toEqual([5, 1]);
  });

  it("refuses a second closing, also one that is signed and logged like the first", async () => {
    const { world, box } = await voted([...CHOICES, [2, 2]]);
    const first = one(box, box.close(box.ballots));
    await verify(world, first);
    await verify(world, first, {}, false); // looking twice at the same is no harm
    const second = one(box, box.close(box.ballots.slice(1)));
    await expect(verify(world, second, {}, false)).rejects.toThrow(/第二张封箱单/);
    await verify(world, second); // the control: a browser that never saw the first takes it
  });

  it("takes no sum from the server: what is opened was added up here from the bodies", async () => {
    const { world, box } = await voted();
    const forged = { sums: toHex(systemRandom(64)), a: [toHex(systemRandom(32))], b: [], valid: 1 };
    const set = await verify(world, one(box, box.close(box.ballots)), forged);
    const mine = new Sums(world.slate.gradeCounts);
    for (const { head, body } of box.ballots) mine.add(checkBody({ boxHash: box.manifest.hash, pk: parseHead(box.manifest, head).pk, keys: world.keyset.keys, grades: mine.grades }, body));
    expect(toHex(set.sums.toBytes())).toBe(toHex(mine.toBytes()));
    const other = box.ballots.slice(1).reduce((sum, { body }) => { sum.addCheckedBody(body); return sum; }, new Sums(world.slate.gradeCounts));
    expect(toHex(pointBytes(other.a[0] as never))).not.toBe(toHex(pointBytes(set.sums.a[0] as never)));
  });

  it("refuses bodies with one ballot held back, so that no sum is ever over fewer", async () => {
    const { world, box } = await voted();
    const text = box.close(box.ballots);
    const length = bodyLength(world.slate.gradeCounts);
    world.bodies.set(box.hex, (world.bodies.get(box.hex) as Bytes).slice(length));
    await expect(verify(world, one(box, text))).rejects.toThrow(/票体的份数/);
  });

  it("opens nothing of a box with a single ballot, whatever tier the server names", async () => {
    const { world, box } = await voted([[1, 1]]);
    const text = box.close(box.ballots);
    for (const tier of ["band", "two_way", "full"]) await expect(verify(world, one(box, text), { tier })).rejects.toThrow(/公布办法/);
    expect((await verify(world, one(box, text), { tier: "none" })).places).toEqual([]);
  });

  it("refuses a single-ballot box out of its pool, and the pool without it", async () => {
    const world = await makeClosed(3, "p");
    const counts = [1, 5, 5];
    const texts = new Map(world.boxes.map((box, b) => {
      for (let n = 0; n < (counts[b] as number); n++) box.cast([n % 4, 1]);
      return [box, box.close(box.ballots)] as const;
    }));
    const some = (keep: (b: number) => boolean) => new Map([...texts].filter((_, b) => keep(b)));
    await expect(verify(world, some((b) => b === 0), { tier: "none" })).rejects.toThrow(/不能这样开/);
    await expect(verify(world, some((b) => b > 0), { tier: "two_way" })).rejects.toThrow(/不能这样开/);
    expect((await verify(world, texts, { tier: "two_way" })).set.valid).toBe(11);
  });

  it("refuses a set that is not the one its name says, and a box listed twice", async () => {
    const { world, box } = await voted();
    const text = one(box, box.close(box.ballots));
    await expect(verify(world, text, { boxes: [box.hex, box.hex] })).rejects.toThrow(/列得不对/);
    await expect(verify(world, text, { boxes: [] })).rejects.toThrow(/列得不对/);
    box.close(box.ballots.slice(2));
    await expect(verify(world, text)).rejects.toThrow(/和封箱单算出来的不一样/);
  });

  it("refuses a close that is not in the log: without a proof, or with the proof of something else", async () => {
    const { world, box } = await voted();
    const text = one(box, box.close(box.ballots, { logged: false }));
    await expect(verify(world, text)).rejects.toThrow();
    world.files.delete(`/box/${box.hex}/closing.tlog-proof`);
    await expect(verify(world, text)).rejects.toThrow(/404/);
    expect((await verify(world, one(box, box.close(box.ballots)))).set.valid).toBe(5);
  });

  it("refuses more ballots than were given out", async () => {
    const { world, box } = await voted();
    await expect(verify(world, one(box, box.close(box.ballots, { issued: 4 })))).rejects.toThrow(/作废/);
  });
});

/** A ballot under a key that no issuer signed: the operator wants it counted, and gives it a receipt. */
function stuffed(box: Box): Ballot {
  const real = box.cast([1, 1]);
  box.ballots.pop();
  const head = real.head.slice();
  head.set(systemRandom(256), 66);
  head[66] = 0; // below the modulus
  return { ...real, head: concat(head) };
}
