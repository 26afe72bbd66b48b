/**
 * Any other service that answers in JSON about one number, described by a mapping (LOOKUP_MAP): its address, and for
 * each register the place in the answer and the values that mean listed and not listed. Any other value means unknown.
 */
import * as z from "zod";
import { regionOf } from "../../../shared/phone/phone.ts";
import { listId } from "../../../shared/policy/policy.ts";
import type { Env } from "../../env.ts";
import { jsonOf, readJson } from "../http.ts";
import { LookupError, type Open, type Said } from "../source.ts";

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const values = z.array(value).min(1).max(20);
export const mapSchema = z
  .strictObject({
    /** `{number}` becomes the number in E.164, `{digits}` the same without its plus sign. */
    url: z.string().regex(/^https:\/\/[^/{}]+\//, "an https address"),
    method: z.enum(["GET", "POST"]).default("GET"),
    headers: z.record(z.string(), z.string()).default({}),
    /** For a POST: sent as JSON, filled in like the address. */
    body: z.record(z.string(), value).default({}),
    regions: z.array(z.string().regex(/^[A-Z]{2}$/)).min(1),
    /** By register id; `path` is keys joined by dots, such as `result.tps`. */
    registers: z
      .record(listId, z.strictObject({ path: z.string().min(1).max(200), listed: values, free: values }))
      .refine((all) => Object.keys(all).length > 0, "at least one register"),
  })
  .refine(({ url, body }) => /\{(number|digits)\}/.test(url + JSON.stringify(body)), {
    message: "neither the address nor the body names {number}",
    path: ["url"],
  });

const at = (answer: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (inside, key) =>
        typeof inside === "object" && inside !== null && Object.hasOwn(inside, key)
          ? (inside as Record<string, unknown>)[key]
          : undefined,
      answer,
    );

const mapOf = ({ LOOKUP_MAP: text }: Env) =>
  text ? (mapSchema.safeParse(readJson(text)).data ?? null) : null;

/** The host of the service; null where none is configured. */
export const mappedHost = (env: Env): string | null => {
  const map = mapOf(env);
  return map && new URL(map.url).host;
};

export const mapped: Open = (env) => {
  const map = mapOf(env);
  if (!map) return null;
  return {
    host: new URL(map.url).host,
    registers: Object.keys(map.registers),
    regions: map.regions,
    most: 1,
    async ask([number], registers, signal) {
      const put = (template: string, encode = (s: string) => s) =>
        template.replaceAll("{number}", encode(number!)).replaceAll("{digits}", encode(number!.slice(1)));
      if (!map.regions.includes(regionOf(number!) ?? "")) throw new LookupError("mapped: another region");
      const body = Object.fromEntries(
        Object.entries(map.body).map(([key, v]) => [key, typeof v === "string" ? put(v) : v]),
      );
      const answer = await jsonOf("mapped", z.unknown(), put(map.url, encodeURIComponent), {
        method: map.method,
        signal,
        headers: { accept: "application/json", "content-type": "application/json", ...map.headers },
        ...(map.method === "POST" ? { body: JSON.stringify(body) } : {}),
      });
      return registers.flatMap((list): Said[] => {
        const { path, listed, free } = map.registers[list]!;
        const said = at(answer, path) as z.infer<typeof value>;
        // A value that is in both lists means listed.
        if (listed.includes(said)) return [{ number: number!, list, listed: true }];
        return free.includes(said) ? [{ number: number!, list, listed: false }] : [];
      });
    },
  };
};
