/** What may follow "#" in the booth's address (docs/spec/ballot.md, "Two origins, demo, entering"); anything else is refused. */
import { fromBase64Url, Refused, type Bytes } from "../core/bytes.ts";

export type Entry =
  | { readonly kind: "none" }
  | { readonly kind: "poll"; readonly poll: string }
  | { readonly kind: "drawn"; readonly issuer: number; readonly status: number; readonly signatures: Bytes }
  | { readonly kind: "refused" };

const GREATEST_BOXES = 8;

export function readEntry(fragment: string): Entry {
  if (fragment === "") return { kind: "none" };
  const poll = /^p=([0-9a-f]{64})$/.exec(fragment)?.[1];
  if (poll !== undefined) return { kind: "poll", poll };
  const drawn = /^s=([A-Za-z0-9_-]{1,4200})$/.exec(fragment)?.[1];
  if (drawn === undefined) return { kind: "refused" };
  try {
    const bytes = fromBase64Url(drawn);
    const rest = bytes.length - 2;
    const whole = [256, 384].some((k) => rest % k === 0 && rest / k >= 1 && rest / k <= GREATEST_BOXES);
    if (!whole || (bytes[0] as number) >= 8 || (bytes[1] as number) > 7) return { kind: "refused" };
    return { kind: "drawn", issuer: bytes[0] as number, status: bytes[1] as number, signatures: bytes.slice(2) };
  } catch (error) {
    if (error instanceof Refused) return { kind: "refused" };
    throw error;
  }
}
