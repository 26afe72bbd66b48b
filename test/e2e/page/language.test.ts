/** A browser in another language: agents and data subjects read that language, and a screen reader pronounces it. */
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { cardPl } from "../../../shared/texts/page/card.pl.ts";
import { popupPl } from "../../../shared/texts/popup/popup.pl.ts";
import { expectAccessible } from "../kit/axe.ts";
import { expectAccessibleInside } from "../kit/axe-inside.ts";
import { expectVerdicts, launch, type Launched } from "../kit/harness.ts";
import { closed, modal, says } from "../kit/modal.ts";
import { shot } from "../kit/shots.ts";

const { pagesUrl, workerUrl } = inject("e2e");
// Its verdict follows the fixtures' rule.
const TPS = "0113 496 0010";

let browser: Launched;
beforeAll(async () => {
  // Chromium on Linux takes its language from the environment.
  const { LANGUAGE } = process.env;
  process.env["LANGUAGE"] = "pl";
  try {
    browser = await launch({ locale: "pl-PL", flags: ["--lang=pl"], viewport: { width: 420, height: 900 } });
  } finally {
    if (LANGUAGE === undefined) delete process.env["LANGUAGE"];
    else process.env["LANGUAGE"] = LANGUAGE;
  }
});
afterAll(() => browser.close());

it("the popup, the options and the first run speak Polish, and say that they do", async () => {
  const { page, extensionId } = browser;
  const own = (path: string) => page.goto(`chrome-extension://${extensionId}/${path}`);
  await own("popup.html");
  await page.getByLabel(popupPl.check.label).fill("0113 496 0010, 0113 496 0001");
  await page.keyboard.press("Enter");
  await page.getByText("W rejestrze TPS (lista z").first().waitFor();
  await page.getByText("Sprawdzono 2 numery").waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("pl-PL");
  await expectAccessible(page);
  await shot(page, "popup-pl");
  for (const path of ["options.html", "tabs/welcome.html"]) {
    await own(path);
    await page.locator('html[lang="pl-PL"] h1').first().waitFor();
    await expectAccessible(page);
  }
  await shot(page, "welcome-pl");
});

it("Chrome itself says in Polish what the extension is", async () => {
  const description = await browser.worker.evaluate(() => chrome.runtime.getManifest().description);
  expect(description).toBe("Pokazuje na każdej stronie CRM, pod które numery telefonów wolno dzwonić.");
});

it("a held dial is explained in Polish", async () => {
  const { page } = browser;
  await page.setViewportSize({ width: 1000, height: 700 });
  await page.goto(`${pagesUrl}/frame?count=0`);
  await page.evaluate((number) => {
    const link = document.createElement("a");
    link.id = "link";
    link.href = `tel:${number.replaceAll(" ", "")}`;
    link.textContent = number;
    document.body.replaceChildren(link);
  }, TPS);
  await expectVerdicts(page, { [TPS]: "blocked" });
  await page.click("#link");
  await says(page, "Nie dzwoń");
  await says(page, "W rejestrze TPS (lista z");
  expect((await modal(page))!.buttons).toContain(cardPl.doNotCall);
  await expectAccessibleInside(page, "dialog.ask:modal");
  await shot(page, "ask-pl");
  await page.keyboard.press("Escape");
  await closed(page);
});

it("a data subject's form is in Polish", async () => {
  const { page } = browser;
  await page.goto(`${workerUrl}/privacy-request`);
  await page.getByLabel("Numer telefonu, na który dzwoniono").waitFor();
  await expectAccessible(page);
});
