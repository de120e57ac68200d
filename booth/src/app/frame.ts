/** What stands around every view: name, language, letter size, the practice banner, the links below. */
import { byId, h, type Child } from "./dom.ts";
import { currentLanguage, setLanguage, startWords, t } from "./words.ts";

export interface View {
  /** One sentence about the state of things: the page's heading and title. */
  readonly heading: string;
  readonly content: readonly Child[];
  /** Replaces the plain heading, and must hold the h1. */
  readonly banner?: HTMLElement;
  readonly wide?: boolean;
}

let current: () => View = () => ({ heading: "", content: [] });
let practice = false;
let site = "";
let nameless = false;

/** Draws the frame; `name` (Chinese) is what this page is for. A device without a name has large type, no links, and keeps nothing. */
export function startFrame(english: Readonly<Record<string, string>>, name: string, kiosk = false): void {
  nameless = kiosk;
  startWords(english);
  document.documentElement.classList.toggle("large", kiosk || keptSize());
  drawFrame(name);
}

/** From trust.json: where the pages with explanations are. */
export function setSite(origin: string, name: string): void {
  site = origin;
  drawFrame(name);
}

export function setPractice(on: boolean, name: string): void {
  practice = on;
  drawFrame(name);
}

function drawFrame(name: string): void {
  const other = currentLanguage() === "zh" ? "en" : "zh";
  const language = h("button", { type: "button", lang: other === "zh" ? "zh-Hans" : "en" }, other === "zh" ? "中文" : "English");
  language.addEventListener("click", () => {
    setLanguage(other, !nameless);
    drawFrame(name);
    redraw();
  });
  const large = document.documentElement.classList.contains("large");
  const size = h("button", { type: "button", "aria-pressed": String(large) }, t("大字"));
  size.addEventListener("click", () => {
    const now = document.documentElement.classList.toggle("large");
    if (!nameless) keepSize(now);
    drawFrame(name);
  });
  const mark = h("img", { src: "/assets/mark.svg", alt: "", width: 32, height: 32 });
  byId("top").replaceChildren(h("span", { class: "brand" }, mark, `${t("评家")} · ${t(name)}`), h("span", {}, size, language));
  byId("banner").hidden = !practice;
  byId("banner").textContent = practice ? t("演练：这里投的票只供练习，不算数") : "";
  if (nameless) return byId("bottom").replaceChildren();
  const links = [["/", "投票"], ["/check", "查票"], ["/verify", "复核票箱"]] as const;
  const here = location.pathname;
  byId("bottom").replaceChildren(
    ...links.filter(([path]) => path !== here).map(([path, words]) => h("a", { href: path }, t(words))),
    site === "" ? "" : h("a", { href: `${site}/who-sees-what`, target: "_blank", rel: "noopener noreferrer" }, t("谁能看到什么")),
  );
}

/** Shows a view. It is made again when the language changes, so what was entered must live outside of it. */
export function show(make: () => View): void {
  current = make;
  redraw();
  window.scrollTo(0, 0);
  document.querySelector<HTMLElement>("#page h1")?.focus({ preventScroll: true });
}

export function redraw(): void {
  const view = current();
  const page = byId("page");
  page.className = view.wide === true ? "wide" : "";
  const top = view.banner ?? h("h1", {}, view.heading);
  const holder = h("div", {}, ...view.content);
  page.replaceChildren(top, ...holder.childNodes);
  page.querySelector("h1")?.setAttribute("tabindex", "-1");
  document.title = `${view.heading} · ${t("评家")}`;
}

const SIZE = "pingjia-large";

function keptSize(): boolean {
  try {
    return localStorage.getItem(SIZE) === "1";
  } catch {
    return false;
  }
}

function keepSize(large: boolean): void {
  try {
    localStorage.setItem(SIZE, large ? "1" : "0");
  } catch {
    // The size then lasts as long as the page.
  }
}
