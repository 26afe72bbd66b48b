/** A CRM connected on the desk and screened through the real queue. The CRM is a small one that answers JSON. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { call } from "../../../../scripts/lib/seed.ts";
import type { ConnectorsAnswer } from "../../../../shared/connectors/api.ts";
import { kinds } from "../../../../shared/connectors/kinds.ts";
import { expectAccessibleInBoth } from "../../kit/axe.ts";
import { launch, type Launched } from "../../kit/harness.ts";
import { shot } from "../../kit/shots.ts";
import { open } from "../kit.ts";

const { workerUrl, tokens } = inject("e2e");
/** One contact on the TPS, one on no register, and one without a number. */
const numbers = ["020 7946 0000", "020 7946 0555", ""];

interface Row {
  id: number;
  phone: string;
  cleardial: Record<string, string | null>;
}
const nothing = { verdict: null, date: null, reasons: null };
const rows: Row[] = numbers.map((phone, id) => ({ id, phone, cleardial: nothing }));

let crm: Server;
/** True: the CRM refuses every request. */
let shut = false;
let browser: Launched;
beforeAll(async () => {
  crm = createServer((request, response) => {
    const say = (status: number, data: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(data));
    const url = new URL(request.url ?? "", "http://crm");
    if (shut || request.headers["x-key"] !== "crm-secret") return say(401, { code: "no-key" });
    if (request.method === "GET")
      return say(200, url.searchParams.get("page") === "1" ? { data: rows } : { data: [] });
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    return request.on("end", () => {
      const { cleardial } = JSON.parse(Buffer.concat(chunks).toString()) as Row;
      rows[Number(url.pathname.split("/").at(-1))]!.cleardial = cleardial;
      say(200, {});
    });
  });
  await new Promise<void>((done) => crm.listen(0, "127.0.0.1", done));
  browser = await launch({ joined: "admin", sites: [] });
});
afterAll(async () => {
  await browser?.close();
  crm?.close();
  const { connectors } = await call<ConnectorsAnswer>(workerUrl, tokens.admin, "GET", "/v1/connectors");
  for (const { id } of connectors) await call(workerUrl, tokens.admin, "DELETE", `/v1/connectors/${id}`);
});

