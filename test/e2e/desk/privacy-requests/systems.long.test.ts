/** An erasure that reaches a connected CRM, on the desk: looked at, erased there by hand, said, and certified. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { kinds } from "../../../../shared/connectors/kinds.ts";
import { expectAccessibleInBoth } from "../../kit/axe.ts";
import { shot } from "../../kit/shots.ts";
import { open } from "../kit.ts";
import { button, dialog, own, post, write } from "../own-worker.ts";
import { next, NUMBER, press, prints, withRequests } from "./kit.ts";

withRequests();

/** EspoCRM with one contact and a call of theirs, as its API answers (docs.espocrm.com/development/api/crud). */
let crm: Server;
/** It answers for this path only after so long, once: longer than the desk waits for what is quick. */
const slow = { path: "/api/v1/Contact/65f0000000000009/calls", ms: 16_000 };
const contact = { id: "65f0000000000001", phoneNumberData: [{ phoneNumber: NUMBER }], emailAddressData: [] };
beforeAll(async () => {
  crm = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://crm");
    const list = (...ids: string[]) => ({ total: -2, list: ids.map((id) => ({ id })) });
    const kindsThere = [...kinds.espocrm.objects.map(({ name }) => name), "Call"];
    const answers: Record<string, unknown> = {
      "/api/v1/App/user": {
        acl: { table: Object.fromEntries(kindsThere.map((name) => [name, { read: "all" }])) },
      },
      "/api/v1/Contact": list(contact.id),
      [`/api/v1/Contact/${contact.id}`]: contact,
      [`/api/v1/Contact/${contact.id}/calls`]: list("65f0000000000002"),
      "/api/v1/Contact/65f0000000000009/calls": list("65f0000000000011"),
    };
    const answer = () =>
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify(answers[pathname] ?? list()));
    setTimeout(answer, pathname === slow.path ? slow.ms : 0);
    if (pathname === slow.path) slow.ms = 0;
  });
  await new Promise<void>((done) => crm.listen(0, "127.0.0.1", done));
  const { objects, fields } = kinds.espocrm;
  const host = `http://127.0.0.1:${(crm.address() as AddressInfo).port}`;
  await post(
    "/v1/connectors",
    {
      ...{ kind: "espocrm", name: "House CRM", way: "key", secret: { apiKey: "key" } },
      setup: { settings: { host }, objects, fields, dates: "changed" },
    },
    own.admin,
  );
});
afterAll(() => crm?.close());

it("lists what the CRM holds, and closes once somebody said what was done there", async () => {
  const { id } = await post<{ id: string }>("/v1/requests/entries", {
    ...{ kind: "erasure", channel: "post", name: "Ora L", address: "3 High Street", number: NUMBER },
    receivedOn: new Date().toISOString().slice(0, 10),
  });
  const page = await open(own.browser, `#/requests/case/${id}`);
  await next("It is clear", "Wrote from the address on file");
  await next("Search for all of it");
  await next("All findings are theirs");
  await page.getByText("not looked yet").waitFor();
  await next("Look there now");
  const systems = page.getByRole("region", { name: "Systems" });
  await systems.getByRole("link", { name: "Open Contact 65f0000000000001" }).waitFor();
  await systems.getByText("Call 65f0000000000002").waitFor();
  await systems.scrollIntoViewIfNeeded();
  await expectAccessibleInBoth(page);
  await shot(page, "desk-request-systems");
  await press("Comply…");
  await button("Comply", dialog()).click();
  await button("Say what was done: House CRM").click();
  await dialog()
    .getByLabel("Who did it, or how it was found out")
    .fill("Bo deleted the contact and its call");
  await expectAccessibleInBoth(page);
  await shot(page, "desk-request-system");
  await button("Save", dialog()).click();
  await systems.getByText("Erased there").waitFor();
  await button("Certificate of erasure").click();
  await dialog()
    .getByText(/House CRM \(127\.0\.0\.1:\d+\): erased on/)
    .waitFor();
  const printed = await prints(page);
  await button("Print, or save as PDF", dialog()).click();
  await expect.poll(printed).toMatch(/House CRM \(127\.0\.0\.1:\d+\): erased on/);
  await shot(page, "desk-request-certificate");
  await page.keyboard.press("Escape");

  write(
    `INSERT INTO system_tasks (id, connector, name, kind, day, records, by, at) VALUES
       ('t', (SELECT id FROM connectors), 'House CRM', 'espocrm', '2026-11-01', '[["Contact","65f0000000000009"]]', 'system', '2026-11-01T00:00:00.000Z'),
       ('u', (SELECT id FROM connectors), 'House CRM', 'espocrm', '2026-11-01', '[["Contact","65f0000000000010"]]', 'system', '2026-11-01T00:00:00.000Z')`,
  );
  // It was connected before.
  write("UPDATE connectors SET account_since = '2026-10-01T00:00:00.000Z'");
  const overview = await open(own.browser, "#/");
  await overview.getByText("2 tasks in connected CRMs since recordings were erased").waitFor();
  const queue = await open(own.browser, "#/requests");
  await queue.getByText("House CRM: 2 records, since 1 Nov 2026").waitFor();
  await button("Which records").click();
  await queue.getByRole("link", { name: "Open Contact 65f0000000000009" }).waitFor({ timeout: 50_000 });
  // Parts of a day are asked for one after another.
  await expect.poll(() => queue.getByText("65f0000000000010").count()).toBe(0);
  await button("Look at the next records").click();
  await queue.getByRole("link", { name: "Open Contact 65f0000000000010" }).waitFor();
  // It is asked what it holds of them.
  await queue.getByRole("link", { name: "Open Call 65f0000000000011" }).waitFor();
  await expectAccessibleInBoth(queue);
  await shot(queue, "desk-system-tasks");
  const [file] = await Promise.all([
    queue.waitForEvent("download"),
    button("Download as CSV: House CRM").click(),
  ]);
  const csv = readFileSync(await file.path(), "utf8");
  expect(csv).toMatch(
    /Kind,ID,Address,What it is,Where its data is,What was not read\r\nContact,65f0000000000009,http:\/\/127\.0\.0\.1:\d+\/#Contact\/view\/65f0000000000009,record,[^,]+,\r\nCall,65f0000000000011,[^,]+,call,[^,]+,\r\n/,
  );
  // Both parts by one word.
  await button("Say what was done: House CRM").click();
  await button("Save", dialog()).waitFor();
  await shot(queue, "desk-system-settle");
  await button("Save", dialog()).click();
  await dialog().getByText("House CRM (127.0.0.1").first().waitFor();
  const receipt = await prints(queue);
  await button("Print, or save as PDF", dialog()).click();
  await expect.poll(receipt).toMatch(/^Our company\nReceipt.*House CRM \(127\.0\.0\.1/s);
  // Nothing is left to do.
  await queue.getByText("To erase in connected CRMs").waitFor({ state: "detached" });
  await expectAccessibleInBoth(queue);
  await shot(queue, "desk-system-receipt");
  await queue.keyboard.press("Escape");
  await queue.getByText("House CRM: 2 records").waitFor({ state: "detached" });

  const done = await open(own.browser, "#/requests/systems");
  await button("Receipt: House CRM, 1 Nov 2026").first().click();
  await dialog().getByText("House CRM (127.0.0.1").first().waitFor();
  await expectAccessibleInBoth(done);
  await shot(done, "desk-systems-done");
});
