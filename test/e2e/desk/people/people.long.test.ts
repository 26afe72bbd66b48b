/** People and integrations on the desk, in detail: invites that wait, older integrations, filters and sorting. */
import { readFileSync } from "node:fs";
import { describe, expect, inject, it } from "vitest";
import { addPerson } from "../../../../scripts/lib/seed.ts";
import { expectAccessibleInBoth } from "../../kit/axe.ts";
import { shot } from "../../kit/shots.ts";
import type { Person } from "../../../../shared/people/api.ts";
import { answered, findPerson, ok, open, withBrowsers } from "../kit.ts";

const { workerUrl, tokens } = inject("e2e");
const browsers = withBrowsers("admin");

describe("people", () => {
  it("an invite for a colleague who has joined: by mail to them alone, or it waits for another administrator", async () => {
    for (const [mailed, said, name] of [
      [true, "ann@fixture.example", "desk-invite-mailed"],
      [false, "another administrator", "desk-invite-waits"],
    ] as const) {
      const { page } = await answered(browsers.admin, "#/people", {
        "POST /v1/invites": [
          ok({
            ...{
              person: "ann",
              code: mailed ? null : "A1B2C3D4E5",
              link: mailed ? null : "https://cleardial.example/#code",
            },
            ...{ expiresAt: "2026-11-29T10:00:00.000Z", mailed, waits: !mailed, proposed: null },
          }),
        ],
      });
      await page.getByRole("button", { name: "Invite…" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name").fill("Ann Agent");
      await dialog.getByLabel("E-mail").fill("ann@fixture.example");
      await dialog.getByRole("button", { name: "Make the invite" }).click();
      await dialog.getByText(said).first().waitFor();
      await expect.poll(() => dialog.getByRole("group", { name: "Code" }).count()).toBe(mailed ? 0 : 1);
      await expectAccessibleInBoth(page);
      await shot(page, name);
    }
  });

  it("the last administrator cannot step down, and is told why", async () => {
    const id = (await findPerson("The admin"))!.id;
    const page = await open(browsers.admin, `#/people/${id}`);
    await page.getByLabel("Role").selectOption("agent");
    await page.getByRole("button", { name: "Change role" }).click();
    const dialog = page.getByRole("dialog");
    await expect.poll(() => dialog.textContent()).toContain("This is your own role");
    await dialog.getByRole("button", { name: "Change role" }).click();
    await page.getByText("The last administrator cannot be removed.").waitFor();
    expect((await findPerson("The admin"))!.role).toBe("admin");
  });

  it("an integration of before gets its prefix once, also in the place of a guessed one", async () => {
    const person: Person = {
      ...{ id: "old", kind: "integration", name: "Old dialler", email: null, role: "agent", active: true },
      ...{ scopes: ["recordings:write"], createdAt: "2026-01-01T00:00:00.000Z", lastSeenAt: null },
    };
    const of = (prefix: string, prefixGuessed: boolean) =>
      ok({
        person,
        devices: [],
        roleBy: "admin",
        prefix,
        prefixGuessed,
        lineRegion: null,
        signsIn: false,
        invite: null,
      });
    const { page, asked } = await answered(browsers.admin, "#/people/old", {
      "GET /v1/people/old": [of("old/", true), of("dialler/", false)],
      "PATCH /v1/people/old": [ok({ ...person, proposed: null })],
    });
    await page.getByText("old/, which the upgrade guessed").waitFor();
    await page.getByLabel("Prefix of its keys").fill("dialler/");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-integration-prefix");
    await page.getByRole("button", { name: "Give this prefix" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Give this prefix" }).click();
    await page.getByText("dialler/", { exact: true }).waitFor();
    await expect.poll(() => page.getByLabel("Prefix of its keys").count()).toBe(0);
    expect(await asked()).toEqual(["GET /v1/people/old", "PATCH /v1/people/old", "GET /v1/people/old"]);
  });

  it("a telephone system's page says which line its calls go out by", async () => {
    const person: Person = {
      ...{ id: "exchange", kind: "integration", name: "The exchange", email: null, role: "agent" },
      ...{ active: true, scopes: ["gate"], createdAt: "2026-01-01T00:00:00.000Z", lastSeenAt: null },
    };
    const of = (lineRegion: string | null) =>
      ok({
        ...{ person, devices: [], roleBy: "admin", prefix: null, prefixGuessed: false, lineRegion },
        ...{ signsIn: false, invite: null },
      });
    for (const [region, said] of [
      [null, "Where the policy says"],
      ["IE", "Ireland"],
    ] as const) {
      const { page } = await answered(browsers.admin, "#/people/exchange", {
        "GET /v1/people/exchange": [of(region)],
      });
      const line = page.getByText("Where its line is", { exact: true }).locator("xpath=..");
      await expect.poll(() => line.innerText()).toContain(said);
      await page.getByText("It has no token.").waitFor();
      if (region === null) continue;
      await expectAccessibleInBoth(page);
      await shot(page, "desk-integration-line");
    }
  });

  it("filters stand in the address, and the CSV holds what they let through, with no formula in it", async () => {
    const name = '=HYPERLINK("https://evil.example","Click")';
    await addPerson(workerUrl, tokens.admin, { name, email: "formula@fixture.example", role: "agent" });
    const page = await open(browsers.admin, "#/people");
    await page.getByLabel("Find").fill("formula@");
    await expect.poll(() => page.url()).toContain("find=formula");
    await page.reload();
    const rows = page.getByRole("region", { name: "People" }).locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(1);
    const arriving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download CSV" }).click();
    const download = await arriving;
    expect(download.suggestedFilename()).toMatch(/^people-\d{4}-\d\d-\d\d\.csv$/);
    const lines = readFileSync(await download.path(), "utf8")
      .replace("\uFEFF", "")
      .trim()
      .split("\r\n");
    expect(lines[0]).toBe("Name,E-mail,Role,State,Last seen,Since");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(
      /^"'=HYPERLINK\(""https:\/\/evil\.example"",""Click""\)",formula@fixture\.example,/,
    );
    await page.getByText(/^Saved as people-.*: 1 row\.$/).waitFor();
  });

  it("breaks no name within a word at 800 pixels", async () => {
    const person = (id: string, name: string, email: string): Person => ({
      ...{ id, kind: "person", name, email, role: "compliance", active: true, scopes: [] },
      ...{ createdAt: "2026-01-01T00:00:00.000Z", lastSeenAt: "2026-11-20T12:00:00.000Z" },
    });
    const people = [
      person(
        "a",
        "Bartholomew Featherstonehaugh-Cholmondeley",
        "bartholomew.featherstonehaugh@fixture.example",
      ),
      person("b", "Wilhelmina Throckmorton", "wilhelmina.throckmorton@subsidiary.fixture.example"),
    ];
    const { page } = await answered(browsers.admin, "#/people", { "GET /v1/people": [ok({ people })] });
    await page.setViewportSize({ width: 800, height: 900 });
    const names = page.getByRole("region", { name: "People" }).locator("tbody td:first-child a");
    await expect.poll(() => names.count()).toBe(2);
    const broken = await names.evaluateAll((all) =>
      all.flatMap((name) => {
        const text = name.firstChild!;
        return [...text.textContent!.matchAll(/[^\s-]+/g)]
          .filter(({ 0: word, index }) => {
            const range = document.createRange();
            range.setStart(text, index);
            range.setEnd(text, index + word.length);
            return new Set([...range.getClientRects()].map(({ top }) => top)).size > 1;
          })
          .map(([word]) => word);
      }),
    );
    expect(broken).toEqual([]);
    await shot(page, "desk-people-800");
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it("sorts by a heading, in the address too", async () => {
    const page = await open(browsers.admin, "#/people");
    const table = page.getByRole("region", { name: "People" });
    const first = () => table.locator("tbody tr").first().locator("td").nth(1).textContent();
    await table.getByRole("button", { name: "E-mail" }).click();
    await table.getByRole("button", { name: "E-mail" }).click();
    await expect.poll(() => page.url()).toContain("sort=-email");
    await expect.poll(() => table.locator("th[aria-sort=descending]").count()).toBe(1);
    const top = await first();
    await page.reload();
    await expect.poll(first).toBe(top);
  });
});
