/**
 * First import of every page. Another page may have left something in the window's name or in the address: the name is
 * cleared, the fragment is taken once and erased from the address and the history.
 */
const inPage = typeof document !== "undefined";
if (inPage) window.name = "";

/** The fragment without "#", taken from the address, which forgets it. */
export function takeFragment(): string {
  const found = location.hash.replace(/^#/, "");
  if (location.href.includes("#")) history.replaceState(null, "", location.pathname + location.search);
  return found;
}

/** What the page was entered with. */
export const entered = inPage ? takeFragment() : "";
