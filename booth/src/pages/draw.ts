/**
 * The issuing desk in the browser: brings the blinded bytes from the booth to /issue together with the slip's code, and the blind
 * signatures back. A request that was cut off is sent again with the same bytes and gets the same answer.
 */
import { entered } from "../app/door.ts";
import { concat, fromBase64Url, Refused, toBase64Url, toHex, u8, type Bytes } from "../core/bytes.ts";
import { drawRequest, ISSUE, REFUSAL_LENGTH } from "../core/issuance.ts";

interface Asked {
  readonly pollHash: Bytes;
  /** The blinded bytes of all boxes, joined. */
  readonly blinded: Bytes;
}

const WAITING = "draw"; // what this tab still has to ask, should the page be loaded again
const K = 256; // blinded bytes come in multiples of 256 or of 384

function readAsked(text: string): Asked | null {
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

function start(): void {
  const place = document.getElementById("draw");
  const booth = place?.dataset["booth"];
  if (!place || !booth) return;
  const text = /^b=([A-Za-z0-9_-]+)$/.exec(entered)?.[1] ?? sessionStorage.getItem(WAITING);
  const asked = text === null ? null : readAsked(text);
  if (asked === null) return say(place, "bad", false);
  // Anybody can write an address with bytes of their own; a log-in alone must not draw for whoever follows it.
  if (keptFor(asked, "code") === null && keptFor(asked, "login") === null) return say(place, "astray", false);
  sessionStorage.setItem(WAITING, text as string);
  const again = document.getElementById("draw-retry");
  again?.addEventListener("click", () => void ask(place, booth, asked, "retry"));
  void ask(place, booth, asked, "waiting");
}

/** What the site's door kept for this tab: the slip's code, or that the member goes by log-in. */
function keptFor(asked: Asked, what: "code" | "login"): string | null {
  return sessionStorage.getItem(`${what}:${toHex(asked.pollHash)}`);
}

async function ask(place: HTMLElement, booth: string, asked: Asked, words: string): Promise<void> {
  say(place, words, true);
  const code = keptFor(asked, "code") ?? "";
  let answer: Bytes;
  try {
    const response = await fetch(place.dataset["issue"] ?? "/issue", {
      method: "POST",
      body: drawRequest(code, asked.pollHash, [asked.blinded]) as BufferSource,
      headers: { "Content-Type": "application/octet-stream", "X-Pingjia": "draw" },
      cache: "no-store",
      redirect: "error",
    });
    if (response.status !== 200) return say(place, "lost", false);
    answer = new Uint8Array(await response.arrayBuffer());
  } catch {
    return say(place, "lost", false);
  }
  const status = answer[0] as number;
  if (answer.length !== 3 + asked.blinded.length + REFUSAL_LENGTH || status > ISSUE.busy) return say(place, "bad", false);
  const issuer = Number(place.dataset["issuer"] ?? "0");
  const back = `${booth}/#s=${toBase64Url(concat(u8(issuer), u8(status), answer.slice(1, 1 + asked.blinded.length)))}`;
  sessionStorage.removeItem(WAITING);
  if (status === ISSUE.signed) {
    for (const what of ["code", "login"]) sessionStorage.removeItem(`${what}:${toHex(asked.pollHash)}`);
    return location.replace(back);
  }
  const reasons = JSON.parse(place.dataset["reasons"] ?? "{}") as Record<string, string>;
  say(place, "", false, reasons[String(status)]);
  const link = document.getElementById("draw-back") as HTMLAnchorElement | null;
  if (link !== null) link.href = back;
  offerRefusal(place, answer.slice(1 + asked.blinded.length));
  const again = document.getElementById("draw-retry");
  if (again !== null) again.hidden = status !== ISSUE.busy && status !== ISSUE.malformed;
}

/** The signed no may be saved: it proves that the desk refused. `data-save` holds the link's words. */
function offerRefusal(place: HTMLElement, field: Bytes): void {
  const length = ((field[0] as number) << 8) | (field[1] as number);
  const words = place.dataset["save"];
  if (length === 0 || words === undefined || document.getElementById("draw-save") !== null) return;
  const link = document.createElement("a");
  link.id = "draw-save";
  link.download = "refusal.txt";
  link.href = `data:text/plain,${toBase64Url(field.slice(2, 2 + length))}`;
  link.textContent = words;
  document.getElementById("draw-actions")?.append(link);
}

/** Puts a sentence (by the name of the page's data attribute, or given) where the screen reader says it. */
function say(place: HTMLElement, name: string, working: boolean, sentence?: string): void {
  const status = document.getElementById("draw-status");
  if (status !== null) status.textContent = sentence ?? place.dataset[name] ?? "";
  document.getElementById("draw-progress")?.toggleAttribute("hidden", working === false);
  document.getElementById("draw-actions")?.toggleAttribute("hidden", working);
  document.getElementById("draw-retry")?.toggleAttribute("hidden", name === "bad" || name === "astray");
}

start();
