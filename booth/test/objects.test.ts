import { describe, expect, it } from "vitest";
import { toHex, type Bytes } from "../src/core/bytes.ts";
import { boxNumber, checkPoll, keySetBytes, parseBoxManifest, parseKeySet, parsePollManifest, parseSlate } from "../src/core/objects.ts";
import { hex, named, refusal, text, vectors } from "./vectors.ts";

const cases = vectors("objects");
const parsers: Record<string, (raw: Bytes) => { hash: Bytes }> = {
  slate: parseSlate,
  keyset: parseKeySet,
  box: parseBoxManifest,
  poll: parsePollManifest,
};

describe.each(Object.entries(parsers))("%s", (kind, parse) => {
  it("reads every good one and names it by its hash", () => {
    for (const one of cases[kind].good) expect(toHex(parse(text(one.text)).hash)).toBe(one.hash);
  });

  it.each(named(cases[kind].bad, "name"))("refuses %s", (_, c) => {
    expect(refusal(() => parse(text(c.text)))).toMatch(/^(BadObject|NotCanonical)/);
  });
});

describe("objects", () => {
  it("number a box by the first 80 bits of its hash", () => {
    for (const { hash, number } of cases.number) expect(boxNumber(hex(hash))).toBe(number);
  });

  it("write a key set as they read it", () => {
    for (const one of cases.keyset.good) expect(toHex(keySetBytes(parseKeySet(text(one.text))))).toBe(toHex(text(one.text)));
  });

  it("belong to their poll, in its order, with keys of their own", () => {
    const boxes = cases.box.good.map((one: { text: string }) => parseBoxManifest(text(one.text)));
    const poll = parsePollManifest(text(cases.poll.good[0].text));
    const own = poll.boxes.map((hash) => boxes.find((box: { hash: Bytes }) => toHex(box.hash) === toHex(hash)));
    checkPoll(poll, own);
    expect(refusal(() => checkPoll(poll, [...own].reverse()))).toMatch(/BadObject/);
    expect(refusal(() => checkPoll(poll, own.slice(1)))).toMatch(/BadObject/);
    const twin = { ...own[1], boxKey: own[0].boxKey };
    expect(refusal(() => checkPoll(poll, [own[0], twin, ...own.slice(2)]))).toMatch(/box_key/);
    const stray = { ...own[1], pollId: new Uint8Array(16) };
    expect(refusal(() => checkPoll(poll, [own[0], stray, ...own.slice(2)]))).toMatch(/poll_id/);
  });
});
