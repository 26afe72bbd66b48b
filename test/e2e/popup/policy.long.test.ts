/**
 * Managers and administrators change the policy in the popup. Agents read it there, and their open pages follow without
 * a reload.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import type { PolicyVersions } from "../../../shared/policy/api.ts";
import { clauses } from "../../../shared/policy/clauses.ts";
import { policyEn, saySource } from "../../../shared/texts/policy/clauses.en.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { answering, ok, older, overflows, policyAsItWas, policyNow, savePolicy } from "../desk/kit.ts";
import { HOUR } from "../../../shared/core/time.ts";
import { expectRightVerdicts, launch, type Launched } from "../kit/harness.ts";
import { shot } from "../kit/shots.ts";

const { workerUrl, tokens, pagesUrl } = inject("e2e");
let admin: Launched;
let manager: Launched;
let agent: Launched;
beforeAll(async () => {
  [admin, manager, agent] = await Promise.all([
    launch({ joined: "admin", sites: [] }),
    launch({ joined: "manager", sites: [] }),
    launch({ joined: "agent", sites: [pagesUrl] }),
  ]);
});
afterAll(async () => {
  await policyAsItWas();
  await Promise.all([admin, manager, agent].map((browser) => browser?.close()));
});

const popup = async ({ context, extensionId }: Launched): Promise<Page> => {
  const page = await context.newPage();
  // As high as Chrome lets a popup be.
  await page.setViewportSize({ width: 360, height: 600 });
  await page.goto(`chrome-extension://${extensionId}/popup.html?tabId=1`);
  await page.getByRole("heading", { name: "Calling policy" }).waitFor();
  return page;
};
const choice = (page: Page, clause: string, value: string) =>
  page.locator(`[data-clause="${clause}"] label`).filter({ has: page.getByText(value, { exact: true }) });
const checked = (page: Page, clause: string) =>
  page
    .locator(`[data-clause="${clause}"] label`)
    .filter({ has: page.locator("input:checked") })
    .textContent();

/** The colours of a blocked number and of what is behind it. */
const blockedLooks = (page: Page) =>
  page.evaluate(() => {
    const style = getComputedStyle(document.body, "::highlight(cleardial-blocked)");
    return [style.color, style.backgroundColor];
  });

/** What each clause does and its source, as the popup shows them. */
const aboutOf = (page: Page) =>
  page
    .locator("[data-about]")
    .evaluateAll((all) =>
      all.map((about) => [
        about.getAttribute("data-about"),
        about.textContent,
        about.querySelector("a")?.href ?? null,
        about.checkVisibility(),
      ]),
    );
const wantedAbout = clauses
  .filter((clause) => clause.popup)
  .map(({ path, source }) => [
    path,
    `${policyEn.clauses[path]?.[1]} ${saySource(source)}`,
    source === "company" ? null : source.url,
    true,
  ]);

