/** The zip holds exactly the entries that its level calls for, in their order. */
import { names } from "./bundle.ts";
import type { Case } from "./case.ts";

/** Runs after the closings have been read. */
export function checkEntries(c: Case): void {
  const expected = names(c.bundle.pooled, c.published);
  const found = [...c.bundle.entries.keys()];
  for (const name of expected) if (!c.bundle.entries.has(name)) c.fail("entry-missing", name, "operator");
  for (const name of found) if (!expected.includes(name)) c.fail("entry-extra", name, "operator");
  const inOrder = expected.filter((name) => c.bundle.entries.has(name)).join();
  if (found.filter((name) => expected.includes(name)).join() !== inOrder) c.fail("entry-order", "zip", "operator");
}
