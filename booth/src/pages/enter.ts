/**
 * The site's door to a poll: takes the slip's code out of the address (or from the form), keeps it for this tab, and goes on to the
 * booth. The booth never sees the code.
 */
import { entered, takeFragment } from "../app/door.ts";
import { codeOf } from "../app/code.ts";

function start(fragment: string): void {
  const place = document.getElementById("enter");
  const { pollHash, booth, signedIn } = place?.dataset ?? {};
  if (!place || !pollHash || !booth) return;
  const goOn = () => location.replace(`${booth}/#p=${pollHash}`);
  const enterWith = (typed: string): boolean => {
    const code = codeOf(typed);
    if (code !== null) sessionStorage.setItem(`code:${pollHash}`, code);
    return code !== null;
  };
  const given = /^c=(.+)$/.exec(fragment)?.[1];
  if (given !== undefined && enterWith(decodeURIComponent(given))) return goOn();
  // The issuing desk draws by log-in only in a tab that came this way; a link from elsewhere does not.
  const goOnSignedIn = () => {
    sessionStorage.setItem(`login:${pollHash}`, "yes");
    goOn();
  };
  if (given === undefined && signedIn === "yes") return goOnSignedIn();
  const form = document.getElementById("code-form") as HTMLFormElement | null;
  const input = form?.querySelector<HTMLInputElement>("input[name=code]");
  if (!form || !input) return;
  const trouble = document.getElementById("code-error");
  const refuse = () => {
    if (trouble !== null) [trouble.textContent, trouble.hidden] = [place.dataset["invalid"] ?? "", false];
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (signedIn === "yes" && input.value === "") return goOnSignedIn();
    enterWith(input.value) ? goOn() : refuse();
  });
  if (given !== undefined) {
    if (input.type !== "hidden") input.value = given.slice(0, 24);
    refuse();
  }
}

start(entered);
addEventListener("hashchange", () => start(takeFragment()));
