/** Requests to the booth: no cookie, no referrer, nothing kept by the browser's cache. */
import { Refused, type Bytes } from "../core/bytes.ts";

/** The other side was not reached, or answered with something that is not an answer. */
export class Unreachable extends Error {
  override name = "Unreachable";
  constructor(readonly status: number) {
    super(`no answer (${status})`);
  }
}

const QUIET: RequestInit = { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer", redirect: "error" };
const PATIENCE = 30_000;

/** The body of a 200 answer; Unreachable otherwise (status 0: no connection). */
export async function get(path: string): Promise<Bytes> {
  return request(path, {});
}

export async function post(path: string, body: Bytes): Promise<Bytes> {
  return request(path, { method: "POST", body: body as BufferSource, headers: { "Content-Type": "application/octet-stream" } });
}

async function request(path: string, extra: RequestInit): Promise<Bytes> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  let status = 0;
  try {
    const answer = await fetch(path, { ...QUIET, ...extra, signal: stop.signal });
    status = answer.status;
    if (status === 200) return new Uint8Array(await answer.arrayBuffer());
  } catch {
    throw new Unreachable(0);
  } finally {
    clearTimeout(timer);
  }
  throw new Unreachable(status);
}

/** JSON to the scrutineers' relay; the answer as the relay gave it. */
export async function relay(step: string, question: object): Promise<Record<string, unknown>> {
  const raw = await relayBytes(step, question);
  try {
    const answer: unknown = JSON.parse(new TextDecoder().decode(raw));
    if (typeof answer === "object" && answer !== null) return answer as Record<string, unknown>;
  } catch {
    // falls through: not JSON
  }
  throw new Refused("the relay's answer is not JSON");
}

export async function relayBytes(step: string, question: object): Promise<Bytes> {
  return request(`/relay/${step}`, {
    method: "POST",
    body: JSON.stringify(question),
    headers: { "Content-Type": "application/json" },
  });
}
