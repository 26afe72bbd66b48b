/** Whom an erasure's recipients are, on the desk: who is still to be told, also after a wider erasure, and who was entered by mistake. */
import { expect, it } from "vitest";
import { hoursAgo } from "../../../../scripts/lib/seed.ts";
import { expectAccessibleInBoth } from "../../kit/axe.ts";
import { shot } from "../../kit/shots.ts";
import { open } from "../kit.ts";
import { button, dialog, own, post } from "../own-worker.ts";
import { NUMBER, next, one, press, recording, withRequests } from "./kit.ts";

withRequests();

it("after a wider erasure each recipient is to be told once more; one that was entered by mistake is not", async () => {
  const { id: kept } = await recording("call-2", hoursAgo(3));
  const { id } = await post<{ id: string }>("/v1/requests/entries", {
    ...{ kind: "erasure", channel: "post", name: "Ora L", address: "3 High Street", number: NUMBER },
    receivedOn: new Date().toISOString().slice(0, 10),
  });
  const page = await open(own.browser, `#/requests/case/${id}`);
  await next("It is clear", "Wrote from the address on file");
  await next("Search for all of it");
  await next("All findings are theirs");
  const decide = (body: object) => post(`/v1/requests/${id}/decide`, body);
  const deny = [{ id: `recording.${kept}`, ground: "protection", reasons: "A complaint is open." }];
  await decide({ decision: "partial", deny });
  const told = { toldOn: new Date().toISOString().slice(0, 10), how: "by post" };
  for (const name of ["Mail House", "Call Centre"])
    await post(`/v1/requests/${id}/recipients`, { name, ...told });
  await decide({ decision: "comply" });
  await post(`/v1/requests/${id}/recipients`, { name: "Mial House", toldOn: null });
  await page.reload();
  const list = page.getByRole("region", { name: "Who else had the data" }).getByRole("listitem");
  await list
    .filter({ hasText: "Mail House" })
    .getByText("More was erased since: not told of that yet")
    .waitFor();
  await expectAccessibleInBoth(page);
  await shot(page, "desk-request-recipients");
  // Where recipients are on record, it is not offered to say that there was none.
  await press("Who else had the data…");
  await dialog().getByLabel("Name").waitFor();
  await expect.poll(() => button("No one had it", dialog()).count()).toBe(0);
  await page.keyboard.press("Escape");

  await button("Entered by mistake… Mial House").click();
  await dialog().getByLabel("Why it is no recipient").fill("It is Mail House");
  await button("Entered by mistake", dialog()).click();
  await list.getByText("Mial House, entered by mistake: It is Mail House").waitFor();
  for (const name of ["Mail House", "Call Centre"]) {
    await button(`They were told… ${name}`).click();
    await dialog().getByLabel("Told on").fill(told.toldOn);
    await button("Add", dialog()).click();
    await button(`They were told… ${name}`).waitFor({ state: "detached" });
  }
  const { request, recipients } = await one(id);
  expect(request.duties.filter(({ kind, state }) => kind === "receipts" && state !== "met")).toEqual([]);
  expect(recipients.map(({ name, owed }) => [name, owed])).toEqual(
    expect.arrayContaining([
      ["Mail House", false],
      ["Call Centre", false],
      ["Mial House", false],
    ]),
  );
});
