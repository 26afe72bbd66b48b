/** A copy in several files: asked for on the desk, downloaded there part by part, and on its requester's page. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { at } from "../../../scripts/lib/paths.ts";
import { addIntegration, call, daysAgo, hoursAgo } from "../../../scripts/lib/seed.ts";
import type { RequestAnswer } from "../../../shared/privacy-requests/api.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { shot } from "../kit/shots.ts";
import { answered, open } from "./kit.ts";
import { button, get, own, post, withOwnWorker, write } from "./own-worker.ts";

const NUMBER = "+442079460958";
withOwnWorker({ name: "Cora Compliance", email: "cora@example.com", role: "compliance" });

let id: string;
const one = () => get<RequestAnswer>(`/v1/requests/${id}`);
beforeAll(async () => {
  const dialler = await addIntegration(own.worker.url, own.admin);
  for (const hours of [6, 4, 2]) {
    const recording = await call<{ id: string }>(own.worker.url, dialler, "POST", "/v1/recordings", {
      ...{
        provider: "dialler",
        providerId: `call-${hours}`,
        number: NUMBER,
        direction: "outbound",
        seconds: 10,
      },
      ...{
        startedAt: hoursAgo(hours),
        storage: { kind: "r2" },
        announced: true,
        purpose: "quality",
      },
    });
    await fetch(`${own.worker.url}/v1/recordings/${recording.id}/audio`, {
      method: "PUT",
      headers: { authorization: `Bearer ${dialler}`, "content-type": "audio/mpeg" },
      body: readFileSync(at("test/pages/call.mp3")),
    });
  }
  ({ id } = await post<{ id: string }>("/v1/requests/entries", {
    ...{ channel: "post", address: "1 High Street", number: NUMBER, kind: "access", name: "Dora Data" },
    receivedOn: daysAgo(2),
  }));
  const step = (path: string, body: unknown) => post(`/v1/requests/${id}/${path}`, body);
  await step("identity", { step: "clear", how: "known to us" });
  await step("match", {});
  const { items } = await one();
  await step("items", { items: items.map((item) => ({ id: item.id, verdict: "confirmed" })) });
  await step("decide", { decision: "comply" });
  // Each too large to share a file with another.
  write("UPDATE recordings SET bytes = 2500000000");
});

const parts = () => own.browser.page.getByRole("region", { name: "The copy, in several files" });

it("the desk says what is made, and downloads each part", async () => {
  const page = await open(own.browser, `#/requests/case/${id}`);
  await button("Make the copy").click();
  await parts().getByText("Part 3 of 3").waitFor();
  await expect
    .poll(async () => (await one()).parts!.map(({ state }) => state), { timeout: 60_000 })
    .toEqual(["came", "came", "came"]);
  await page.reload();
  await parts().getByText("The requester’s page has them all.").waitFor();
  for (const part of [1, 2, 3]) {
    const download = page.waitForEvent("download");
    await button(`Download: Part ${part} of 3`).click();
    expect((await download).suggestedFilename()).toBe(`copy-${part}-3.zip`);
  }
  await page.reload();
  await expect.poll(() => parts().getByText("opened").count()).toBe(3);
  await parts().scrollIntoViewIfNeeded();
  await expectAccessibleInBoth(page);
  await shot(page, "desk-request-parts");
});

it("says of a part that failed which, why and at which recording", async () => {
  const answer = await one();
  const recording = answer.items.find(({ at }) => at === hoursAgo(4))!.ref;
  const failed = answer.parts!.map((part, n) => ({
    ...part,
    ...{ openedAt: null, file: null },
    ...(n === 1
      ? {
          ...{ state: "failed", bytes: null },
          error: { code: "audio-missing", says: "The store does not have this recording.", recording },
        }
      : { state: "made" }),
  }));
  const { page, asked } = await answered(own.browser, `#/requests/case/${id}`, {
    [`GET /v1/requests/${id}`]: [{ ok: true, data: { ...answer, parts: failed } }],
    "POST /v1/work/copies/again": [{ ok: true, data: { again: 1 } }],
  });
  const region = page.getByRole("region", { name: "The copy, in several files" });
  const day = new Date(hoursAgo(4)).toLocaleDateString("en-GB", {
    dateStyle: "medium",
    timeZone: "Europe/London",
  });
  const named = new RegExp(`The store does not have this recording\\. \\(Recording, ${day}, .*\\.\\)`);
  await region.getByText(named).waitFor();
  await region.getByRole("alert").getByText(`Recording, ${day}, `).waitFor();
  // A part of one day says it once.
  await expect.poll(() => region.getByText(`1 recording, ${day}, could not be made`).count()).toBe(1);
  // What is asked stands apart from the list above it.
  const [list, asks] = [region.getByRole("list").first(), region.getByRole("alert")];
  const [above, below] = [(await list.boundingBox())!, (await asks.boundingBox())!];
  expect(below.y - above.y - above.height).toBeGreaterThan(8);
  await expectAccessibleInBoth(page);
  await region.scrollIntoViewIfNeeded();
  await shot(page, "desk-request-parts-failed");
  await region.getByRole("button", { name: "Make it again" }).click();
  await expect.poll(asked).toContain("POST /v1/work/copies/again");
});

it("the requester's page lists the parts", async () => {
  const { link } = await post<{ link: string }>(`/v1/requests/${id}/link`, {});
  const page = await own.browser.context.newPage();
  await page.goto(link);
  await page.getByText("3 files (zip) with all that we hold of you.").waitFor();
  await page.getByRole("heading", { name: "Your copy" }).scrollIntoViewIfNeeded();
  await shot(page, "own-page-parts");
  for (const part of [1, 2, 3]) {
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: `Download part ${part} of 3` }).click();
    expect((await download).suggestedFilename()).toBe(`export-${part}-of-3.zip`);
  }
  await page.close();
});
