/**
 * The browser's gate: this origin is the browser's handler of telephone links. A browser with the extension marks its
 * requests, and gets no page, so that the CRM stays where it is. The number is in the fragment and never arrives here.
 */
import { Hono } from "hono";
import { DIAL_PATH, GATE_HEADER, SETUP_PATH } from "../../../shared/dials/browser-gate.ts";
import { browserGateEn as texts } from "../../../shared/texts/pages/browser-gate.en.ts";
import type { App } from "../../env.ts";
import { page, strict, strictSetUp } from "../../pages/layout.tsx";
import { serviceWorker, setUp } from "./scripts.ts";

export const browserGate = new Hono<App>();

browserGate.get(DIAL_PATH, strict, (c) => {
  c.header("Cache-Control", "no-store");
  // Frames keep what they show. Of the service worker's own request the browser says nothing.
  const inFrame = !["document", "empty", ""].includes(c.req.header("sec-fetch-dest") ?? "");
  if (inFrame || c.req.header(GATE_HEADER) !== undefined) return c.body(null, 204);
  return c.html(
    page(
      texts.held.title,
      <>
        <h1>{texts.held.title}</h1>
        <p>{texts.held.what}</p>
        <ol>
          {texts.held.steps.map((step) => (
            <li>{step}</li>
          ))}
        </ol>
        <p>
          <a href={SETUP_PATH}>{texts.held.undo}</a>
        </p>
      </>,
    ),
  );
});

browserGate.get(SETUP_PATH, strictSetUp, (c) =>
  c.html(
    page(
      texts.on.title,
      <>
        <h1>{texts.on.title}</h1>
        <p>{texts.on.what}</p>
        <ol>
          {texts.on.steps.map((step) => (
            <li>{step}</li>
          ))}
        </ol>
        <p>
          <button id="on" disabled>
            {texts.on.on}
          </button>
        </p>
        <div role="status">
          <p data-said="asked" hidden>
            {texts.on.asked}
          </p>
          <p data-said="undone" hidden>
            {texts.on.undone}
          </p>
          <p data-said="failed" hidden>
            {texts.on.failed}
          </p>
        </div>
        <p class="quiet">{texts.on.declined}</p>
        <p>
          <button id="off" disabled>
            {texts.on.off}
          </button>
        </p>
        <script src={`${SETUP_PATH}.js`} />
      </>,
    ),
  ),
);

const javascript = { "content-type": "text/javascript; charset=utf-8", "cache-control": "no-cache" };
browserGate.get(`${SETUP_PATH}.js`, (c) => c.body(setUp, 200, javascript));
browserGate.get(`${DIAL_PATH}/worker.js`, (c) =>
  c.body(serviceWorker, 200, { ...javascript, "service-worker-allowed": DIAL_PATH }),
);
