/** Nothing of a member may stay on a device without a name: not in storage, not in what is shown, not in the history. */
import { openStore } from "../store.ts";

/** Whether somebody's own ballot or receipt lies on this device: then it must not become a kiosk, which would wipe it. */
export async function holdsSomebodysBallot(): Promise<boolean> {
  const known = await indexedDB.databases?.().catch(() => []);
  const plain = Object.keys(localStorage).some((key) => key.startsWith("pingjia:token:"));
  if (known !== undefined && !known.some(({ name }) => name === "pingjia")) return plain;
  const store = await openStore();
  return plain || (store !== null && (await store.all()).length > 0);
}

/** Empties every store of this origin. The page itself keeps a ballot in none of them; this is the second lock on the door. */
export async function wipe(): Promise<void> {
  for (const storage of [() => localStorage, () => sessionStorage]) {
    try {
      storage().clear();
    } catch {
      // Switched off: then it holds nothing.
    }
  }
  try {
    indexedDB.deleteDatabase("pingjia");
    for (const name of await caches.keys()) await caches.delete(name);
  } catch {
    // Likewise.
  }
  getSelection()?.removeAllRanges();
}