it("an administrator connects a CRM, sees what a run would write, and lets it write", async () => {
  const desk = await open(browser, "#/connectors");
  const button = (name: string, within: Page | ReturnType<Page["getByRole"]> = desk) =>
    within.getByRole("button", { name, exact: true });
  await desk.getByText("No CRM is connected").waitFor();
  await button("Connect a CRM").click();
  const dialog = desk.getByRole("dialog");
  await dialog.getByLabel("CRM", { exact: true }).selectOption("Another CRM, by its JSON");
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("House CRM");
  const host = `http://127.0.0.1:${(crm.address() as AddressInfo).port}`;
  const typed: [string, string][] = [
    ["Address", host],
    ["Path of the list", "/contacts"],
    ["Where its rows are", "/data"],
    ["Where a row's id is", "/id"],
    ["The page's parameter", "page"],
    ["Path of a record", "/contacts/{id}"],
    ["Header's name", "X-Key"],
    ["Header's value", "wrong"],
  ];
  for (const [label, value] of typed) await dialog.getByLabel(label).fill(value);
  await dialog.getByLabel("How pages follow").selectOption("page");
  await expectAccessibleInBoth(desk);
  await shot(desk, "desk-connectors-form");
  await dialog.getByLabel("contacts: Flag against calls").fill("/flag");
  await dialog.getByLabel("contacts: Field with where the proof is").scrollIntoViewIfNeeded();
  await shot(desk, "desk-connectors-flags");
  await button("Save", dialog).click();
  await desk.getByRole("heading", { level: 1, name: "House CRM" }).waitFor();
  await desk.getByText("Not tried on the vendor's own system yet").waitFor();

  await button("Test the connection").click();
  await desk.getByText("It said: rest: 401 no-key.").waitFor();
  await button("Change").click();
  await dialog.getByLabel("Header's name").fill("X-Key");
  await dialog.getByLabel("Header's value").fill("crm-secret");
  await button("Save", dialog).click();
  await expect.poll(() => dialog.count()).toBe(0);
  await button("Test the connection").click();
  await desk.getByText("Connected: the first page has 3 contacts, with 2 telephone numbers.").waitFor();
  await desk
    .getByText("contacts: our fields took the longest text and gave it back. They are empty again.")
    .waitFor();
  // What was there is there again.
  expect(rows.map(({ cleardial }) => cleardial)).toEqual([nothing, nothing, nothing]);
  await shot(desk, "desk-connector-tested");

  await button("Trial run").click();
  await desk.getByText("It would write to 2 of 3 contacts.").waitFor();
  expect(rows.map(({ cleardial }) => cleardial)).toEqual([nothing, nothing, nothing]);
  await expectAccessibleInBoth(desk);
  await shot(desk, "desk-connector-trial");

  await button("Run now").click();
  await dialog.getByText(/At the trial it would have written to 2 of 3 contacts/).waitFor();
  await button("Run and write", dialog).click();
  await desk.getByText("It wrote to 2 of 3 contacts.").first().waitFor();
  await expect.poll(() => desk.getByText("Running").count()).toBe(0);
  expect(rows.map(({ cleardial }) => cleardial["verdict"] ?? null)).toEqual(["blocked", "clear", null]);
  expect(rows[0]!.cleardial["reasons"]).toMatch(/^on /);
  await desk.getByText("The CRM's own flags and consents were last read").waitFor();
  await shot(desk, "desk-connector-read");

  await desk.getByRole("link", { name: "← All connectors" }).click();
  await desk.getByRole("row").filter({ hasText: "House CRM" }).getByText("Tried, off").waitFor();
  await expectAccessibleInBoth(desk);
  await shot(desk, "desk-connectors");

  shut = true;
  await desk.getByRole("link", { name: "House CRM" }).click();
  await button("Run now").click();
  await button("Run and write", dialog).click();
  await desk.getByText("Failing").waitFor();
  await open(browser, "#/");
  const todo = desk.locator("[data-todo^=connector]");
  await expect
    .poll(() => todo.textContent())
    .toContain("The connector House CRM failsIt said: rest: 401 no-key.");
  await shot(desk, "desk-connector-todo");
  await todo.getByRole("link").click();
  await desk.getByRole("heading", { level: 1, name: "House CRM" }).waitFor();
  await button("Remove").click();
  await button("Remove", dialog).click();
  await desk.getByRole("heading", { level: 1, name: "Connectors" }).waitFor();
  expect(browser.errors).toEqual([]);
});

it("an administrator signs in to a CRM on its own page, in another tab, with an address for its app to come back to", async () => {
  const { context, errors } = browser;
  await context.route("https://app.hubspot.com/**", (route) => route.fulfill({ body: "Agree?" }));
  const desk = await open(browser, "#/connectors");
  await desk.getByRole("button", { name: "Connect a CRM" }).first().click();
  const dialog = desk.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Our HubSpot");
  await dialog.getByLabel("How to get in").selectOption("Sign in, in the browser");
  await dialog.getByLabel("Client id").fill("the-app");
  await dialog.getByLabel("Client secret").fill("its-secret");
  await dialog.getByText(`Its app sends the browser back to ${workerUrl}/connector-sign-in.`).waitFor();
  await shot(desk, "desk-connectors-sign-in-form");
  await dialog.getByRole("button", { name: "Save" }).click();
  await desk.getByRole("heading", { level: 1, name: "Our HubSpot" }).waitFor();
  await desk.getByText("Nobody has signed in to HubSpot yet").waitFor();
  await desk.getByText(`Its app sends the browser back to ${workerUrl}/connector-sign-in.`).waitFor();
  await desk.getByText("Not tried on the vendor's own system yet").waitFor();
  // Before that, a test or a run would reach nothing.
  await expect
    .poll(() => desk.getByRole("button", { name: /Test the connection|Trial run/ }).count())
    .toBe(0);
  await expectAccessibleInBoth(desk);
  await shot(desk, "desk-connectors-sign-in");
  const opened = context.waitForEvent("page");
  await desk.getByRole("button", { name: "Sign in to HubSpot" }).click();
  const tab = await opened;
  await expect.poll(() => tab.url()).toContain("https://app.hubspot.com/oauth/authorize?");
  const asked = new URL(tab.url()).searchParams;
  expect([asked.get("client_id"), asked.get("code_challenge_method")]).toEqual(["the-app", "S256"]);
  // The page follows what is done elsewhere, as it does once somebody has agreed.
  const { connectors } = await call<ConnectorsAnswer>(workerUrl, tokens.admin, "GET", "/v1/connectors");
  const { id, kind, way, setup } = connectors.find(({ name }) => name === "Our HubSpot")!;
  const renamed = { kind, way, setup, name: "Renamed meanwhile" };
  await call(workerUrl, tokens.admin, "PUT", `/v1/connectors/${id}`, renamed);
  await desk.getByRole("heading", { level: 1, name: "Renamed meanwhile" }).waitFor();
  // The vendor says no: what the browser then shows.
  await tab.goto(`${workerUrl}/connector-sign-in?error=access_denied&state=${asked.get("state")}`);
  await tab.getByText("The CRM did not let ClearDial in. It said: access_denied.").waitFor();
  await expectAccessibleInBoth(tab);
  await tab.close();
  expect(errors).toEqual([]);
});

