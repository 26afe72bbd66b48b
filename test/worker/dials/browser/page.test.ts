/** The Worker's pages of the browser's gate: the CRM stays where it is, or the page says why the call did not happen. */
import { describe, expect, it } from "vitest";
import { app } from "../../../../worker/index.ts";
import { DIAL_PATH, GATE_HEADER, SETUP_PATH } from "../../../../shared/dials/browser-gate.ts";
import { browserGateEn as texts } from "../../../../shared/texts/pages/browser-gate.en.ts";
import { call } from "../../helpers.ts";

const dial = (headers: Record<string, string>) => call("GET", DIAL_PATH, { headers });

describe("/dial", () => {
  it("leaves the page where it is, in a browser whose gate works", async () => {
    for (const dest of ["document", "empty", "iframe"]) {
      const { status, data } = await dial({ [GATE_HEADER]: "1", "sec-fetch-dest": dest });
      expect([status, data]).toEqual([204, ""]);
    }
  });
  it("leaves frames and objects as they are in any browser", async () => {
    for (const dest of ["iframe", "frame", "object", "embed"])
      expect((await dial({ "sec-fetch-dest": dest })).status).toBe(204);
  });
  it("says that the call was held, and what to do, where the extension is off or gone", async () => {
    const asked: Record<string, string>[] = [
      { "sec-fetch-dest": "document" },
      { "sec-fetch-dest": "empty" },
      {},
    ];
    for (const sent of asked) {
      const { status, data, headers: said } = await dial(sent);
      expect(status).toBe(200);
      expect(data).toContain(texts.held.title);
      expect(data).toContain(`href="${SETUP_PATH}"`);
      expect(data).not.toContain("<script");
      expect(said.get("cache-control")).toBe("no-store");
    }
  });
});

describe("where it is turned on", () => {
  it("runs our own script alone, in nobody's frame", async () => {
    const { status, data, headers } = await call("GET", SETUP_PATH);
    expect(status).toBe(200);
    const policy = headers.get("content-security-policy");
    expect(policy).toMatch(
      /^default-src 'none';.* frame-ancestors 'none';.*connect-src 'self'; script-src 'self'; worker-src 'self'$/,
    );
    expect(data).not.toMatch(/<script>|\son\w+=|javascript:/i);
    expect(data).toContain(`<script src="${SETUP_PATH}.js"></script>`);
  });
  it("sends both scripts as scripts, and lets the service worker have /dial alone", async () => {
    for (const path of [`${SETUP_PATH}.js`, `${DIAL_PATH}/worker.js`]) {
      const answer = await app.request(path);
      expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
      // It parses.
      expect(await answer.text()).toContain(DIAL_PATH);
      expect(answer.headers.get("service-worker-allowed")).toBe(path.endsWith("worker.js") ? "/dial" : null);
    }
  });
});
