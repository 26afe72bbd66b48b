/** The page at the Worker's root, for whoever comes by, and the one in place of a page that is not there. */
import { type Context, Hono } from "hono";
import { fill } from "../../shared/texts/language.ts";
import { homeEn as t } from "../../shared/texts/pages/home.en.ts";
import type { App } from "../env.ts";
import { Problem, respond } from "../core/errors.ts";
import { page, strict } from "../pages/layout.tsx";
import { currentPolicy } from "./current.ts";

export const homePage = new Hono<App>();

homePage.get("/", strict, async (c) => {
  const { company } = (await currentPolicy(c.env.DB)).policy.identity;
  const title = company ? fill(t.titleOf, { company }) : t.title;
  c.header("Cache-Control", "public, max-age=60");
  return c.html(
    page(
      title,
      <>
        <h1>{title}</h1>
        <p>{company ? fill(t.lead, { company }) : t.leadPlain}</p>
        <h2>{t.called}</h2>
        <ul>
          <li>
            <a href="/policy">{t.policy}</a>
          </li>
          <li>
            <a href="/privacy-request">{t.request}</a>
          </li>
        </ul>
        <h2>{t.work}</h2>
        <p>{t.workText}</p>
        <p>
          <a href="/docs">{t.api}</a>
        </p>
      </>,
    ),
  );
});

const missing = new Hono<App>().all("*", strict, (c) =>
  c.html(
    page(
      t.missing,
      <>
        <h1>{t.missing}</h1>
        <p>{t.missingText}</p>
        <p>
          <a href="/">{t.home}</a>
        </p>
      </>,
    ),
    404,
  ),
);

/** A page for a person's browser, which asks for one; a problem for programs, and for all of the API. */
export function notFound(c: Context<App>): Response | Promise<Response> {
  const isPerson = /\btext\/html\b/.test(c.req.header("accept") ?? "") && !c.req.path.startsWith("/v1/");
  return isPerson ? missing.fetch(c.req.raw, c.env) : respond(new Problem("not-found"));
}
