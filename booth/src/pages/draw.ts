/**
 * The issuing desk in the browser: brings the blinded bytes from the booth to /issue together with the slip's code, and the blind
 * signatures back. A request that was cut off is sent again with the same bytes and gets the same answer.
 */
import { entered } from "../app/door.ts";
import { askDesk, backFragment, readAsked, type Asked } from "../app/desk.ts";
import { toBase64Url, toHex, type Bytes } from "../core/bytes.ts";
import { ISSUE } from "../core/issuance.ts";

const WAITING = "draw"; // what this tab still has to ask, should the page be loaded again

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
  const said = await askDesk(place.dataset["issue"] ?? "/issue", code, asked);
  if (typeof said === "string") return say(place, said, false);
  const { status } = said;
  const back = `${booth}/#${backFragment(Number(place.dataset["issuer"] ?? "0"), said)}`;
  sessionStorage.removeItem(WAITING);
  if (status === ISSUE.signed) {
    for (const what of ["code", "login"]) sessionStorage.removeItem(`${what}:${toHex(asked.pollHash)}`);
    return location.replace(back);
  }
  const reasons = JSON.parse(place.dataset["reasons"] ?? "{}") as Record<string, string>;
  say(place, "", false, reasons[String(status)]);
  const link = document.getElementById("draw-back") as HTMLAnchorElement | null;
  if (link !== null) link.href = back;
  offerRefusal(place, said.refusal);
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
