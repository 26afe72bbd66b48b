/** What a person opens in a browser: the API to read, and what to do with an invite's link. */
import { Hono } from "hono";
import type { App } from "../env.ts";
import { page, strict } from "./layout.tsx";

export const docs = new Hono<App>();

docs.get("/docs", strict, (c) =>
  c.html(
    <html lang="en-GB">
      <head>
        <meta charset="utf-8" />
        <link rel="icon" href="data:," />
        <title>ClearDial API</title>
        <meta name="viewport" content="width=device-width" />
        <link rel="stylesheet" href="/docs/swagger-ui.css" />
      </head>
      <body>
        <div id="api"></div>
        <script src="/docs/swagger-ui-bundle.js" />
        <script
          nonce={c.get("secureHeadersNonce" as never)}
          // A constant of this file, nothing from a request.
          dangerouslySetInnerHTML={{
            __html: 'SwaggerUIBundle({ url: "/openapi.json", dom_id: "#api", validatorUrl: null });',
          }}
        />
      </body>
    </html>,
  ),
);

docs.get("/join", strict, (c) =>
  c.html(
    page(
      "Join ClearDial",
      <>
        <h1>Join ClearDial</h1>
        <ol>
          <li>Copy this page's whole address.</li>
          <li>Click the ClearDial icon beside the browser's address bar, then the cog wheel.</li>
          <li>Paste the address into “Join code, or the whole invite link” and press “Join”.</li>
        </ol>
        <p>An invite works once, within 24 hours. Keep it to yourself.</p>
      </>,
    ),
  ),
);
