/** The evidence of dials on the desk. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { addPerson, daysAgo, push } from "../../../scripts/lib/seed.ts";
import type { Dial } from "../../../shared/dials/api.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { shot } from "../kit/shots.ts";
import {
  button,
  desk,
  dialog,
  get,
  numbers,
  own,
  post,
  row,
  view,
  viewAgain,
  withOwnWorker,
} from "./own-worker.ts";

withOwnWorker();
/** The browser's page. */
let agent: string;
beforeAll(async () => {
  const ann = { name: "Ann Agent", email: "ann@example.com", role: "agent" } as const;
  agent = await addPerson(own.worker.url, own.admin, ann);
  await push(own.worker.url, own.admin, "tps", numbers(60), daysAgo(2));
});

describe("dials", () => {
  const dial = (number: string, more: Partial<Dial> = {}) =>
    post<Dial>(
      "/v1/dials",
      {
        number,
        e164: number,
        action: "held",
        verdict: "blocked",
        reasons: [{ code: "tps", list: "tps", asOf: daysAgo(2) }],
        seen: { seq: 1, policy: 0, lists: [{ id: "tps", version: 1, asOf: daysAgo(2) }] },
        host: "crm.example.com",
        at: new Date().toISOString(),
        ...more,
      },
      agent,
    );

  it("are empty at first; then found by their filters, each in the address", async () => {
    await view("/dials", "Dials");
    await desk.getByText("No dial yet").waitFor();
    await push(own.worker.url, own.admin, "ctps", ["01632960900"], daysAgo(1));
    await dial("+441632960000");
    await dial("+441632960003", { action: "passed", verdict: "clear", reasons: [], seen: null });
    await dial("+441632960990", { action: "passed", verdict: "clear" });
    await post("/v1/suppressions", { number: "+441632960006", reason: "stop" });
    const refused = dial("+441632960006", { action: "overridden", basis: "service", reason: "Please" });
    await expect(refused).rejects.toThrow("override-not-allowed");
    await dial("+441632960005", { action: "overridden", basis: "service", reason: "Their boiler is due" });
    await viewAgain("/dials?action=passed", "Dials");
    await row("+44 1632 960003").waitFor();
    await expect.poll(() => desk.getByRole("row").count()).toBe(3);
    await desk.getByLabel("Agreement").selectOption("true");
    await expect.poll(() => desk.getByRole("row").count()).toBe(2);
    await expect.poll(() => desk.evaluate(() => location.hash)).toBe("#/dials?action=passed&disagreed=true");
    await button("Clear filters").click();
    await expect.poll(() => desk.getByRole("row").count()).toBe(6);
    await desk.getByLabel("Person").selectOption("Ann Agent");
    await desk.getByLabel("Server saw").selectOption("clear");
    await expect.poll(() => desk.getByRole("row").count()).toBe(2);
    await row("+44 1632 960990").waitFor();
    await button("Clear filters").click();
    await desk.getByLabel("Number").fill("01632 960005");
    await expect.poll(() => desk.getByRole("row").count()).toBe(2);
    await row("Overridden").waitFor();
    await button("Clear filters").click();
    await expect.poll(() => desk.getByRole("row").count()).toBe(6);
    await row("+44 1632 960006").getByText("Refused", { exact: true }).waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-dials");
  });

  it("one is shown whole: both verdicts, their reasons in words, and the lists they rest on", async () => {
    await button("Details of the call to +44 1632 960003").click();
    await dialog().getByText("What the server saw").waitFor();
    await expect.poll(() => dialog().textContent()).toContain("Ann Agent");
    const words = await dialog().textContent();
    expect(words).toContain("No bar found");
    expect(words).toContain("The page knew no state of the server.");
    expect(words).toMatch(/On TPS \(list of \d+ \w+ 20\d\d\)\./);
    expect(words).toMatch(/TPS: version \d+, of /);
    expect(words).toContain("Ann Agent");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-dials-detail");
    await desk.keyboard.press("Escape");
    await expect.poll(() => dialog().count()).toBe(0);
    const [download] = await Promise.all([desk.waitForEvent("download"), button("Download CSV").click()]);
    // The file has columns for which the screen has no room.
    const csv = readFileSync(await download.path(), "utf8");
    expect(csv).toMatch(/Overridden.*On TPS.*Service,Their boiler is due,general sales call/);
    const trail = await get<{ rows: { code: string; actor: string }[] }>("/v1/audit?code=opened.dials");
    expect(trail.rows.length).toBeGreaterThan(3);
  });

  it("digits that ring another number than the page took them for are found by either, with both", async () => {
    await dial("085 222 2222", { ...{ e164: "+353852222222" }, verdict: "unknown", reasons: [] });
    for (const number of ["+353 85 222 2222", "+44 85 222 2222"]) {
      await viewAgain("/dials", "Dials");
      await desk.getByLabel("Number").fill(number);
      await expect.poll(() => desk.getByRole("row").count()).toBe(2);
      await row("taken for +353 85 222 2222").waitFor();
    }
    await desk.getByRole("button", { name: /^Details of the call to \+44/ }).click();
    await dialog().getByText("What the server saw").waitFor();
    const words = await dialog().textContent();
    expect(words).toMatch(/Dialled085 222 2222/);
    expect(words).toMatch(/Rings\+44 ?85 ?222 ?2222/);
    expect(words).toMatch(/Taken for\+353 85 222 2222/);
    expect(words).toContain("These digits would not ring the number that is meant here.");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-dials-two-numbers");
    await desk.keyboard.press("Escape");
  });

  it("one that arrived late has the verdict of its moment, and beside it the one of its arrival", async () => {
    const number = "+441632960920";
    await post("/v1/suppressions", { number, reason: "stop" });
    const at = new Date(Date.now() - 3_600_000).toISOString();
    await dial(number, { action: "passed", verdict: "unknown", reasons: [], seen: null, at });
    await viewAgain(`/dials?number=${encodeURIComponent(number)}`, "Dials");
    await row("Do not call when it arrived").getByText("They differ").waitFor();
    await row("Do not call when it arrived").getByRole("button").click();
    await dialog().getByText("What it had on record when the dial arrived").waitFor();
    const words = await dialog().textContent();
    expect(words).toContain("What the server had on record when it was dialled");
    expect(words).toMatch(/by the browser’s clock, which is all that says so.*The verdict of .* counts/);
    await expectAccessibleInBoth(desk);
    await desk.keyboard.press("Escape");
  });

  it("one call that the page and the telephone system saw: each row says so, and leads to the other", async () => {
    const { token } = await post<{ token: string }>("/v1/tokens", {
      ...{ name: "The exchange", scopes: ["gate"], until: daysAgo(-30) },
    });
    const number = "+441632960910";
    await dial(number, { action: "passed", verdict: "clear" });
    const asked = { to: number, agent: "ann@example.com", callId: "c-910" };
    await post("/v1/gate", asked, token);
    await viewAgain(`/dials?number=${encodeURIComponent(number)}`, "Dials");
    await expect.poll(() => desk.getByRole("row").count()).toBe(3);
    await expect.poll(() => desk.getByText("seen by the page, the telephone system").count()).toBe(2);
    await row("The exchange").getByRole("button").click();
    await dialog().getByText("What the telephone system was told").waitFor();
    const words = await dialog().textContent();
    expect(words).toContain("Ann Agent");
    expect(words).toContain("c-910");
    // No page was there, so it saw nothing.
    expect(words).not.toContain("What the page saw");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-dials-gate");
    await dialog().getByRole("link", { name: "All sightings of this call" }).click();
    await desk.getByText("Only the sightings of one call are shown.").waitFor();
    await expect.poll(() => desk.getByRole("row").count()).toBe(3);
    await desk.getByRole("link", { name: "Show all dials" }).click();
    await expect.poll(() => desk.getByRole("row").count()).toBeGreaterThan(3);
  });
});
