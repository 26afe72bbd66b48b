/** What is refused of every request before its route reads it: text that would be stored otherwise than it was sent. */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { isEscapedText, notText } from "../../shared/core/text.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import type { App } from "../env.ts";
import { Problem } from "./errors.ts";

const refuse = (path: string): never => {
  throw new Problem("invalid", undefined, [{ path, message: details.noText }]);
};

/** In JSON, NUL and halves of characters can come only as escapes: everything else is read no further. */
const SUSPECT = /\\u(?:0000|d[89a-f])/i;
/** Imports: each of their `rows` is refused alone (`readRow` of bulk.ts). */
const IMPORT = /\/(?:bulk|import)$/;
/**
 * Providers' reports: of a recording that exists. They are not refused for a word in them that nobody reads, as it would then never
 * be erased; the hook takes from them what it needs.
 */
const REPORT = /^\/v1\/hooks\//;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** Refuses texts that are not well-formed Unicode, or hold NUL, wherever a request has them. Throws `invalid`. */
export const wellFormed = createMiddleware<App>(async (c, next) => {
  if (!isEscapedText(c.req.url)) refuse("url");
  const type = c.req.header("content-type") ?? "";
  if (c.req.method === "GET" || REPORT.test(c.req.path)) return next();
  if (/[/+]json/.test(type)) await wantJson(c);
  return next();
});

/** The same of a page's form, before it is read. */
export async function wantForm(c: Context<App>): Promise<void> {
  // A copy, as the form is still to be read.
  if (!isEscapedText(await c.req.raw.clone().text())) refuse("body");
}

async function wantJson(c: Context<App>): Promise<void> {
  const bytes = await c.req.arrayBuffer();
  let body = "";
  try {
    body = utf8.decode(bytes);
  } catch {
    refuse("body");
  }
  if (!SUSPECT.test(body)) return;
  // What is no JSON its validator refuses.
  const value = await c.req.json<unknown>().catch(() => null);
  const read = IMPORT.test(c.req.path) && typeof value === "object" ? { ...value, rows: null } : value;
  const path = notText(read);
  if (path !== null) refuse(path || "body");
}