describe("the policy in the popup", () => {
  it("is read by an agent, and changed by an administrator with a reason; the agent's open page follows", async () => {
    await agent.page.goto(`${pagesUrl}/frame?count=12`);
    await expectRightVerdicts(agent.page, 10);

    const read = await popup(agent);
    // To who only reads it, it is one line until they ask.
    await expect.poll(() => aboutOf(read).then((all) => all.some(([, , , seen]) => seen))).toBe(false);
    await shot(read, "popup-agent");
    await read.getByText("Calling policy").click();
    await expect.poll(() => read.locator('[data-clause="registers.tps"]').textContent()).toContain("hold");
    await expect.poll(() => read.locator(".policy input").count()).toBe(0);
    await expect.poll(() => read.locator(".policy").textContent()).toContain("Managers change it.");
    await expect.poll(() => aboutOf(read)).toEqual(wantedAbout);
    await expectAccessibleInBoth(read);
    // Chrome makes its window as wide as its content.
    expect(await read.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await shot(read, "popup-agent-policy");
    await read.close();
    await agent.page.bringToFront();

    const page = await popup(admin);
    await page.locator(".policy input").first().waitFor();
    await expect.poll(() => aboutOf(page)).toEqual(wantedAbout);
    // A screen reader reads the choices, too.
    const described = await page
      .locator('fieldset[data-clause="outOfHours"]')
      .evaluate((set) => document.getElementById(set.getAttribute("aria-describedby") ?? "")?.textContent);
    expect(described).toBe("What happens to a call that is too early or too late. Company policy");
    // The law leaves no choice.
    for (const path of ["registers.tps", "unknown", "screening.staleList"])
      await expect
        .poll(() => page.locator(`[data-clause="${path}"] input`).count(), { message: path })
        .toBe(0);
    // Without a country of their own, telephones are where numbers without a code are.
    const telephones = page.getByLabel("Where our telephones are");
    await expect.poll(() => telephones.inputValue()).toBe("");
    await telephones.selectOption("IE");
    await expect
      .poll(() => page.locator(".staged").textContent())
      .toContain("Where our telephones are: the country of numbers without a code → IE");
    await telephones.selectOption("");
    await expect.poll(() => overflows(page)).toBe(false);
    await choice(page, "maskBlocked", "on").click();
    await expect
      .poll(() => page.locator(".staged").textContent())
      .toContain("Hide blocked numbers: off → on");
    await expectAccessibleInBoth(page);
    await shot(page, "popup-admin-staged");
    await page.emulateMedia({ colorScheme: "dark" });
    await shot(page, "popup-admin-staged-dark");
    await page.emulateMedia({ colorScheme: null });
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Say why first.").waitFor();
    // What is missing is next to its field, which has the focus.
    await expect.poll(() => page.getByLabel("Why?").evaluate((e) => e === document.activeElement)).toBe(true);
    await page.getByLabel("Why?").fill("Our lawyers agree");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await shot(page, "popup-admin");
    await expect.poll(() => page.locator(".staged").count()).toBe(0);
    expect(await checked(page, "maskBlocked")).toBe("on");

    const { versions } = await call<PolicyVersions>(workerUrl, tokens.manager, "GET", "/v1/policy/versions");
    expect(versions[0]).toMatchObject({ byName: "The admin", why: "Our lawyers agree" });
    expect(versions[0]!.changes.map((c) => c.text)).toEqual(["Hide blocked numbers: off → on"]);

    // Within the 60 seconds that a page may take, and without a reload.
    await agent.page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));
    await expect
      .poll(() => blockedLooks(agent.page).then(([text, behind]) => text === behind), {
        timeout: 100_000,
        interval: 500,
      })
      .toBe(true);
    await shot(agent.page, "page-masked");
    expect(await agent.page.evaluate(() => "notReloaded" in globalThis)).toBe(true);
    await page.close();
  });

  it("job: change the policy from the popup, seeing what it would have done, in three steps without scrolling", async () => {
    const page = await popup(manager);
    let steps = 0;
    const step = async (act: Promise<unknown>) => {
      steps++;
      await act;
    };
    await step(choice(page, "outOfHours", "hold").click());
    await page.getByText(/^(Of the|It would have)/).waitFor();
    const inSight = (name: string) =>
      page
        .getByRole("button", { name })
        .boundingBox()
        .then((box) => box !== null && box.y >= 0 && box.y + box.height <= 600);
    expect([await inSight("Save"), await inSight("Undo")]).toEqual([true, true]);
    // Also from the top, and after Chrome closed the popup.
    await page.evaluate(() => scrollTo(0, 0));
    expect(await inSight("Save")).toBe(true);
    await step(page.getByLabel("Why?").fill("Quiet evenings"));
    await shot(page, "popup-manager-staged");
    await step(page.getByRole("button", { name: "Save" }).click());
    await page.getByText("Saved.").waitFor();
    expect(steps).toBe(3);
    await savePolicy((p) => ({ ...p, outOfHours: "warn" }), "As it was");
    await page.close();
  });

  it("hides blocked numbers on the page, and shows the others", async () => {
    // An objection still blocks: its digits have the colour of their background.
    const [text, behind] = await blockedLooks(agent.page);
    expect(text).toBe(behind);
    const free = await agent.page.evaluate(() => {
      const style = getComputedStyle(document.body, "::highlight(cleardial-clear)");
      return [style.color, style.backgroundColor];
    });
    expect(free[0]).not.toBe(free[1]);
  });

  it("what is staged outlives the popup, which Chrome closes at any moment, until it is saved or undone", async () => {
    let page = await popup(manager);
    const again = async () => {
      await page.close();
      page = await popup(manager);
      await page.locator(".policy input").first().waitFor();
    };
    await choice(page, "outOfHours", "hold").click();
    await page.getByLabel("Why?").fill("Quiet evenings");
    await again();
    await expect
      .poll(() => page.locator(".staged").textContent())
      .toContain("Outside calling hours: warn → hold");
    await expect.poll(() => page.getByLabel("Why?").inputValue()).toBe("Quiet evenings");
    await page.getByRole("button", { name: "Undo" }).click();
    await again();
    await expect.poll(() => page.locator(".staged").count()).toBe(0);

    // The change belongs to the version that it was made against: the popup says what others saved since.
    await choice(page, "outOfHours", "hold").click();
    await page.getByLabel("Why?").fill("Quiet evenings");
    await page.close();
    await savePolicy((p) => ({ ...p, screening: { ...p.screening, graceDays: 3 } }), "The other manager");
    page = await popup(manager);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Days before a new listing counts: 0 days → 3 days").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    const after = (await policyNow()).policy;
    expect([after.outOfHours, after.screening.graceDays]).toEqual(["hold", 3]);
    await again();
    await expect.poll(() => page.locator(".staged").count()).toBe(0);
    await page.close();
  });

  it("proposes what loosens, and says before that another person must approve it", async () => {
    const page = await popup(manager);
    await choice(page, "outOfHours", "warn").click();
    await page.getByLabel("Why?").fill("Evenings are fine");
    await page
      .getByText(
        "Waits until another person, a compliance officer or an administrator, approves it: Outside calling hours.",
      )
      .waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "popup-manager-looser");
    await page.getByRole("button", { name: "Propose" }).click();
    await page.getByText("Proposed. Another person approves it in the desk, under Policy.").waitFor();
    expect((await policyNow()).policy.outOfHours).toBe("hold");
    await page.close();
  });

  it("tells everybody of what counts without a second person, before it counts", async () => {
    const page = await answering(agent, {
      "GET /v1/proposals/announced": [
        ok({
          announced: [
            {
              id: "1",
              byName: "Ada Admin",
              changes: ["Outside calling hours: hold → warn"],
              countsAt: new Date(Date.now() + HOUR).toISOString(),
            },
          ],
        }),
      ],
    });
    // As high as Chrome lets a popup be.
    await page.setViewportSize({ width: 360, height: 600 });
    await page.goto(`chrome-extension://${agent.extensionId}/popup.html?tabId=1`);
    await page.getByRole("status").filter({ hasText: "Ada Admin" }).getByText("hold → warn").waitFor();
    await expectAccessibleInBoth(page);
    await expect.poll(() => overflows(page)).toBe(false);
    await shot(page, "popup-announced");
    await page.close();
  });

  it("of an older Worker has the clauses that it knows", async () => {
    const page = await answering(manager, older((await policyNow()).policy));
    // As high as Chrome lets a popup be.
    await page.setViewportSize({ width: 360, height: 600 });
    await page.goto(`chrome-extension://${manager.extensionId}/popup.html?tabId=1`);
    await choice(page, "maskBlocked", "off").waitFor();
    const now = await checked(page, "maskBlocked");
    await choice(page, "maskBlocked", now === "on" ? "off" : "on").click();
    await expect.poll(() => page.locator(".staged li").count()).toBe(1);
    await page.getByRole("button", { name: "Undo" }).click();
  });

  it("is read by a compliance officer too, who is told who changes it", async () => {
    const compliance = await launch({ joined: "compliance", sites: [] });
    onTestFinished(() => compliance.close());
    const page = await popup(compliance);
    await page.getByText("Calling policy").click();
    await page.getByText("Managers change it.").waitFor();
    await expect.poll(() => page.locator(".policy input").count()).toBe(0);
  });

  it("of two managers the second is told what the first changed, and keeps their own change", async () => {
    const page = await popup(manager);
    await choice(page, "maskBlocked", "off").click();
    await savePolicy((p) => ({ ...p, screening: { ...p.screening, graceDays: 0 } }), "The other manager");
    await page.getByLabel("Why?").fill("Mine");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Days before a new listing counts: 3 days → 0 days").waitFor();
    expect(await checked(page, "maskBlocked")).toBe("off");
    await shot(page, "popup-manager-moved");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    const after = (await policyNow()).policy;
    expect([after.maskBlocked, after.screening.graceDays]).toEqual([false, 0]);
    await page.close();
  });
});
