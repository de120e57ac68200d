/** Addresses, trust, receipts, words: what the pages take in and what they say. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readEntry } from "../src/app/fragment.ts";
import { fetchPoll } from "../src/app/pollfiles.ts";
import { findReceipt, receiptText } from "../src/app/receipts.ts";
import { parseTrust } from "../src/app/trust.ts";
import { english as ceremony } from "../src/app/english/ceremony.ts";
import { english as check } from "../src/app/english/check.ts";
import { english as kiosk } from "../src/app/english/kiosk.ts";
import { english as vote } from "../src/app/english/vote.ts";
import { concat, fromUtf8, Refused, systemRandom, toBase64Url, toHex, utf8 } from "../src/core/bytes.ts";
import { makeWorld } from "./world.ts";

test("an address carries a poll, or an issuer's answer, or it is refused", () => {
  expect(readEntry("")).toEqual({ kind: "none" });
  expect(readEntry(`p=${"ab".repeat(32)}`)).toEqual({ kind: "poll", poll: "ab".repeat(32) });
  const drawn = (length: number) => `s=${toBase64Url(concat(Uint8Array.of(0, 2), new Uint8Array(length)))}`;
  for (const length of [256, 512, 8 * 256, 384, 768]) expect(readEntry(drawn(length))).toMatchObject({ kind: "drawn", issuer: 0, status: 2 });
  for (const length of [0, 255, 257, 300, 9 * 384]) expect(readEntry(drawn(length))).toEqual({ kind: "refused" });
  for (const bad of [`p=${"AB".repeat(32)}`, `p=${"ab".repeat(31)}`, "p=", "s=", "s=!", "q=1", `p=${"ab".repeat(32)}&x=1`, `${drawn(256)}=`]) {
    expect(readEntry(bad)).toEqual({ kind: "refused" });
  }
  expect(readEntry(`s=${toBase64Url(concat(Uint8Array.of(9, 0), new Uint8Array(256)))}`)).toEqual({ kind: "refused" });
  expect(readEntry(`s=${toBase64Url(concat(Uint8Array.of(0, 8), new Uint8Array(256)))}`)).toEqual({ kind: "refused" });
});

test("keys that were built into the page and keys of the booth must be the same bytes", async () => {
  const { trust } = await makeWorld({ opinions: false });
  expect(parseTrust(trust, "").pinned).toBe(false);
  expect(parseTrust(trust, fromUtf8(trust)).pinned).toBe(true);
  expect(() => parseTrust(trust, fromUtf8(trust).replace("site0", "site9"))).toThrow(Refused);
});

test("every paper of a poll is held against its hash and the log", async () => {
  const world = await makeWorld();
  const poll = await fetchPoll(world.get, world.pollHex);
  expect(poll.boxes.map(({ box }) => box.kind)).toEqual(["ballot", "opinion"]);
  const hexes = [world.pollHex, ...poll.boxes.map(({ hex }) => hex), toHex(poll.boxes[0]?.keyset.hash as Uint8Array)];
  for (const path of hexes.flatMap((hex) => [`/o/${hex}.json`, `/o/${hex}.tlog-proof`])) {
    const whole = world.files.get(path) as Uint8Array;
    const changed = whole.slice();
    changed[changed.length - 9] = (changed[changed.length - 9] as number) ^ 1;
    world.files.set(path, changed);
    await expect(fetchPoll(world.get, world.pollHex)).rejects.toBeInstanceOf(Refused);
    world.files.set(path, whole);
  }
  await fetchPoll(world.get, world.pollHex);
});

test("a receipt is found in what people paste", () => {
  const receipt = { boxHash: systemRandom(32), leaf: systemRandom(32), signature: systemRandom(64) };
  const text = receiptText(receipt);
  const pasted = [text, ` ${text}\n`, `评家 回执\r\nABCD-EFGH\r\n\r\n${text}\r\n\r\n完`, `${text.slice(0, 60)}\n${text.slice(60, 120)}\n${text.slice(120)}`];
  for (const one of pasted) expect(findReceipt(one)).toEqual(receipt);
  for (const bad of ["", "ABCD-EFGH", text.slice(1), `${text}A`]) expect(() => findReceipt(bad)).toThrow(Refused);
});

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : path.endsWith(".ts") ? [path] : [];
  });
}

/** Every Chinese text in a source file that goes through t() or is kept for it, comments left out. */
function sentences(path: string): string[] {
  const source = readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  return [...source.matchAll(/"([^"`\n]*[\u3400-\u9fff][^"`\n]*)"/g)].map((match) => match[1] as string);
}

const SOURCE = join(import.meta.dirname, "..", "src");
const SHARED = files(join(SOURCE, "app")).filter((path) => !/english|ceremony|vote|check|kiosk|grades/.test(path));

test.each([
  ["vote", vote, [...SHARED, ...files(join(SOURCE, "app", "vote")), join(SOURCE, "pages", "vote.ts")]],
  ["kiosk", kiosk, [...SHARED, ...["vote", "kiosk"].flatMap((name) => files(join(SOURCE, "app", name))), join(SOURCE, "pages", "kiosk.ts")]],
  ["check", check, [...files(join(SOURCE, "app", "check")), join(SOURCE, "pages", "check.ts")]],
  ["ceremony", ceremony, [...files(join(SOURCE, "app", "ceremony")), join(SOURCE, "pages", "ceremony.ts")]],
] as const)("every sentence of the %s page has its English, with the same blanks", (_name, english, paths) => {
  const said = new Set(paths.flatMap(sentences).filter((sentence) => !/^[、，：]$|^中文$/.test(sentence)));
  for (const sentence of said) {
    expect(english, sentence).toHaveProperty([sentence]);
    const blanks = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).filter((name) => name !== "s").sort();
    expect(blanks(english[sentence] as string), sentence).toEqual(blanks(sentence));
  }
  expect(Object.values(english).filter((text) => /[\u3400-\u9fff]/.test(text))).toEqual([]);
});

test("members never read a word of the trade of cryptography", () => {
  const words = [...Object.keys(vote), ...Object.values(vote), ...Object.keys(check), ...Object.values(check), ...Object.keys(kiosk), ...Object.values(kiosk)].join("\n");
  expect(words).not.toMatch(/token|hash|blind|cipher|crypt|令牌|哈希|盲签|密文/i);
});

test("no English is left over from a sentence that nobody says any more", () => {
  const said = new Set(files(SOURCE).filter((path) => !/english/.test(path)).flatMap(sentences));
  for (const key of Object.keys({ ...vote, ...check, ...ceremony, ...kiosk })) expect(said.has(key), key).toBe(true);
});

test("English words are not duplicated between dictionaries with another meaning", () => {
  for (const key of Object.keys(vote).filter((key) => key in check)) expect(vote[key]).toBe(check[key]);
  expect(utf8(Object.keys(vote).join("")).length).toBeGreaterThan(0);
});
