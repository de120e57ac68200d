/** The sentences for people, in Chinese and English: the same file that the verifier in Python reads. */
import sentences from "../../../pingjia/core/verify/sentences.json";
import { currentLanguage } from "../app/words.ts";

type Group = keyof typeof sentences;

export function sentence(group: Group, name: string): string {
  const pair = (sentences[group] as Record<string, string[]>)[name];
  if (pair === undefined) throw new Error(`no sentence ${group}/${name}`);
  return pair[currentLanguage() === "zh" ? 0 : 1] as string;
}

/** Chinese or English, whichever the page speaks. */
export function say(chinese: string, english: string): string {
  return currentLanguage() === "zh" ? chinese : english;
}

/** `scrutineer/2` reads 监票人 2; issuers are counted from 1, as people do, and named where the manifest names them. */
export function partyName(party: string, issuers: readonly string[]): string {
  const [role, number] = party.split("/") as [string, string | undefined];
  const name = sentence("roles", role);
  if (number === undefined) return name;
  if (role !== "issuer") return `${name} ${number}`;
  const operator = issuers[Number(number)];
  return `${name} ${Number(number) + 1}${operator === undefined ? "" : ` (${operator})`}`;
}
