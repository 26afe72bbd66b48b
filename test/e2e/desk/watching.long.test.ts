/** Watched numbers and webhooks on the desk. */
import { beforeAll, describe, expect, it } from "vitest";
import { call, daysAgo, push } from "../../../scripts/lib/seed.ts";
import type { WatchAnswer } from "../../../shared/watching/api.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { Clicks } from "../kit/clicks.ts";
import { shot } from "../kit/shots.ts";
import {
  button,
  desk,
  dialog,
  get,
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

describe("watching", () => {
  beforeAll(async () => {
    for (const id of ["tps", "ctps"]) await push(own.worker.url, own.admin, id, ["01632960900"], daysAgo(1));
  });

  it("job: see which watched numbers turned and by what, and mark them as seen, in three clicks", async () => {
    const clicks = new Clicks();
    await view("/watching", "Watching");
    await desk.getByText("No status has changed").waitFor();
    const { id } = await post<{ id: string }>("/v1/screenings", { name: "contacts.csv" });
    const screened = [970, 971, 972, 973].map((n) => `+441632960${n}`);
    await call(own.worker.url, own.admin, "PUT", `/v1/screenings/${id}/parts/1`, { numbers: screened });
    const asOf = new Date().toISOString().slice(0, 10);
    const { version } = await post<{ version: number }>("/v1/lists/tps/changes", {
      ...{ add: screened.slice(0, 2), remove: [], asOf },
    });
    await post("/v1/suppressions", { number: screened[2], kind: "objection", reason: "stop" });
    await expect.poll(async () => (await get<WatchAnswer>("/v1/watch")).unseen).toBe(3);

    await viewAgain("/", "Overview");
    const todo = desk.locator('[data-todo="watching"]');
    await todo.getByText("The status of 3 watched numbers has changed").waitFor();
    await clicks.on(todo.getByRole("link"));
    await desk.getByText("4 numbers are watched.").waitFor();
    await row("+44 1632 960970").waitFor();
    await expect
      .poll(() => row("+44 1632 960970").textContent())
      .toMatch(new RegExp(`No bar found → Do not call.*On TPS .*TPS version ${version}.*nobody yet`));
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-watching");
    await desk.getByLabel("Why").selectOption("objection");
    await expect.poll(() => desk.getByRole("row").count()).toBe(2);
    await button("+44 1632 960972: seen").click();
    await said("1 number is marked as seen.");
    await button("Clear filters").click();
    await row("+44 1632 960972").getByText("Ada Admin, ").waitFor();
    await clicks.on(button("Mark all as seen"));
    await clicks.on(button("Mark all as seen", dialog()));
    await said("2 numbers are marked as seen.");
    expect(clicks.count).toBe(3);
    await view("/", "Overview");
    await desk.getByRole("heading", { name: "Registers", exact: true }).waitFor();
    // The cached answer shows until the refetch.
    await expect.poll(() => todo.count()).toBe(0);
  });

  it("another system's address is added, its secret shown once, and taken away", async () => {
    await view("/watching/webhooks", "Watching");
    await desk.getByText("No address is told").waitFor();
    await button("Add an address…").click();
    await dialog().getByLabel("Address").fill("https://127.0.0.1/turned");
    await button("Add it", dialog()).click();
    await dialog()
      .getByRole("alert")
      .getByText("Give a public https:// address by its domain name")
      .waitFor();
    await dialog().getByLabel("Address").fill("https://dialler.example.com/turned");
    await button("Add it", dialog()).click();
    await expect
      .poll(() => dialog().getByRole("group", { name: "Secret" }).textContent())
      .toMatch(/^whsec_.{44}$/);
    await expectAccessibleInBoth(desk);
    await button("Done", dialog()).click();
    await row("https://dialler.example.com/turned").getByText("on", { exact: true }).waitFor();
    await button("Send a test to dialler.example.com").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-webhooks");
    await button("Remove dialler.example.com").click();
    await button("Remove", dialog()).click();
    await desk.getByText("No address is told").waitFor();
  });
});
