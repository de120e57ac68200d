/** What the site's pages say to the issuing desk: the code from a slip, the blinded bytes of the booth, the answer to hand back. */
import { concat, fromBase64Url, Refused, toBase64Url, u8, type Bytes } from "../core/bytes.ts";
import { drawRequest, ISSUE, REFUSAL_LENGTH } from "../core/issuance.ts";

export interface Asked {
  readonly pollHash: Bytes;
  /** The blinded bytes of all boxes, joined. */
  readonly blinded: Bytes;
}

const K = 256; // blinded bytes come in multiples of 256 or of 384

/** What follows "b=" in the address that the booth made; null if it is nothing of the kind. */
export function readAsked(text: string): Asked | null {
  try {
    const bytes = fromBase64Url(text);
    const rest = bytes.length - 32;
    if (rest <= 0 || rest > 8 * 384 || (rest % K !== 0 && rest % 384 !== 0)) return null;
    return { pollHash: bytes.slice(0, 32), blinded: bytes.slice(32) };
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

export interface Said {
  readonly status: number;
  /** Blind signatures of all boxes, joined; zeros on a refusal. */
  readonly signatures: Bytes;
  /** u16 length ‖ signed refusal, padded. */
  readonly refusal: Bytes;
}

export type Answer = Said | "lost" | "bad";

/** Asks the issuing desk once. "lost": no answer; "bad": an answer that is none. An empty code leaves it to the session. */
export async function askDesk(address: string, code: string, asked: Asked): Promise<Answer> {
  let raw: Bytes;
  try {
    const response = await fetch(address, {
      method: "POST",
      body: drawRequest(code, asked.pollHash, [asked.blinded]) as BufferSource,
      headers: { "Content-Type": "application/octet-stream", "X-Pingjia": "draw" },
      cache: "no-store",
      redirect: "error",
    });
    if (response.status !== 200) return "lost";
    raw = new Uint8Array(await response.arrayBuffer());
  } catch {
    return "lost";
  }
  const status = raw[0] as number;
  const rest = 1 + asked.blinded.length;
  if (raw.length !== rest + 2 + REFUSAL_LENGTH || status > ISSUE.busy) return "bad";
  return { status, signatures: raw.slice(1, rest), refusal: raw.slice(rest) };
}

/** The fragment with which the desk sends back to the booth. */
export function backFragment(issuer: number, said: Said): string {
  return `s=${toBase64Url(concat(u8(issuer), u8(said.status), said.signatures))}`;
}
