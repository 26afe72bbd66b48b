/** Call logs on the desk: imported, judged, and assigned to people. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { addPerson, daysAgo, push } from "../../../scripts/lib/seed.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { Clicks } from "../kit/clicks.ts";
import { shot } from "../kit/shots.ts";
import { expectNamed } from "./kit.ts";
import {
  button,
  choose,
  desk,
  file,
  own,
  post,
  row,
  said,
  view,
  viewAgain,
  withOwnWorker,
} from "./own-worker.ts";

withOwnWorker();
/** The browser's page. */
beforeAll(async () => {
  const ann = { name: "Ann Agent", email: "ann@example.com", role: "agent" } as const;
  await addPerson(own.worker.url, own.admin, ann);
  for (const id of ["tps", "ctps"]) await push(own.worker.url, own.admin, id, ["01632960900"], daysAgo(1));
});

describe("calls that no page saw", () => {
  const [blocked, other] = ["+441632960700", "+441632960701"];

  it("job: import the telephone system's log, and find the calls that should not have been made, in four clicks; by day and by agent, too", async () => {
    const clicks = new Clicks();
    await view("/calls", "Calls");
    await desk.getByText("No calls yet").waitFor();
    await post("/v1/suppressions", { number: blocked, reason: "stop" });
    // A minute from now, when the entry is certainly stored.
    const at = new Date(Date.now() + 60_000).toISOString();
    const lines = [
      `c1,${blocked},${at},1:05,ann@example.com`,
      `c2,${other},${at},9,ext 9`,
      `c3,x,${at},1,Ann`,
    ];
    await clicks.on(desk.getByRole("link", { name: "Import a log…" }));
    await desk.getByRole("heading", { level: 1, name: "Import a log of calls" }).waitFor();
    await choose(file("calls.csv", ["Call ID,Who,Start,Duration,User", ...lines]));
    await desk.getByText("calls.csv: 3 lines.").waitFor();
    await desk.getByText("This is needed.").waitFor();
    await expectNamed(button("Try it"), "Fill this in.");
    await desk.getByLabel("Number of the other party").selectOption("Who");
    await desk.getByLabel("Whose log it is").fill("3cx");
    await clicks.on(button("Try it"));
    await desk.getByText("2 would be added").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-calls-import");
    await clicks.on(button("Import 2 calls"));
    await desk.getByText("2 were added").waitFor();
    await clicks.on(desk.getByRole("link", { name: "See the calls" }));
    await row("+44 1632 960700").getByText("Blocked, and made", { exact: true }).waitFor();
    await expect.poll(() => row("+44 1632 960700").textContent()).toContain("They told us not to call");
    expect(clicks.count).toBe(4);
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-calls");
    await desk.getByLabel("What is the matter").selectOption("Blocked, and made");
    await expect.poll(() => desk.getByRole("row").count()).toBe(2);
    await desk.getByRole("tab", { name: "By agent and day" }).click();
    await row("Ann Agent").waitFor();
    await desk.getByRole("tab", { name: "Logs and agents" }).click();
    await desk.getByLabel("Who is ext 9?").selectOption("Ann Agent");
    await button("Save who ext 9 is").click();
    await said("ext 9 is Ann Agent.");
    await button("Take back: ext 9").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-calls-logs");
    await viewAgain("/calls?agent=EXT%209", "Calls");
    await row("+44 1632 960701").waitFor();
    await expect.poll(() => desk.getByRole("row").count()).toBe(2);
    await expect.poll(() => desk.getByLabel("Agent, as the log says").inputValue()).toBe("EXT 9");
    await viewAgain("/calls/days", "Calls");
    await expect.poll(() => row("Ann Agent").locator("td").nth(2).textContent()).toBe("2");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-calls-days");
    await desk.getByRole("tab", { name: "Seen and not seen" }).click();
    await row("3cx").getByText("what was brought").waitFor();
    await expect.poll(() => row("3cx").textContent()).toContain("the telephone system: 2");
    // No log tells of the days before: that is no zero.
    await expect.poll(() => row("no log").first().textContent()).toContain("not known");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-calls-unseen");
    await row("3cx").getByRole("link").click();
    await expect.poll(() => desk.getByRole("row").count()).toBe(3);
    const seen = await row("+44 1632 960701").textContent();
    expect(seen).toMatch(/no layer.*would have been caught by the telephone system/);
  });

  it("what logs say makes a report: a table, a chart, a file, and a page to print", async () => {
    const startedAt = new Date(Date.now() - 5 * 60_000).toISOString();
    const line = (n: number, outcome: string) => ({
      ...{ provider: "dialler", number: `+44163296071${n}`, startedAt, outcome, campaignName: "Spring" },
    });
    await post("/v1/calls/import", { dryRun: false, rows: [line(0, "answered"), line(1, "abandoned")] });
    await view("/reports", "Reports");
    const table = desk.getByRole("region", { name: "Persistent misuse, by campaign and 24 hours" });
    await expect
      .poll(() => table.getByRole("row").filter({ hasText: "Spring" }).textContent())
      .toContain("50.00");
    await desk.getByText("No rate is safe.").waitFor();
    await desk.getByRole("heading", { name: "What it was made from" }).waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-reports");
    for (const [name, ending, says] of [
      ["CSV", "csv", "Spring,"],
      ["Page to print", "html", "<td>Spring</td>"],
    ] as const) {
      const [saved] = await Promise.all([desk.waitForEvent("download"), button(name).click()]);
      expect(saved.suggestedFilename()).toMatch(new RegExp(`^cleardial-misuse-[-\\d]+\\.${ending}$`));
      expect(readFileSync(await saved.path(), "utf8")).toContain(says);
    }
    await desk.getByRole("tab", { name: "Announcements" }).click();
    await button("Draw").click();
    await said("There is no further recording to draw in these days.");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-reports-announced");
  });
});
