/** Making elements, and putting one view after another into the page. */

export type Child = Node | string | number | false | null | undefined | readonly Child[];
type Listener = (event: Event) => void;
export type Attributes = Readonly<Record<string, string | number | boolean | undefined | Listener>>;

/** An element: attributes by name (true: present, false: absent), listeners as `onclick` and the like. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

function append(to: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) append(to, child as readonly Child[]);
    else if (child instanceof Node) to.append(child);
    else if (child !== false && child !== null && child !== undefined) to.append(String(child));
  }
}

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** One turn of the page, so that what was just shown is seen before long work begins. */
export function painted(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
}

/** Text that a screen reader says at once, without moving the focus. */
export function announce(text: string): void {
  byId("live").textContent = text;
}

/** A bar for work under way; `words` is its name for a screen reader. Without a value it just moves. */
export function progress(words: string): HTMLProgressElement {
  return h("progress", { "aria-label": words, max: 1 });
}

export function primary(words: string, press: () => void | Promise<void>): HTMLButtonElement {
  return button(words, press, "primary");
}

/** A button that cannot be pressed twice while its work runs. */
export function button(words: string, press: () => void | Promise<void>, look = ""): HTMLButtonElement {
  const element = h("button", { type: "button", class: look }, words);
  element.addEventListener("click", async () => {
    if (element.getAttribute("aria-busy") === "true") return;
    element.setAttribute("aria-busy", "true");
    try {
      await press();
    } finally {
      element.removeAttribute("aria-busy");
    }
  });
  return element;
}
