/** The outbox on the desk. */
import { describe, expect, it } from "vitest";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { Clicks } from "../kit/clicks.ts";
import { shot } from "../kit/shots.ts";
import { answered, offline, ok, withBrowsers } from "./kit.ts";

const browsers = withBrowsers("admin");

describe("what seldom happens", () => {
  const mail = (id: string, state: string) => ({
    id,
    template: "invite",
    to: `${id}@fixture.example`,
    state,
    tries: 12,
    error: state === "failed" ? "550 no such mailbox" : null,
    at: "2026-11-01T10:00:00.000Z",
    sentAt: state === "sent" ? "2026-11-01T10:00:05.000Z" : null,
  });
  const service = { hasCloudflare: true, isUnlike: false, from: "dial@fixture.example", url: null };
  const outbox = (...mails: ReturnType<typeof mail>[]) =>
    ok({
      ...{ via: "binding", waiting: 0, failed: 1, mails, next: null },
      service: { ...service, byDeployment: true, set: null },
    });

  it("a mail that failed stands first, and is tried again", async () => {
    const { page, asked } = await answered(browsers.admin, "#/mail", {
      "GET /v1/mail": [outbox(mail("lost", "failed"), mail("sent", "sent")), offline],
      "GET /v1/mail?state=failed": [],
      "POST /v1/mail/lost/retry": [ok(mail("lost", "waiting"))],
    });
    const rows = page.getByRole("region", { name: "Mail" }).locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(2);
    await expect.poll(() => rows.first().textContent()).toContain("550 no such mailbox");
    // The Worker logs each read: the page must read only once.
    expect(await asked()).toEqual(["GET /v1/mail"]);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-mail-failed");
    await page.getByRole("button", { name: "Try again: Invite to lost@fixture.example" }).click();
    await page.getByText("It waits to be sent again.").waitFor();
    expect(await asked()).toContain("POST /v1/mail/lost/retry");
    // After a failed refetch the old rows stay, below the failure.
    await page.getByText("ClearDial's server cannot be reached").waitFor();
    await expect.poll(() => rows.count()).toBe(2);
  });

  it("job: see whether mail arrives, in one click", async () => {
    const { page, asked } = await answered(browsers.admin, "#/mail", {
      "GET /v1/mail": [outbox(mail("sent", "sent")), outbox(mail("trial", "sent"), mail("sent", "sent"))],
      "POST /v1/mail/trial": [ok({ to: "ada@fixture.example" })],
    });
    const clicks = new Clicks();
    await clicks.on(page.getByRole("button", { name: "Send me a test" }));
    await page.getByText("A test is on its way to ada@fixture.example.").waitFor();
    await page.getByRole("cell", { name: "trial@fixture.example" }).waitFor();
    expect(await asked()).toEqual(["GET /v1/mail", "POST /v1/mail/trial", "GET /v1/mail"]);
    expect(clicks.count).toBe(1);
  });

  it("job: set up mail, in two clicks and three fields; what is refused shows at its field", async () => {
    const clicks = new Clicks();
    const none = { ...service, byDeployment: false, hasCloudflare: false, from: null, set: null };
    const set = {
      ...{ ...none, from: "Dial <dial@fixture.example>", url: "https://mail.fixture.example/emails" },
      set: { by: "Ada", at: "2026-11-01T10:00:00.000Z" },
    };
    const answer = (via: "http" | null, now: object) =>
      ok({ via, waiting: 2, failed: 0, mails: [], next: null, service: now });
    const { page, asked } = await answered(browsers.admin, "#/mail", {
      "GET /v1/mail": [answer(null, none), answer("http", set)],
      "PUT /v1/mail/service": [
        {
          ok: false,
          trouble: "refused",
          problem: {
            ...{ code: "invalid", title: "" },
            errors: [{ path: "token", message: "The service's token is required." }],
          },
        },
        ok(set),
      ],
    });
    await page.getByText("No mail service is set up").waitFor();
    await clicks.on(page.getByRole("button", { name: "Set up mail" }));
    const dialog = page.getByRole("dialog", { name: "Mail service" });
    await dialog.getByLabel("Sender").fill("Dial <dial@fixture.example>");
    await dialog.getByLabel("Address of the API").fill("https://mail.fixture.example/emails");
    await dialog.getByLabel(/^Token/).fill("secret");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-mail-service");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("The service's token is required.").waitFor();
    await dialog.getByLabel(/^Token/).fill("secret of the service");
    await clicks.on(dialog.getByRole("button", { name: "Save" }));
    expect(clicks.count).toBe(2);
    await page.getByText("By mail.fixture.example. From Dial <dial@fixture.example>. Set by Ada").waitFor();
    await shot(page, "desk-mail-set");
    expect(await asked()).toEqual([
      "GET /v1/mail",
      "PUT /v1/mail/service",
      "PUT /v1/mail/service",
      "GET /v1/mail",
    ]);
  });
});
