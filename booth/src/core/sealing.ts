/** Dealing the keys of a poll, opening one's own share, accepting the key set (docs/spec/ballot.md §10.2, §10.3). */
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal, Refused, systemRandom, u8, type Bytes, type Random } from "./bytes.ts";
import { add, IDENTITY, L, mulBase, mulPublic, randomScalar, scalar, scalarBytes, type Point } from "./group.ts";
import * as hpke from "./hpke.ts";
import { keySetBytes, parseKeySet, type KeySet, type Scrutineer } from "./keyset.ts";
import { ACCEPT, SHARE } from "./labels.ts";
import * as shamir from "./shamir.ts";
import { sign, verify } from "./signing.ts";

/** A share that does not open, or does not fit the commitments of its key set. */
export class BadShare extends Refused {
  override name = "BadShare";
}

/** What scrutineer i (from 1) holds: f_1(i) … f_K(i), and 33 bytes of the opinion key. */
export interface Share {
  readonly i: number;
  readonly values: readonly bigint[];
  readonly opinion: Bytes;
}

/** The key set and the sealed shares, in the order of the scrutineers. */
export interface Deal {
  readonly keyset: Bytes;
  readonly sealed: readonly Bytes[];
}

export interface DealTo {
  readonly pollId: Bytes;
  readonly scrutineers: readonly Scrutineer[];
  /** K, the greatest number of grades. */
  readonly grades: number;
  readonly t: number;
}

/** Deals K keys t-of-n. The secret lives in this call only; JavaScript cannot wipe it, so the page reloads afterwards. */
export async function deal(to: DealTo, random: Random = systemRandom): Promise<Deal> {
  const { pollId, scrutineers, grades, t } = to;
  const polynomials = Array.from({ length: grades }, () => Array.from({ length: t }, () => randomScalar(random)));
  const opinionKey = hpke.newPrivateKey(random);
  const opinionShares = shamir.split(opinionKey, scrutineers.length, t, random);
  const sealed: Bytes[] = [];
  for (const [at, person] of scrutineers.entries()) {
    const values = polynomials.map((f) => evaluate(f, at + 1));
    const share = concat(...values.map(scalarBytes), opinionShares[at] as Bytes);
    sealed.push(await hpke.seal(person.exchange, shareInfo(pollId, at + 1), share, random));
  }
  const keyset = keySetBytes({
    commitments: polynomials.map((f) => f.map(mulBase)),
    opinionPublic: hpke.publicKey(opinionKey),
    pollId,
    scrutineers,
    shareHash: sealed.map((share) => sha256(share)),
    t,
  });
  parseKeySet(keyset); // what we write, everybody must be able to read
  return { keyset, sealed };
}

/** f(i) mod L, coefficients from the constant one up. */
function evaluate(f: readonly bigint[], i: number): bigint {
  return f.reduceRight((sum, a) => (sum * BigInt(i) + a) % L, 0n);
}

/** HPKE info of share i. */
export function shareInfo(pollId: Bytes, i: number): Bytes {
  return concat(SHARE, pollId, u8(i));
}

/** Opens the share of scrutineer i and checks it against the commitments; throws BadShare. */
export async function openShare(keyset: KeySet, i: number, exchange: Bytes, sealed: Bytes): Promise<Share> {
  const named = keyset.shareHash[i - 1];
  check(named !== undefined && equal(sha256(sealed), named), "not the sealed share that the key set names");
  let raw: Bytes;
  try {
    raw = await hpke.open(exchange, shareInfo(keyset.pollId, i), sealed);
  } catch {
    throw new BadShare("this card does not open this share");
  }
  const split = 32 * keyset.commitments.length;
  check(raw.length === split + shamir.SHARE_LENGTH && raw[split] === i, "a share of another shape");
  const values = keyset.commitments.map((_, k) => shareScalar(raw.slice(32 * k, 32 * (k + 1))));
  values.forEach((x, k) => check(mulBase(x).equals(publicShare(keyset, i, 1 << k)), "a share does not fit the commitments"));
  return { i, values, opinion: raw.slice(split) };
}

function shareScalar(raw: Bytes): bigint {
  try {
    return scalar(raw);
  } catch {
    throw new BadShare("a share is no scalar");
  }
}

/** Y = Σ_{k∈mask} Σ_d i^d · commitments[k][d]: the public half of what scrutineer i holds for the mask. */
export function publicShare(keyset: Pick<KeySet, "commitments">, i: number, mask: number): Point {
  let total = IDENTITY;
  keyset.commitments.forEach((row, k) => {
    if (!((mask >> k) & 1)) return;
    row.forEach((commitment, d) => (total = add(total, mulPublic(commitment, BigInt(i) ** BigInt(d)))));
  });
  return total;
}

/** What a scrutineer signs after a good share. */
export function acceptanceMessage(keysetHash: Bytes): Bytes {
  return concat(ACCEPT, keysetHash);
}

export function accept(keyset: Pick<KeySet, "hash">, signSeed: Bytes): Bytes {
  return sign(signSeed, acceptanceMessage(keyset.hash));
}

/** Numbers of the scrutineers whose acceptance is missing or wrong in accepts.bin (64 bytes each, in order). */
export function missingAcceptances(keyset: KeySet, accepts: Bytes): number[] {
  const message = acceptanceMessage(keyset.hash);
  return keyset.scrutineers
    .map((_, at) => at + 1)
    .filter((i) => !verify((keyset.scrutineers[i - 1] as Scrutineer).key, accepts.slice(64 * (i - 1), 64 * i), message));
}

function check(condition: unknown, why: string): asserts condition {
  if (!condition) throw new BadShare(why);
}
