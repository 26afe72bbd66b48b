/** What a person opens in a browser: the API to read, and what to do with an invite's link. */
import { Hono } from "hono";
import { apiDocsEn } from "../../shared/texts/pages/api-docs.en.ts";
import { joinPageEn as join } from "../../shared/texts/pages/join.en.ts";
import type { App } from "../env.ts";
import { page, strict, strictReader } from "./layout.tsx";

export const docs = new Hono<App>();

docs.get("/docs", strictReader, (c) =>
  c.html(
    <html lang="en-GB">
      <head>
        <meta charset="utf-8" />
        <link rel="icon" href="data:," />
        <title>{apiDocsEn.title}</title>
        <meta name="viewport" content="width=device-width" />
        <link rel="stylesheet" href="/docs/swagger-ui.css" />
      </head>
      <body>
        <div id="api"></div>
        <script src="/docs/swagger-ui-bundle.js" />
        <script src="/docs/start.js" />
      </body>
    </html>,
  ),
);

docs.get("/join", strict, (c) =>
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
        <p>{join.note}</p>
      </>,
    ),
  ),
);
