/**
 * The issuing desk in the frame of a device without a name: the member types the code here, on the site, where alone it is known; the
 * page around it learns that somebody types, and later the blind signatures. The code lives in this page and in no storage.
 */
import { entered } from "../app/door.ts";
import { CODE_SYMBOLS, codeOf } from "../app/code.ts";
import { askDesk, backFragment, readAsked, type Asked } from "../app/desk.ts";
import { ISSUE } from "../core/issuance.ts";

const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUP = 4;

function start(place: HTMLElement, booth: string): void {
  const form = document.getElementById("kiosk-form") as HTMLFormElement;
  const field = document.getElementById("code") as HTMLInputElement;
  const text = /^b=([A-Za-z0-9_-]+)$/.exec(entered)?.[1];
  const asked = text === undefined ? null : readAsked(text);
  if (asked === null || parent === window) return say(place, "bad");
  form.hidden = false;
  const tell = (word: "alive" | "busy") => parent.postMessage(word, booth);
  for (const touch of ["pointerdown", "keydown", "input"]) addEventListener(touch, () => tell("alive"), { capture: true });
  field.addEventListener("input", () => (field.value = grouped(field.value)));
  pad(field);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = codeOf(field.value);
    if (code === null) return say(place, "invalid");
    tell("busy");
    void ask(place, booth, asked, code).finally(() => tell("alive"));
  });
  field.focus();
}

/** Groups of four, as on the slip; a scanned address is left as it is. */
function grouped(typed: string): string {
  if (typed.includes("/")) return typed;
  const symbols = typed.toUpperCase().replace(/[^0-9A-Z]/g, "").slice(0, CODE_SYMBOLS);
  return (symbols.match(new RegExp(`.{1,${GROUP}}`, "g")) ?? []).join("-");
}

function pad(field: HTMLInputElement): void {
  const place = document.getElementById("pad") as HTMLElement;
  const press = (change: (text: string) => string) => {
    field.value = grouped(change(field.value));
  };
  const key = (label: string, change: (text: string) => string, name = label) => {
    const button = document.createElement("button");
    [button.type, button.textContent] = ["button", label];
    button.setAttribute("aria-label", name);
    button.addEventListener("click", () => press(change));
    return button;
  };
  for (const symbol of SYMBOLS) place.append(key(symbol, (text) => text + symbol));
  const { back = "", clear = "" } = place.dataset;
  place.append(key("⌫", (text) => text.replace(/-?.-?$/, ""), back), key(clear, () => ""));
}

async function ask(place: HTMLElement, booth: string, asked: Asked, code: string): Promise<void> {
  say(place, "waiting");
  document.getElementById("kiosk-form")?.toggleAttribute("inert", true);
  const said = await askDesk(place.dataset["issue"] ?? "/issue", code, asked);
  document.getElementById("kiosk-form")?.toggleAttribute("inert", false);
  if (typeof said === "string") return say(place, said);
  if (said.status === ISSUE.signed) {
    (document.getElementById("code") as HTMLInputElement).value = "";
    return location.replace(`${booth}/kiosk#${backFragment(Number(place.dataset["issuer"] ?? "0"), said)}`);
  }
  const reasons = JSON.parse(place.dataset["reasons"] ?? "{}") as Record<string, string>;
  say(place, "", reasons[String(said.status)]);
}

function say(place: HTMLElement, name: string, sentence?: string): void {
  const status = document.getElementById("kiosk-status") as HTMLElement;
  status.textContent = sentence ?? place.dataset[name] ?? "";
  status.classList.toggle("error", name !== "waiting");
  status.hidden = status.textContent === "";
}

const place = document.getElementById("kiosk-draw");
const booth = place?.dataset["booth"];
if (place && booth) start(place, booth);
