/** Reading the typed fields of a canonical object: a name, a shape, and a named error when they do not fit. */
import { fromHex, Refused, type Bytes } from "./bytes.ts";
import { loads } from "./canonical.ts";

/** Canonical JSON, but not the object that was expected. */
export class BadObject extends Refused {
  override name = "BadObject";
}

export function need(condition: unknown, why: string): asserts condition {
  if (!condition) throw new BadObject(why);
}

/** The value, if it is an object with exactly these fields. */
export function record<Name extends string>(value: unknown, ...names: readonly Name[]): Record<Name, unknown> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const found = isObject ? Object.keys(value).sort().join() : "";
  need(found === [...names].sort().join(), `expected exactly the fields ${[...names].sort().join(", ")}`);
  return value as Record<Name, unknown>;
}

/** Canonical bytes of an object with exactly these fields. */
export function parse<Name extends string>(raw: Bytes, ...names: readonly Name[]): Record<Name, unknown> {
  return record(loads(raw), ...names);
}

export function array(value: unknown, least: number, greatest: number, what: string): unknown[] {
  need(Array.isArray(value) && value.length >= least && value.length <= greatest, `${what}: ${least} to ${greatest} members`);
  return value;
}

export function integer(value: unknown, least: number, greatest: number, what: string): number {
  need(Number.isInteger(value) && (value as number) >= least && (value as number) <= greatest, `${what}: integer ${least} to ${greatest}`);
  return value as number;
}

export function boolean(value: unknown, what: string): boolean {
  need(typeof value === "boolean", `${what}: true or false`);
  return value;
}

/** `least` to `greatest` code points without control characters. */
export function text(value: unknown, what: string, greatest = 200, least = 1): string {
  need(typeof value === "string", `${what}: a text`);
  const length = [...value].length;
  need(length >= least && length <= greatest, `${what}: ${least} to ${greatest} characters`);
  need(!/[\u0000-\u001f\u007f-\u009f]/.test(value), `${what}: no control characters`);
  return value;
}

/** 1 to 32 of a–z, 0–9, _ and -, not beginning with a mark. */
export function code(value: unknown, what: string): string {
  need(typeof value === "string" && /^[a-z0-9][a-z0-9_-]{0,31}$/.test(value), `${what}: a code`);
  return value;
}

export function choice<Allowed extends string>(value: unknown, what: string, ...allowed: readonly Allowed[]): Allowed {
  need((allowed as readonly unknown[]).includes(value), `${what}: one of ${allowed.join(", ")}`);
  return value as Allowed;
}

/** UTC, YYYY-MM-DDThh:mm:ssZ. Only the form is checked. */
export function time(value: unknown, what: string): string {
  const form = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$/;
  need(typeof value === "string" && form.test(value), `${what}: YYYY-MM-DDThh:mm:ssZ`);
  return value;
}

export function octets(value: unknown, length: number, what: string): Bytes {
  const fits = typeof value === "string" && value.length === 2 * length && /^[0-9a-f]*$/.test(value);
  need(fits, `${what}: ${length} bytes in lower-case hex`);
  return fromHex(value as string);
}

/** Refuses two equal members; byte strings are given as hex. */
export function distinct(values: readonly string[], what: string): void {
  need(new Set(values).size === values.length, `${what}: two are equal`);
}
