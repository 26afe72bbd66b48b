/** /join: what a person sees who opens an invite's link in a browser. The code is behind the #, so we never see it. */
import { Hono } from "hono";
import { joinPageEn as join } from "../../shared/texts/pages/join.en.ts";
import type { App } from "../env.ts";
import { page, strict } from "../pages/layout.tsx";

export const joinPage = new Hono<App>();

joinPage.get("/join", strict, (c) =>
  c.html(
    page(
      join.title,
      <>
        <h1>{join.title}</h1>
        <ol>
          {join.steps.map((step) => (
            <li>{step}</li>
          ))}
        </ol>
        <p>{join.otherwise}</p>
        <p>{join.note}</p>
      </>,
    ),
  ),
);
