/** /docs: the OpenAPI document in Swagger UI, which the build copies into our assets. */
import { Hono } from "hono";
import { apiDocsEn } from "../../shared/texts/pages/api-docs.en.ts";
import type { App } from "../env.ts";
import { strictReader } from "../pages/layout.tsx";

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
