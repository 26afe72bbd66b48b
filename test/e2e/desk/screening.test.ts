/** Screening on the desk: a file in, a file with verdicts out. */
import { readFile } from "node:fs/promises";
import { readSheet } from "read-excel-file/node";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { call } from "../../../scripts/lib/seed.ts";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { ScreeningsAnswer } from "../../../shared/screening/api.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { Clicks } from "../kit/clicks.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { shot } from "../kit/shots.ts";
import { open, overflows } from "./kit.ts";

const { workerUrl, tokens } = inject("e2e");
let browser: Launched;
beforeAll(async () => {
  browser = await launch({ joined: "manager", sites: [] });
});
afterAll(async () => {
  expect(browser.errors).toEqual([]);
  await browser.close();
});

const numbers = Array.from({ length: 1000 }, (_, i) => `020 7946 0${String(i).padStart(3, "0")}`);
const earlier = () => call<ScreeningsAnswer>(workerUrl, tokens.admin, "GET", "/v1/screenings");

it("job: screen a file of contacts and take back those in which no bar was found, in three clicks; it stands among the earlier ones", async () => {
  const clicks = new Clicks();
  const page = await open(browser, "#/screening");
  const press = (name: string) => clicks.on(page.getByRole("button", { name, exact: true }));
  const choose = (name: string, buffer: Buffer) =>
    page.locator('input[type="file"]').setInputFiles({ name, mimeType: "", buffer });
  const done = (name: string) => page.getByRole("heading", { name: `${name} is screened` }).waitFor();
  const download = async () => {
    const [file] = await Promise.all([page.waitForEvent("download"), press("Download the result")]);
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  };
  const checked = await call<CheckAnswer>(workerUrl, tokens.admin, "POST", "/v1/check", { numbers });
  const verdicts = checked.results.map((r) => r.verdict);

  const lines = numbers.map((n, i) => `Person ${i};${n};${i === 0 ? "=1+1" : "x"};020 7946 0999`);
  await choose("contacts.csv", Buffer.from(`Name;Phone;Note;Other mobile\r\n${lines.join("\r\n")}\r\n`));
  const phone = page.getByRole("group", { name: "Columns with telephone numbers" });
  await phone.getByLabel("Other mobile").waitFor();
  await expect.poll(() => phone.getByRole("checkbox", { checked: true }).count()).toBe(2);
  // The second column that was found is not wanted.
  await clicks.on(phone.getByLabel("Other mobile"));
  await page.getByText(/looks like telephone numbers, too: Other mobile\. They are not checked/).waitFor();
  await expectAccessibleInBoth(page);
  await shot(page, "desk-screening-ready");
  await press("Screen the file");
  await done("contacts.csv");
  const count = (verdict: string) => verdicts.filter((v) => v === verdict).length.toLocaleString("en-GB");
  await expect.poll(() => page.locator('[data-count="clear"]').textContent()).toBe(count("clear"));
  await expect.poll(() => page.locator('[data-count="blocked"]').textContent()).toBe(count("blocked"));
  await expect
    .poll(() => page.getByRole("region", { name: "Screenings, newest first" }).textContent())
    .toContain("contacts.csv");
  await expectAccessibleInBoth(page);
  await expect.poll(() => overflows(page)).toBe(false);
  await shot(page, "desk-screening-done");
  const clear = verdicts.filter((v) => v === "clear").length;
  const [only] = await Promise.all([
    page.waitForEvent("download"),
    press(`Download the ${clear.toLocaleString("en-GB")} rows in which no bar was found`),
  ]);
  expect(clicks.count).toBe(3);
  expect(only.suggestedFilename()).toBe("contacts-no-bar-found.csv");
  const kept = (await readFile(await only.path(), "utf8")).trimEnd().split("\r\n");
  expect(kept.map((line) => line.split(";")[4])).toEqual([
    "verdict",
    ...verdicts.filter((v) => v === "clear"),
  ]);
  const csv = await download();
  expect(csv.name).toBe("contacts-screened.csv");
  const rows = csv.bytes
    .toString()
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(";"));
  expect(rows[0]!.slice(0, 8)).toEqual(
    "Name;Phone;Note;Other mobile;verdict;reasons;e164;screened at".split(";"),
  );
  expect(rows[1]!.slice(0, 5)).toEqual(["Person 0", numbers[0], "'=1+1", "020 7946 0999", verdicts[0]]);
  expect(rows.slice(1).map((cells) => cells[4])).toEqual(verdicts);

  await press("Choose another file");
  const workbook = await writeXlsxFile([
    ["Firm", "Telephone"],
    ["A", numbers[0]!],
    ["B", "1.6E+09"],
  ]).toBuffer();
  await choose("firms.xlsx", workbook);
  await press("Screen the file");
  await done("firms.xlsx");
  const sheet = await readSheet((await download()).bytes);
  expect(sheet.map((cells) => cells.slice(0, 3))).toEqual([
    ["Firm", "Telephone", "verdict"],
    ["A", numbers[0], verdicts[0]],
    ["B", "1.6E+09", "unknown"],
  ]);

  await press("Choose another file");
  await choose("words.csv", Buffer.from("Name,Town\nAda,Ely\n"));
  await page.getByText("No column looks like telephone numbers.").waitFor();
  await press("Choose another file");

  // An earlier screening opens by its name, with its counts.
  await page.getByRole("link", { name: "contacts.csv" }).click();
  const dialog = page.getByRole("dialog", { name: "contacts.csv" });
  await dialog.getByText("1,000 rows, 1,000 different numbers.").waitFor();
  await expect.poll(() => dialog.locator('[data-count="blocked"]').textContent()).toBe(count("blocked"));
  await expect
    .poll(() => dialog.getByRole("region", { name: "Numbers by reason" }).textContent())
    .toContain("On TPS");
  await expectAccessibleInBoth(page);
  await shot(page, "desk-screening-earlier");
  await page.keyboard.press("Escape");
  await expect.poll(() => dialog.count()).toBe(0);

  // The answer to a part never comes.
  await page.evaluate(() => {
    const real = chrome.runtime.sendMessage.bind<(message: unknown) => Promise<unknown>>(chrome.runtime);
    const send = (message: { method?: string }) =>
      message.method === "PUT" ? new Promise(() => undefined) : real(message);
    Object.assign(chrome.runtime, { sendMessage: send });
  });
  await choose("long.csv", Buffer.from(`Phone\n${numbers.join("\n")}\n`));
  await press("Screen the file");
  await page.getByRole("status").filter({ hasText: "Screening" }).waitFor();
  await press("Cancel");
  await page.getByText("It was given up.").waitFor();
  await expect
    .poll(async () => (await earlier()).screenings[0])
    .toMatchObject({ name: "long.csv", state: "cancelled" });
  expect((await earlier()).screenings.slice(1, 3)).toMatchObject([
    { name: "firms.xlsx", source: "desk", state: "done", rows: 2, invalid: 1 },
    { name: "contacts.csv", source: "desk", state: "done", rows: 1000, numbers: 1000 },
  ]);
});
