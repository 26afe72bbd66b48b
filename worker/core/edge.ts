/** What is refused of every request before its route reads it: text that would be stored otherwise than it was sent. */
import { createMiddleware } from "hono/factory";
import { notText } from "../../shared/core/text.ts";
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import type { App } from "../env.ts";
import { Problem } from "./errors.ts";

const refuse = (path: string): never => {
  throw new Problem("invalid", undefined, [{ path, message: details.noText }]);
};

/** In JSON, NUL and halves of characters can come only as escapes: everything else is read no further. */
const SUSPECT = /\\u(?:0000|d[89a-f])/i;

/** Refuses texts that are not well-formed Unicode, or hold NUL, wherever a request has them. Throws `invalid`. */
export const wellFormed = createMiddleware<App>(async (c, next) => {
  if (/%00/.test(c.req.url)) refuse("url");
  if (c.req.method !== "GET" && /[/+]json/.test(c.req.header("content-type") ?? "")) {
    const body = await c.req.text();
    if (SUSPECT.test(body)) {
      // What is no JSON its validator refuses.
      const path = notText(await c.req.json<unknown>().catch(() => null));
      if (path !== null) refuse(path || "body");
    }
  }
  return next();
});
