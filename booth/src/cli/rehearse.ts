/**
 * A hall of members on real client code: the same modules as the member's page, each member with an own empty storage, so many of them
 * at once. Reads one JSON object from standard input, prints one; `pingjia rehearse` prepares the server and judges the answer.
 *   {"site","booth","poll","browsers","lose","members":[{"code","choices":[…]}]}     lose: of so many in a thousand answers the network
 *                                                                                    loses the answer after the server gave it
 */
import { setDefaultAutoSelectFamilyAttemptTimeout } from "node:net";
import { drawAddress, dropAll, phaseOf, rowsOf, seal, startDrawing, takeDrawn } from "../app/ballots.ts";
import { askDesk, readAsked, type Asked } from "../app/desk.ts";
import { fillEnvelope } from "../app/envelope.ts";
import { get, post, Unreachable } from "../app/net.ts";
import { boxState, fetchPoll, type PollFiles } from "../app/pollfiles.ts";
import type { Cast } from "../app/rows.ts";
import { PlainStore } from "../app/store.ts";
import { ballotOf } from "../app/vote/session.ts";

interface Member {
  readonly code: string;
  readonly choices: readonly number[];
}

interface Hall {
  readonly site: string;
  readonly booth: string;
  readonly poll: string;
  readonly browsers: number;
  readonly lose: number;
  readonly members: readonly Member[];
}

const STEPS = ["papers", "keys", "draw", "fill", "drop", "whole"] as const;
type Step = (typeof STEPS)[number];
const MOST_TRIES = 50;
const took: Record<Step, number[]> = { papers: [], keys: [], draw: [], fill: [], drop: [], whole: [] };
const retries: Record<string, number> = {};
let lost = 0;

/** A browser's own storage. */
class Shelf implements Storage {
  #kept = new Map<string, string>();
  get length(): number { return this.#kept.size; }
  clear(): void { this.#kept.clear(); }
  getItem(key: string): string | null { return this.#kept.get(key) ?? null; }
  key(n: number): string | null { return [...this.#kept.keys()][n] ?? null; }
  removeItem(key: string): void { this.#kept.delete(key); }
  setItem(key: string, value: string): void { this.#kept.set(key, value); }
}

/** Pages ask their own origin by path; answers get lost by a fixed pattern, so that a run can be repeated. */
function layCable({ booth, lose }: Hall): void {
  setDefaultAutoSelectFamilyAttemptTimeout(30_000); // Node gives up on an address after 250 ms, which a browser does not
  const real = globalThis.fetch;
  let asked = 0;
  let due = 0;
  globalThis.fetch = async (input, init) => {
    const answer = await real(new URL(String(input), booth), init);
    asked += 1;
    due += lose;
    if (asked > 1 && due >= 1000) {
      due -= 1000;
      lost += 1;
      await answer.arrayBuffer();
      throw new TypeError("the answer was lost");
    }
    return answer;
  };
}

async function timed<T>(step: Step, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const made = await work();
  took[step].push(performance.now() - start);
  return made;
}

function noteRetry(why: string): void {
  retries[why] = (retries[why] ?? 0) + 1;
}

/** As a member presses “再试一次”. */
async function again<T>(work: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    try {
      const made = await work();
      if (made !== null) return made;
      noteRetry("busy or lost");
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      noteRetry(error.status === 0 ? "lost" : `status ${error.status}`);
    }
  }
  throw new Error("gave up");
}

async function draw(hall: Hall, store: PlainStore, poll: PollFiles, code: string): Promise<void> {
  const address = drawAddress(poll, await rowsOf(store, poll));
  const asked = readAsked(address.split("#b=")[1] as string) as Asked;
  const said = await again(async () => {
    const answer = await askDesk(`${hall.site}/issue`, code, asked);
    return typeof answer === "string" || answer.status === 7 ? null : answer;
  });
  if (said.status !== 0) throw new Error(`not drawn: ${said.status}`);
  const drawn = await takeDrawn(store, poll, 0, said.signatures);
  if (drawn !== "held") throw new Error(`drawn: ${drawn}`);
}

async function drop(store: PlainStore, poll: PollFiles): Promise<void> {
  const status = await again(async () => {
    const answer = await dropAll(store, poll, post);
    return answer === 7 ? null : answer;
  });
  if (status !== 0) throw new Error(`not dropped: ${status}`);
}

/** One member from the scanned slip to the verified receipt; returns the ballot's leaf. */
async function vote(hall: Hall, member: Member): Promise<string> {
  const store = new PlainStore(new Shelf());
  const poll = await timed("papers", () => again(() => fetchPoll(get, hall.poll)));
  if ((await again(() => boxState(get, ballotOf(poll).hex))) !== "open") throw new Error("the box is not open");
  await timed("keys", () => startDrawing(store, poll));
  await timed("draw", () => draw(hall, store, poll, member.code));
  await timed("fill", async () => {
    const rows = await rowsOf(store, poll);
    await seal(store, poll, rows, (files, pk) => fillEnvelope(files, { choices: member.choices, words: "" }, pk));
  });
  await timed("drop", () => drop(store, poll));
  const rows = await rowsOf(store, poll);
  if (phaseOf(poll, rows) !== "cast") throw new Error("no receipt");
  return (rows.find((row) => row.box === ballotOf(poll).hex) as Cast).leaf;
}

function share(times: readonly number[], of: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  const at = sorted[Math.min(sorted.length - 1, Math.floor(of * sorted.length))] ?? 0;
  return Math.round(at * 10) / 10;
}

async function main(): Promise<void> {
  let text = "";
  for await (const chunk of process.stdin) text += String(chunk);
  const hall = JSON.parse(text) as Hall;
  layCable(hall);
  const start = performance.now();
  const waiting = [...hall.members];
  const leaves: string[] = [];
  const errors: string[] = [];
  const browser = async () => {
    for (let member = waiting.pop(); member !== undefined; member = waiting.pop()) {
      const who = member;
      try {
        leaves.push(await timed("whole", () => vote(hall, who)));
      } catch (error) {
        errors.push(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: hall.browsers }, browser));
  const steps = Object.fromEntries(STEPS.map((step) => [step, { p50: share(took[step], 0.5), p99: share(took[step], 0.99) }]));
  process.stdout.write(`${JSON.stringify({ errors, leaves, lost, retries, seconds: (performance.now() - start) / 1000, steps })}\n`);
}

await main();
