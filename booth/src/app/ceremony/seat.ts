/** One scrutineer at the ceremony: what the relay says about the poll, and asking it for the next step. */
import { fromHex, Refused, toHex, type Bytes } from "../../core/bytes.ts";
import { boxNumber } from "../../core/crockford.ts";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat } from "../../core/bytes.ts";
import { parseKeySet, type KeySet } from "../../core/keyset.ts";
import { openShare, type Share } from "../../core/sealing.ts";
import type { CardKeys } from "../../core/cards.ts";
import { relay, relayBytes } from "../net.ts";

export interface Person {
  readonly i: number;
  readonly name: string;
  /** Hex, empty before enrolment. */
  readonly key: string;
  readonly exchange: string;
  readonly accepted: boolean;
  readonly contributed: boolean;
}

export interface SetInfo {
  readonly id: string;
  readonly boxes: readonly string[];
  readonly tier: string;
  readonly result: boolean;
  /** Who cosigned the checkpoint of the closings, and who is still asked for; the page verifies it itself. */
  readonly witnesses: { readonly found: readonly string[]; readonly lacking: number; readonly waiting: readonly string[] };
}

export interface BoxInfo {
  readonly box_hash: string;
  readonly title: string;
  readonly kind: "ballot" | "opinion";
  readonly pool: string;
  readonly returned: number;
  readonly issued: number;
}

/** The relay's view of the poll. It chooses the step; every number and key that counts is verified from signed files. */
export interface PollState {
  readonly poll_id: string;
  readonly title: string;
  readonly practice: boolean;
  readonly state: string;
  readonly n: number;
  readonly t: number;
  readonly grades: number;
  readonly subjects: number;
  readonly with_opinions: boolean;
  readonly scrutineers: readonly Person[];
  readonly poll_hash: string;
  readonly keyset: string;
  readonly boxes: readonly BoxInfo[];
  readonly sets: readonly SetInfo[];
}

/** The relay said no, for a reason that it names. */
export class Declined extends Error {
  override name = "Declined";
  constructor(readonly reason: string) {
    super(reason);
  }
}

export class Seat {
  private constructor(
    readonly code: string,
    readonly i: number,
    public state: PollState,
  ) {}

  static async take(code: string): Promise<Seat> {
    const answer = await said("enter", { code });
    return new Seat(code, Number(answer["i"]), answer["poll"] as PollState);
  }

  get me(): Person {
    const me = this.state.scrutineers.find((person) => person.i === this.i);
    if (me === undefined) throw new Refused("the relay does not list this seat");
    return me;
  }

  get pollId(): Bytes {
    return fromHex(this.state.poll_id, 16);
  }

  ask(step: string, question: object): Promise<Record<string, unknown>> {
    return said(step, { code: this.code, ...question });
  }

  askBytes(step: string, question: object): Promise<Bytes> {
    return relayBytes(step, { code: this.code, ...question });
  }

  /** Reads the state again; true if anything changed. */
  async refresh(): Promise<boolean> {
    const before = JSON.stringify(this.state);
    this.state = (await this.ask("enter", {}))["poll"] as PollState;
    return JSON.stringify(this.state) !== before;
  }

  /** The key set and the own share of it, opened with the card; BadShare if anything does not fit. */
  async share(keys: CardKeys): Promise<{ keyset: KeySet; share: Share }> {
    const answer = await this.ask("share", {});
    const keyset = parseKeySet(new TextEncoder().encode(String(answer["keyset"])));
    return { keyset, share: await openShare(keyset, this.i, keys.exchange, fromHex(String(answer["share"]))) };
  }
}

async function said(step: string, question: object): Promise<Record<string, unknown>> {
  const answer = await relay(step, question);
  if (answer["ok"] !== true) throw new Declined(String(answer["reason"] ?? ""));
  return answer;
}

/** What a scrutineer reads aloud, so that all know that the keys on the screen are those of the people in the hall. */
export function fingerprint(person: Pick<Person, "key" | "exchange">): string {
  return boxNumber(sha256(concat(fromHex(person.key), fromHex(person.exchange))));
}

export function sameScrutineers(keyset: KeySet, state: PollState): boolean {
  const listed = state.scrutineers.map((person) => `${person.name} ${person.key} ${person.exchange}`);
  return listed.join() === keyset.scrutineers.map((s) => `${s.name} ${toHex(s.key)} ${toHex(s.exchange)}`).join();
}
