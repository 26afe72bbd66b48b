/** Work that runs by itself, on the desk: what waits and is late, what failed, and what a person does about it. */
import { describe, expect, it } from "vitest";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { shot } from "../kit/shots.ts";
import { answered, expectNamed, ok, open, scrollsSideways, withBrowsers } from "./kit.ts";

const browsers = withBrowsers("compliance", "admin");

const queue = (kind: string, own: object = {}) => ({
  ...{ kind, waiting: 0, oldest: null, late: null, failed: 0 },
  ...own,
});
const failed = (id: string, own: object = {}) => ({
  ...{ id, what: "list-age", to: `${id}@fixture.example`, since: "2026-11-20T10:00:00.000Z" },
  ...{ failures: 12, error: "550 no such mailbox", due: null },
  ...own,
});
const late = {
  ...{ waiting: 1200, oldest: "2026-11-20T00:00:00.000Z", late: "2026-11-21T02:00:00.000Z", failed: 1 },
};
const all = (...mails: object[]) => ({
  "GET /v1/work": [
    ok({
      work: [
        queue("erasure", late),
        queue("mail", { failed: mails.length }),
        queue("webhooks"),
        queue("marks"),
        queue("runs", { failed: 1 }),
      ],
    }),
  ],
  "GET /v1/work/erasure/failed?limit=200": [
    ok({
      failed: [failed("r1", { what: "r2", to: null, error: "r2: 500", due: "2026-11-29T10:00:00.000Z" })],
      next: null,
    }),
  ],
  "GET /v1/work/mail/failed?limit=200": [ok({ failed: mails, next: null }), ok({ failed: [], next: null })],
});

describe("what failed", () => {
  it("is led to by the overview, and says what, why and since when in plain words", async () => {
    const { page } = await answered(browsers.admin, "#/", all());
    const todo = page.locator('[data-todo="work.erasure"]');
    await todo.getByText("The oldest has waited since 20 Nov 2026. Waiting: 1,200.").waitFor();
    await todo.getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: "Work" }).waitFor();
    const queues = page.getByRole("region", { name: "Work by queue" });
    await expect.poll(() => queues.locator("tbody tr").first().textContent()).toContain("late since");
    const row = page
      .getByRole("region", { name: "List of what failed: Recordings to erase" })
      .locator("tbody tr");
    await expect.poll(() => row.first().textContent()).toContain("It had a failure of its own (500).");
    // Nobody leaves an erasure out.
    await expect.poll(() => page.getByRole("button", { name: "Leave out…" }).count()).toBe(0);
    await expect.poll(() => scrollsSideways(page)).toBe(false);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-work");
  });

  it("one is read, with its own words, and sent again", async () => {
    const { page, asked } = await answered(browsers.admin, "#/work?kind=mail", {
      ...all(failed("ann"), failed("bob")),
      "POST /v1/work/mail/again": [ok({ again: 1 })],
    });
    await page.getByRole("button", { name: "Read: Register is ageing, ann@fixture.example" }).click();
    const dialog = page.getByRole("dialog", { name: "Register is ageing" });
    await dialog.getByText("As it was said: 550 no such mailbox").waitFor();
    await dialog.getByText("Not by itself").waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-work-read");
    await dialog.getByRole("button", { name: "Send again" }).click();
    await page.getByText("1 is sent again. It leaves the list once it is done.").waitFor();
    await expect.poll(() => dialog.count()).toBe(0);
    expect(await asked()).toContain("POST /v1/work/mail/again");
    await page.getByText("Nothing failed", { exact: true }).waitFor();
  });

  it("a request's file that its store does not erase is named, never left out, and sent again", async () => {
    const file = failed("f1", { what: "R-2026-0001 proof", to: null, error: "s3-files: still there" });
    const { page, asked } = await answered(browsers.admin, "#/work", {
      "GET /v1/work": [ok({ work: [queue("erasure"), queue("files", { waiting: 3, failed: 1 })] })],
      "GET /v1/work/files/failed?limit=200": [
        ok({ failed: [file], next: null }),
        ok({ failed: [], next: null }),
      ],
      "POST /v1/work/files/again": [ok({ again: 1 })],
    });
    await page.getByRole("heading", { level: 2, name: "Failed: Requests' files to erase" }).waitFor();
    await page.getByRole("button", { name: /^Read: Proof of identity, R-2026-0001/ }).click();
    const dialog = page.getByRole("dialog", { name: "Proof of identity, R-2026-0001" });
    await dialog.getByText("It said that this was erased, and still had it.").waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Leave out…" }).count()).toBe(0);
    await dialog.getByRole("button", { name: "Send again" }).click();
    await page.getByText("1 is sent again. It leaves the list once it is done.").waitFor();
    expect(await asked()).toContain("POST /v1/work/files/again");
    await page.getByText("Nothing failed", { exact: true }).waitFor();
  });

  it("many are left out at once, with a reason", async () => {
    const { page, asked } = await answered(browsers.admin, "#/work?kind=mail", {
      ...all(failed("ann"), failed("bob")),
      "POST /v1/work/mail/leave": [ok({ left: 2 })],
    });
    const button = page.getByRole("button", { name: "Leave out…" });
    await expect.poll(() => button.isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Pick all that are shown" }).click();
    await button.click();
    const dialog = page.getByRole("dialog", { name: "Leave 2 out?" });
    const yes = dialog.getByRole("button", { name: "Leave out" });
    await expectNamed(yes, "Fill this in.");
    await dialog.getByRole("textbox").fill("They have left the company");
    await yes.click();
    await page.getByText("2 left out").waitFor();
    expect(await asked()).toContain("POST /v1/work/mail/leave");
  });
});

it("compliance officers see recordings, files and copies alone", async () => {
  const page = await open(browsers.compliance, "#/work?kind=mail");
  await page.getByRole("heading", { level: 2, name: "Failed: Recordings to erase" }).waitFor();
  const queues = page.getByRole("region", { name: "Work by queue" });
  await expect.poll(() => queues.locator("tbody tr").count()).toBe(3);
});
