/**
 * The words of a page: Chinese is the source, English is looked up by it. The language comes from ?lang=, from an earlier choice,
 * or from the browser.
 */
export type Language = "zh" | "en";

const KEPT = "pingjia-language";
let english: Readonly<Record<string, string>> = {};
let language: Language = "zh";

export function startWords(dictionary: Readonly<Record<string, string>>): void {
  english = dictionary;
  const asked = new URLSearchParams(location.search).get("lang") ?? kept();
  const found = asked ?? navigator.language;
  setLanguage(/^en\b/i.test(found) || (asked === null && !/^zh/i.test(found)) ? "en" : "zh", asked !== null);
}

export function currentLanguage(): Language {
  return language;
}

export function setLanguage(next: Language, keep = true): void {
  language = next;
  document.documentElement.lang = next === "zh" ? "zh-Hans" : "en";
  if (!keep) return;
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // Storage may be switched off; the language then lasts as long as the page.
  }
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** The sentence in the page's language; {name} is replaced by values.name, and {s} by the plural ending for values.n. */
export function t(chinese: string, values: Readonly<Record<string, string | number>> = {}): string {
  const pattern = language === "zh" ? chinese : (english[chinese] ?? chinese);
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => {
    if (name === "s" && !("s" in values)) return values["n"] === 1 ? "" : "s";
    return name in values ? String(values[name]) : whole;
  });
}

const ZONE = "Asia/Shanghai";

/** "12月5日 周五 18:00" / "Fri 5 Dec, 18:00" (China Standard Time). */
export function moment(iso: string): string {
  const date = new Date(iso);
  const day = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    day: "numeric",
    month: language === "zh" ? "long" : "short",
    weekday: "short",
    timeZone: ZONE,
  }).format(date);
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: ZONE }).format(date);
  return language === "zh" ? `${day.replace(/(周|星期)/, " $1")} ${time}` : `${day}, ${time}`;
}
