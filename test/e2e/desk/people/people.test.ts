/** People and integrations on the desk, with their browsers and roles. */
import { readFileSync } from "node:fs";
import { describe, expect, inject, it } from "vitest";
import { addPerson, call } from "../../../../scripts/lib/seed.ts";
import { expectAccessibleInBoth } from "../../kit/axe.ts";
import { Clicks } from "../../kit/clicks.ts";
import { shot } from "../../kit/shots.ts";
import type { Person } from "../../../../shared/people/api.ts";
import { findPerson, open, withBrowsers } from "../kit.ts";

const { workerUrl, tokens } = inject("e2e");
const browsers = withBrowsers("manager", "admin");

describe("people", () => {
  it("an invite is shown once, and whoever joins with it stands in the list", async () => {
    const page = await open(browsers.admin, "#/people");
    await page.getByRole("button", { name: "Invite…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Iris New");
    await dialog.getByLabel("E-mail").fill("iris@fixture.example");
    await dialog.getByRole("radio", { name: "manager" }).check();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-invite");
    await dialog.getByRole("button", { name: "Make the invite" }).click();
    const link = (await dialog.getByRole("group", { name: "Link" }).textContent()) ?? "";
    const code = new URLSearchParams(new URL(link).hash.slice(1)).get("code");
    await expect.poll(() => dialog.getByRole("group", { name: "Code" }).textContent()).toBe(code);
    await shot(page, "desk-invite-made");
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("region", { name: "Invited, and not joined yet" }).getByText("Iris New").waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-people-invited");

    await call(workerUrl, null, "POST", "/v1/join", { code, device: "Iris's laptop" });
    await page.reload();
    await page.getByRole("link", { name: "Iris New" }).click();
    await page.getByText("Iris's laptop").waitFor();
    expect(page.url()).toMatch(/#\/people\/[\w-]+$/);
    await page.reload();
    await page.getByText("Iris's laptop").waitFor();
  });

  it("job: invite a whole team from a CSV file, in four clicks", async () => {
    const page = await open(browsers.admin, "#/people");
    const clicks = new Clicks();
    await clicks.on(page.getByRole("button", { name: "Invite from a file…" }));
    const dialog = page.getByRole("dialog");
    const csv = [
      "E-mail,Name,Role",
      "ina@fixture.example,Ina Many,",
      "ivo@fixture.example,Ivo Many,agent",
      "nobody,Nemo,",
      "iku@fixture.example,Iku Many,king",
    ].join("\r\n");
    await dialog
      .locator("input[type=file]")
      .setInputFiles({ name: "team.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await dialog.getByText("team.csv: 4 lines.").waitFor();
    // Who is invited as what is seen before anybody is.
    const plan = dialog.getByRole("region", { name: "Who is invited as what" }).locator("tbody tr");
    await expect.poll(() => plan.nth(0).textContent()).toContain("agent");
    await expect.poll(() => plan.nth(3).textContent()).toContain("No such role.");
    await clicks.on(dialog.getByRole("button", { name: "Invite 2 people" }));
    await dialog.getByText("2 invited, 2 were not.").waitFor();
    const lines = dialog.getByRole("region", { name: "Invites of the file" }).locator("tbody tr");
    await expect
      .poll(() => lines.allTextContents())
      .toEqual([
        expect.stringMatching(/Ina Many.*hand the link over/) as string,
        expect.stringMatching(/Ivo Many.*hand the link over/) as string,
        expect.stringContaining("No e-mail address.") as string,
        expect.stringContaining("No such role.") as string,
      ]);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-invite-many");
    await page.emulateMedia({ colorScheme: "dark" });
    await shot(page, "desk-invite-many-dark");
    await page.emulateMedia({ colorScheme: null });
    // A slip does not throw the links away.
    await page.keyboard.press("Escape");
    await dialog.getByText("The links were not downloaded.").waitFor();
    const download = page.waitForEvent("download");
    await clicks.on(dialog.getByRole("button", { name: "Download CSV" }));
    const saved = readFileSync(await (await download).path(), "utf8").split("\r\n");
    expect(saved[1]).toMatch(/Ina Many.*#code=/);
    await clicks.on(dialog.getByRole("button", { name: "Done" }));
    expect(clicks.count).toBe(4);
    await page.getByRole("region", { name: "Invited, and not joined yet" }).getByText("Ina Many").waitFor();
  });

  it("job: end a browser's access, or a leaver's, in two clicks each; a role is changed, and access given back", async () => {
    const token = await addPerson(workerUrl, tokens.admin, {
      name: "Dan Device",
      email: "dan@fixture.example",
      role: "agent",
    });
    const alive = () =>
      fetch(`${workerUrl}/v1/me`, { headers: { authorization: `Bearer ${token}` } }).then((r) => r.status);
    expect(await alive()).toBe(200);
    const id = (await findPerson("Dan Device"))!.id;
    const page = await open(browsers.admin, `#/people/${id}`);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-person");
    const revoking = new Clicks();
    await revoking.on(page.getByRole("button", { name: "Revoke Command line" }));
    await expectAccessibleInBoth(page);
    await shot(page, "desk-confirm");
    await revoking.on(page.getByRole("dialog").getByRole("button", { name: "Revoke" }));
    await page.getByText("No browser is signed in.").waitFor();
    expect(revoking.count).toBe(2);
    expect(await alive()).toBe(401);

    await page.getByLabel("Role").selectOption("compliance");
    await page.getByRole("button", { name: "Change role" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Change role" }).click();
    await page.getByText("Dan Device is now compliance officer.").waitFor();
    await expectAccessibleInBoth(page);

    const leaving = new Clicks();
    await leaving.on(page.getByRole("button", { name: "Take away access…" }));
    await leaving.on(page.getByRole("dialog").getByRole("button", { name: "Take away access" }));
    await page.getByRole("button", { name: "Give access back" }).waitFor();
    expect(leaving.count).toBe(2);
    await page.getByRole("button", { name: "Give access back" }).click();
    await page.getByRole("button", { name: "Take away access…" }).waitFor();
    expect(await findPerson("Dan Device")).toMatchObject({ role: "compliance", active: true });
  });

  it("an integration's token is shown once and works; its end ends it", async () => {
    const page = await open(browsers.admin, "#/people?kind=integration");
    await page.getByRole("button", { name: "New integration…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Dialler");
    await dialog.getByRole("checkbox", { name: "register recordings" }).check();
    await dialog.getByRole("checkbox", { name: "check numbers" }).check();
    await dialog.getByRole("checkbox", { name: "hold calls" }).check();
    await dialog.getByLabel("Where its line is").waitFor();
    await dialog.getByRole("checkbox", { name: "hold calls" }).uncheck();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-integration");
    await dialog.getByRole("button", { name: "Make the token" }).click();
    const token = (await dialog.getByRole("group", { name: "Token" }).textContent()) ?? "";
    await shot(page, "desk-integration-made");
    expect((await call<{ person: { name: string } }>(workerUrl, token, "GET", "/v1/me")).person.name).toBe(
      "Dialler",
    );
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("link", { name: "Dialler" }).click();
    await page.getByRole("checkbox", { name: "check numbers" }).uncheck();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-integration-one");
    await page.getByRole("button", { name: "Take scopes away" }).click();
    await page.getByRole("dialog").getByText("It loses at once: check numbers.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Take away" }).click();
    await expect
      .poll(async () => (await call<{ person: Person }>(workerUrl, token, "GET", "/v1/me")).person.scopes)
      .toEqual(["recordings:write"]);
    await expect.poll(() => page.getByRole("checkbox", { name: "check numbers" }).count()).toBe(0);
    await page.getByRole("button", { name: /^Revoke / }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await expect
      .poll(() =>
        fetch(`${workerUrl}/v1/me`, { headers: { authorization: `Bearer ${token}` } }).then((r) => r.status),
      )
      .toBe(401);
  });

  it("managers look, and have no buttons", async () => {
    const id = (await findPerson("The agent"))!.id;
    const page = await open(browsers.manager, `#/people/${id}`);
    await page.getByRole("heading", { name: "Browsers" }).waitFor();
    await expect
      .poll(() =>
        page
          .locator("main")
          .getByRole("button", { name: /Revoke|Invite|access/ })
          .count(),
      )
      .toBe(0);
    await expect.poll(() => page.getByLabel("Role").count()).toBe(0);
  });
});