it("an administrator has the fields made, which were named first, by an administrator of the CRM", async () => {
  const made: string[] = ["Contact cClearDialDate"];
  const espo = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://crm");
    const object = /\.(\w+)\.fields$/.exec(url.searchParams.get("key") ?? "")?.[1];
    const say = (status: number, data: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(data));
    if (object !== undefined) {
      const own = made.filter((one) => one.startsWith(object)).map((one) => one.split(" ")[1]!);
      return say(
        200,
        Object.fromEntries(own.map((name) => [name, { type: name.endsWith("Date") ? "date" : "varchar" }])),
      );
    }
    if (request.headers.authorization !== `Basic ${btoa("admin:secret")}`) return say(403, {});
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    return request.on("end", () => {
      const { name } = JSON.parse(Buffer.concat(chunks).toString()) as { name: string };
      made.push(`${url.pathname.split("/").at(-1)} c${name[0]!.toUpperCase()}${name.slice(1)}`);
      say(200, {});
    });
  });
  await new Promise<void>((done) => espo.listen(0, "127.0.0.1", done));
  const { objects, fields } = kinds.espocrm;
  const host = `http://127.0.0.1:${(espo.address() as AddressInfo).port}`;
  const { id } = await call<{ id: string }>(workerUrl, tokens.admin, "POST", "/v1/connectors", {
    ...{ kind: "espocrm", name: "Our Espo", way: "key", secret: { apiKey: "key" } },
    setup: { settings: { host }, objects: objects.slice(0, 1), fields },
  });
  const desk = await open(browser, `#/connectors/${id}`);
  await desk.getByRole("button", { name: "Make the fields" }).click();
  const dialog = desk.getByRole("dialog");
  await dialog.getByText("Contact: cClearDialVerdict: it would be made.").waitFor();
  await dialog.getByText("Contact: cClearDialDate: it is there.").waitFor();
  expect(made).toHaveLength(1);
  const make = dialog.getByRole("button", { name: "Make what is missing" });
  await dialog.getByLabel("Administrator's user name").fill("admin");
  await dialog.getByLabel("Administrator's password").fill("wrong");
  await make.click();
  await dialog.getByText("Contact: cClearDialVerdict: it was refused: 403.").waitFor();
  await expectAccessibleInBoth(desk);
  await shot(desk, "desk-connector-fields");
  await dialog.getByLabel("Administrator's password").fill("secret");
  await make.click();
  await dialog.getByText("Contact: cClearDialVerdict: it is made.").waitFor();
  await dialog.getByText("All fields are there. Test the connection now.").waitFor();
  expect(made).toEqual(
    ["cClearDialDate", "cClearDialVerdict", "cClearDialReasons"].map((f) => `Contact ${f}`),
  );
  espo.close();
  expect(browser.errors).toEqual([]);
});
