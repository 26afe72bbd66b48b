/**
 * The modal that holds a dial, and the evidence of it. The page's own click handler dials, as a softphone's does: a
 * click that reaches it was let through.
 */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import type { Campaign, Policy } from "../../../shared/policy/policy.ts";
import { openExtensionPage } from "../../../scripts/lib/browser.ts";
import { call, daysAgo } from "../../../scripts/lib/seed.ts";
import { expectAccessible } from "../kit/axe.ts";
import { expectAccessibleInside } from "../kit/axe-inside.ts";
import { Clicks, Keys } from "../kit/clicks.ts";
import { expectVerdicts, launch, type Launched } from "../kit/harness.ts";
import { closed, inOurWorld, modal, placeOf, press, says, wrongAtFocus } from "../kit/modal.ts";
import { actions, dialled, dialsOf, fill, linkTo, type PageWindow } from "./dialog-kit.ts";
import { changePolicy as changePolicyOf } from "../kit/policy.ts";
import { shot } from "../kit/shots.ts";

const { pagesUrl, otherUrl, workerUrl, tokens } = inject("e2e");

// Their verdicts follow the fixtures' rule.
const CLEAR = "0113 496 0001";
const TPS = "0113 496 0010";
const OBJECTED = "0113 496 0108";
const HOUSE = "0113 496 0508";
const CONSENTED = "0113 496 0061";
// Of Jamaica, whose law is not known here.
const AMERICAN = "876 555 0134";
/** Whose words they are, in the form of a consent. */
const SUBSCRIBER = "The subscriber’s, whose line it is: who has the contract, or speaks for the company";

/** Some days ago, and as people write it. */
const DAY = daysAgo(3);
const WRITTEN = DAY.split("-").toReversed().join("/");

declare const navigation: EventTarget;
const changePolicy = (change: (policy: Policy) => Policy) =>
  changePolicyOf(workerUrl, { saves: tokens.manager, approves: tokens.admin }, change);

let browser: Launched;
let page: Page;
let before: Policy;
beforeAll(async () => {
  before = (await call<PolicyAnswer>(workerUrl, tokens.admin, "GET", "/v1/policy")).policy;
  await changePolicy((p) => ({
    ...p,
    consents: { ...p.consents, amber: "dialog" },
    identity: {
      ...p.identity,
      company: "Northfold",
      line: "This is … from Northfold; our number is 0113 496 0000.",
      address: "1 Fixture Street, Leeds",
      ownNumbers: ["+441134960000"],
      presentationNumber: "+441134960000",
    },
  }));
  browser = await launch({ viewport: { width: 1000, height: 760 } });
  page = browser.page;
});
afterAll(async () => {
  await browser.close();
  await changePolicy(() => before);
});
beforeEach(async () => {
  await page.bringToFront();
  await page.goto(`${pagesUrl}/frame?count=0`);
});

async function show(html: string, verdicts: Parameters<typeof expectVerdicts>[1]): Promise<void> {
  await fill(page, html);
  await expectVerdicts(page, verdicts);
}

describe("each verdict", () => {
  it("clear: passes at once, and is on record", async () => {
    const had = (await dialsOf(CLEAR)).length;
    await show(`<p>${linkTo(CLEAR)}</p>`, { [CLEAR]: "clear" });
    await page.click("#link");
    expect(await dialled(page)).toEqual(["link"]);
    expect(await modal(page)).toBeNull();
    expect(await actions(CLEAR, had, 1)).toEqual(["passed"]);
    expect((await dialsOf(CLEAR))[0]).toMatchObject({
      host: new URL(pagesUrl).host,
      agrees: true,
      byName: "The agent",
    });
  });

  it("blocked: held; “Don’t call” has the focus, Escape is the same, and the page is usable again", async () => {
    const had = (await dialsOf(TPS)).length;
    await show(`<p>${linkTo(TPS)} <button id="own" onclick="this.dataset.n = 1">Own</button></p>`, {
      [TPS]: "blocked",
    });
    await page.click("#link");
    await says(page, "Do not call");
    await says(page, "+44 113 496 0010");
    await says(page, /On TPS \(list of \d+ \w+ \d{4}\)\./);
    expect((await modal(page))!.focus).toBe("Don’t call");
    // Meanwhile nothing of the page can be used.
    await page.mouse.click(...(await middle("#own")));
    expect(await page.evaluate(() => document.getElementById("own")!.dataset["n"])).toBeUndefined();
    await shot(page, "ask-blocked");
    await expectAccessibleInside(page, "dialog.ask:modal");

    await page.keyboard.press("Escape");
    await closed(page);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("link");
    await page.click("#own");
    expect(await page.evaluate(() => document.getElementById("own")!.dataset["n"])).toBe("1");

    await page.click("#link");
    await says(page, "Do not call");
    await page.keyboard.press("Enter");
    await closed(page);
    expect(await dialled(page)).toEqual([]);
    expect(await actions(TPS, had, 2)).toEqual(["held", "held"]);
  });

  it("caution: “Call” after reading, with who to say is calling", async () => {
    const had = (await dialsOf(CONSENTED)).length;
    await show(`<p>${linkTo(CONSENTED)}</p>`, { [CONSENTED]: "caution" });
    await page.click("#link");
    await says(page, "Read before you call");
    // The product that they agreed to calls about.
    await says(page, "boilers");
    await says(page, "This is … from Northfold");
    await says(page, "If they ask: 1 Fixture Street, Leeds");
    await shot(page, "ask-caution");
    await page.emulateMedia({ colorScheme: "dark" });
    await shot(page, "ask-caution-dark");
    await expectAccessibleInside(page, "dialog.ask:modal");
    await page.emulateMedia({ colorScheme: null });
    await press(page, "Call");
    await closed(page);
    await expect.poll(() => dialled(page)).toEqual(["link"]);
    expect(await actions(CONSENTED, had, 2)).toEqual(["held", "passed"]);
  });

  it("job: say which country a number is of, by its name, in two clicks and two steps of the keyboard", async () => {
    const [clicks, keys] = [new Clicks(), new Keys(page)];
    await show(`<p>${linkTo(AMERICAN)}</p>`, { [AMERICAN]: "unknown" });
    await clicks.on(page.locator("#link"));
    await says(page, "Not known: do not call yet");
    await says(page, "could belong to more than one country");
    expect((await modal(page))!.buttons).not.toContain("Call");
    // To ask again would tell nothing new.
    expect((await modal(page))!.buttons).not.toContain("Check again");
    await shot(page, "ask-unknown");
    await clicks.does(() => press(page, "Which country?"));
    await page.keyboard.type("Nowhere");
    await page.keyboard.press("Enter");
    await says(page, "Choose a country from the list.");
    await shot(page, "ask-country");
    await expectAccessibleInside(page, "dialog.ask:modal");
    await page.keyboard.press("Control+A");
    // As far as it is the only one that begins so, in small letters too.
    await keys.type("jamai");
    await keys.press("Enter");
    await says(page, "ClearDial does not know the law of this country.");
    expect([clicks.count, keys.count]).toEqual([2, 2]);
    await press(page, "Don’t call");
    await closed(page);
    expect(await dialled(page)).toEqual([]);
    await browser.ask({
      ...{ kind: "page.rule", host: new URL(pagesUrl).host, written: AMERICAN, ruling: { forget: true } },
    });
  });

  it("of a server that could not be reached it asks again", async () => {
    const number = "0113 496 0073"; // not asked about before
    await page.context().setOffline(true);
    try {
      await show(`<p>${linkTo(number)}</p>`, { [number]: "unknown" });
      await page.click("#link");
      await says(page, "ClearDial's server cannot be reached");
      await expect.poll(async () => (await modal(page))?.buttons ?? []).toContain("Check again");
    } finally {
      await page.context().setOffline(false);
    }
    await press(page, "Check again");
    await expect.poll(async () => (await modal(page))?.buttons ?? []).not.toContain("Check again");
    if (await modal(page)) await press(page, "Don’t call");
    await closed(page);
  });

  it("a dial code that hides our number: refused, and dialled without it", async () => {
    await show(`<p>${linkTo(CLEAR)} ${linkTo("141 0113 496 0001", "hidden")}</p>`, { [CLEAR]: "clear" });
    // Stops dials that leave the page, as Chrome would ask which program is to dial.
    await page.evaluate(() =>
      navigation.addEventListener("navigate", (event) => {
        const { url } = (event as Event & { destination: { url: string } }).destination;
        if (!url.startsWith("tel:")) return;
        event.preventDefault();
        ((window as unknown as PageWindow).dialled ??= []).push(url);
      }),
    );
    await page.click("#hidden");
    await says(page, "This would hide our number");
    await says(page, "141 hides the number of who calls. We never do that.");
    await shot(page, "ask-withheld");
    await expectAccessibleInside(page, "dialog.ask:modal");
    expect((await modal(page))!.buttons).not.toContain("Call");
    const had = (await dialsOf(CLEAR)).length;
    await press(page, "Dial without 141");
    await closed(page);
    await expect.poll(() => dialled(page)).toEqual(["tel:01134960001"]);
    expect(await actions(CLEAR, had, 1)).toEqual(["passed"]);
  });

  it("a message is warned of as a message", async () => {
    await show(`<p>${linkTo(TPS, "link", "sms:01134960010")}</p>`, { [TPS]: "blocked" });
    await page.click("#link");
    // The register says nothing of it; what is missing is consent.
    await says(page, "Do not send a message");
    await says(page, "A marketing message needs consent");
    expect((await modal(page))!.focus).toBe("Don’t send");
    expect((await modal(page))!.buttons).toEqual(
      expect.arrayContaining(["Write for another reason…", "They agreed, or asked for it…"]),
    );
    await expectAccessibleInside(page, "dialog.ask:modal");
    await shot(page, "ask-message");
    await page.keyboard.press("Escape");
    await closed(page);
    expect(await dialled(page)).toEqual([]);
  });
});

const middle = async (selector: string): Promise<[number, number]> => {
  const { x, y, width, height } = (await page.locator(selector).boundingBox())!;
  return [x + width / 2, y + height / 2];
};

describe("over a bar", () => {
  it("job: make a held call for a reason that policy allows, by keyboard alone, in six steps; it is stored before the dial", async () => {
    const keys = new Keys(page);
    const had = (await dialsOf(HOUSE)).length;
    await show(`<p>${linkTo(HOUSE)}</p>`, { [HOUSE]: "blocked" });
    await page.focus("#link");
    await keys.press("Enter");
    await says(page, "On our do-not-call list since");
    await expect.poll(async () => (await modal(page))?.buttons ?? []).toContain("Call for another reason…");
    await keys.press("Tab");
    await expect.poll(async () => (await modal(page))?.focus).toBe("Call for another reason…");
    // The focus goes round in a circle and stays in the modal.
    const round = ["They told us not to call, too", "Not now: ring on another day", "Why?", "Don’t call"];
    for (const back of [...round, "Call for another reason…"]) {
      await page.keyboard.press("Tab");
      await expect.poll(async () => (await modal(page))?.focus).toBe(back);
    }
    await keys.press("Enter");
    await says(page, "Why may this call be made?");
    // What to say is of a service call, and of no offer.
    await says(page, "“Northfold, about your order or contract with us.”");
    expect((await modal(page))!.text).not.toContain("offer");
    await expect.poll(async () => (await modal(page))?.buttons ?? []).toContain("Call for this reason");
    await keys.press("Tab");
    await page.keyboard.press("Enter");
    await says(page, "Write what it is about.");
    expect(await wrongAtFocus(page)).toBe("Write what it is about. It is kept with the record of this call.");
    await keys.type("The delivery on Friday");
    // A script that got into our root could not send it.
    await inOurWorld(
      page,
      () => {
        const host = document.querySelector<HTMLElement>("cleardial-host")!;
        const root = chrome.dom.openOrClosedShadowRoot(host)!;
        root.querySelector<HTMLFormElement>("dialog.ask form")!.requestSubmit();
      },
      null,
    );
    await says(page, "Why may this call be made?");
    expect(await dialled(page)).toEqual([]);
    await shot(page, "ask-override");
    await expectAccessibleInside(page, "dialog.ask:modal");
    await keys.press("Enter");
    expect(keys.count).toBe(6);
    await closed(page);
    await expect.poll(() => dialled(page)).toEqual(["link"]);
    expect(await actions(HOUSE, had, 2)).toEqual(["held", "overridden"]);
    expect((await dialsOf(HOUSE))[0]).toMatchObject({ basis: "service", reason: "The delivery on Friday" });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("link");
  });

  it("choosing by keyboard keeps the focus in the group, and the next Tab leaves it", async () => {
    const choice = () =>
      inOurWorld(
        page,
        () => {
          const root = chrome.dom.openOrClosedShadowRoot(document.querySelector("cleardial-host")!)!;
          const field = root.activeElement as HTMLInputElement;
          const group = [...root.querySelectorAll<HTMLInputElement>("input[type=radio]")].filter(
            ({ name }) => name === field.name,
          );
          return { name: field.name, at: group.indexOf(field), of: group.length, checked: field.checked };
        },
        null,
      );
    await show(`<p>${linkTo(TPS)}</p>`, { [TPS]: "blocked" });
    await page.click("#link");
    for (const [opens, groups, leaves] of [
      ["They agreed, or asked for it…", ["kind", "giver"], "Back"],
      ["Put on our do-not-call list", ["from"], "Cancel"],
    ] as const) {
      await press(page, opens);
      for (const name of groups) {
        for (let tabs = 0; (await choice()).name !== name && tabs < 10; tabs++)
          await page.keyboard.press("Tab");
        const { of } = await choice();
        expect(of, name).toBeGreaterThan(1);
        await page.keyboard.press(" ");
        // Once around, and back to the first.
        for (let n = 1; n <= of; n++) {
          await page.keyboard.press("ArrowDown");
          await expect.poll(choice).toEqual({ name, at: n % of, of, checked: true });
        }
        if (name === "kind") await shot(page, "ask-choice");
        await page.keyboard.press("Tab");
        await expect.poll(async () => (await choice()).name).not.toBe(name);
      }
      await press(page, leaves);
    }
    await page.keyboard.press("Escape");
    await closed(page);
    expect(await dialled(page)).toEqual([]);
  });

  it("job: record from a held call what they agreed to, with its evidence, in seven clicks; the number is judged again", async () => {
    const clicks = new Clicks();
    const click = (what: string) => clicks.does(() => press(page, what));
    const number = "0113 496 0020"; // on the TPS
    const had = (await dialsOf(number)).length;
    await show(`<p>${linkTo(number)}</p>`, { [number]: "blocked" });
    await clicks.on(page.locator("#link"));
    await click("They agreed, or asked for it…");
    await says(page, "Your entry counts for one call back.");
    await press(page, "Record it, and check again");
    await says(page, "Choose what they said.");
    await click("They told us that we may call, although they are on a register");
    await press(page, "Record it, and check again");
    await says(page, "Write who said so.");
    await click("Who said so?");
    await page.keyboard.type("Ada Abbot");
    await press(page, "Record it, and check again");
    await says(page, "Say whose words they are.");
    await click(SUBSCRIBER);
    await click("In which words?");
    await page.keyboard.type("You may ring me about the offer.");
    // Days as people write and paste them; what is none is said next to its field.
    await press(page, "Until (if they named an end)");
    await page.keyboard.type("31/02/2027");
    await press(page, "Record it, and check again");
    await says(page, "Write a day from today on, such as 26/11/2026.");
    expect(await wrongAtFocus(page)).toContain("such as 26/11/2026.");
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await press(page, "When?");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("26/11/2026 25:00");
    await press(page, "Record it, and check again");
    await says(page, "Say when: a time that has passed, such as 26/11/2026 14:30.");
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(`${WRITTEN} 14:30`);
    await shot(page, "ask-consent");
    await expectAccessibleInside(page, "dialog.ask:modal");
    await click("Record it, and check again");
    // An agent's own entry is read before the call.
    await says(page, "Read before you call");
    expect(clicks.count).toBe(7);
    await says(page, "one call back, and it is reviewed");
    expect(await dialled(page)).toEqual([]);
    await press(page, "Call");
    await closed(page);
    await expect.poll(() => dialled(page)).toEqual(["link"]);
    expect(await actions(number, had, 2)).toEqual(["held", "passed"]);
    expect((await dialsOf(number))[0]).toMatchObject({ agrees: true, workerVerdict: "caution" });
    const { consents } = await call<{ consents: Consent[] }>(
      workerUrl,
      tokens.admin,
      "GET",
      `/v1/consents?number=${encodeURIComponent(number)}`,
    );
    expect(consents).toMatchObject([
      {
        ...{ kind: "notification", givenBy: "Ada Abbot", giver: "subscriber", until: null },
        ...{
          words: "You may ring me about the offer.",
          givenAt: new Date(`${DAY}T14:30`).toISOString(),
          how: "telephone",
          state: "review",
          attempts: 1,
          withdrawnAt: null,
        },
      },
    ]);
    // One call back, and no second one.
    await expectVerdicts(page, { [number]: "blocked" });
    await call(workerUrl, tokens.manager, "POST", `/v1/consents/${consents[0]!.id}/withdraw?because=mistake`);
  });

  describe("where the company makes claims calls", () => {
    const number = "0113 496 0007";
    const makes = async (...runs: Campaign[]) => {
      await changePolicy((p) => ({ ...p, campaigns: { ...p.campaigns, runs } }));
      await browser.ask({ kind: "ui.retry" });
    };
    afterEach(async () => {
      await page.keyboard.press("Escape");
      await makes("general");
    });
    const SAYS = "They told us that we may call, although they are on a register";

    it("alone: no notification is offered, and an agent's entry is reviewed first", async () => {
      await makes("claims-management");
      await show(`<p>${linkTo(number)}</p>`, { [number]: "blocked" });
      await page.click("#link");
      await press(page, "They agreed, or asked for it…");
      await says(page, "Somebody reviews your entry first. Until then it allows nothing here.");
      expect((await modal(page))!.text).not.toContain(SAYS);
      await press(page, "They agreed to this kind of call beforehand");
      expect((await modal(page))!.text).not.toContain("For which kind of call?");
    });

    it("beside general ones: judged as general while the agent has not said which, and the form asks for which kind it was", async () => {
      await makes("general", "claims-management");
      await show(`<p>${linkTo(number)} ${linkTo(TPS, "listed")}</p>`, {
        [number]: "clear",
        [TPS]: "blocked",
      });
      await page.click("#listed");
      await press(page, "They agreed, or asked for it…");
      await says(page, SAYS);
      // What an entry allows depends on the kind of call, which nobody has named.
      expect((await modal(page))!.text).not.toContain("our entry");
      await press(page, SAYS);
      await says(page, "Your entry counts for one call back.");
      expect((await modal(page))!.text).not.toContain("For which kind of call?");
      await press(page, "They asked us to call them");
      await says(page, "For which kind of call?");
      expect((await modal(page))!.text).not.toContain("our entry");
      await press(page, "about an offer of ours");
      await says(page, "Your entry counts for one call back.");
      await press(page, "about claims management");
      await says(page, "Somebody reviews your entry first.");
      await press(page, "Record it, and check again");
      await shot(page, "ask-consent-kind");
      await expectAccessibleInside(page, "dialog.ask:modal");
      await page.keyboard.press("Escape");
      await closed(page);
      await browser.ask({ kind: "ui.purpose", purpose: "claims-management" });
      try {
        await expectVerdicts(page, { [number]: "blocked" });
        await browser.ask({ kind: "ui.purpose", purpose: "general" });
        await expectVerdicts(page, { [number]: "clear" });
        await makes("claims-management");
        // What was chosen is no kind of this company any more.
        await expectVerdicts(page, { [number]: "blocked" });
      } finally {
        await browser.ask({ kind: "ui.purpose", purpose: null });
      }
    });
  });

  it("each reason names its rule, its source, and the day on which it was looked up", async () => {
    await show(`<p>${linkTo(TPS)}</p>`, { [TPS]: "blocked" });
    await page.click("#link");
    await press(page, "Why?");
    await says(page, /PECR 2003 reg 21.* looked up on \d+ \w+ \d{4}/);
    await says(page, "www.legislation.gov.uk");
    await shot(page, "ask-why");
    await expectAccessibleInside(page, "dialog.ask:modal");
    await page.keyboard.press("Escape");
    await closed(page);
  });

  it("an objection is no agent's to override", async () => {
    await show(`<p>${linkTo(OBJECTED)}</p>`, { [OBJECTED]: "blocked" });
    await page.click("#link");
    await says(page, /They told us not to call \(\d+ \w+ \d{4}\)/);
    await says(page, "a manager can record it");
    expect((await modal(page))!.buttons).toEqual(["Why?", "Don’t call"]);
    await shot(page, "ask-objection");
    await page.keyboard.press("Escape");
    await closed(page);
    expect(await dialled(page)).toEqual([]);
  });

  it("policy may leave no reason at all", async () => {
    await changePolicy((p) => ({ ...p, overrides: "none" }));
    try {
      await show(`<p>${linkTo(HOUSE)}</p>`, { [HOUSE]: "blocked" });
      await browser.ask({ kind: "ui.retry" });
      await page.click("#link");
      // Whether it opens before or after the change, it follows the policy in force.
      await says(page, "Our policy allows no exception");
      expect((await modal(page))!.buttons).not.toContain("Call for another reason…");
    } finally {
      await changePolicy((p) => ({ ...p, overrides: "with-consent" }));
    }
  });

  it("job: put the person on the do-not-call list from a held call, with what they said, in four clicks", async () => {
    const clicks = new Clicks();
    const click = (what: string) => clicks.does(() => press(page, what));
    const number = "0113 496 0030"; // on the TPS
    await show(`<p>${linkTo(number)}</p>`, { [number]: "blocked" });
    await clicks.on(page.locator("#link"));
    await click("Put on our do-not-call list");
    await says(page, "What did they say?");
    await click("They did, to me");
    await click("What did they say?");
    await page.keyboard.type("Never again");
    await page.keyboard.press("Enter");
    await says(page, "It is on the list.");
    expect(clicks.count).toBe(4);
    // Here, too, whoever pressed it may undo it.
    expect((await modal(page))!.buttons).toContain("Undo");
    await shot(page, "ask-undo");
    await says(page, "They told us not to call");
    await page.keyboard.press("Escape");
    await closed(page);
    await call(workerUrl, tokens.manager, "DELETE", "/v1/suppressions/+441134960030", {
      reason: "Only a test",
    });
  });

  it("a manager records what they agreed to after an objection", async () => {
    const managers = await launch({ joined: "manager", viewport: { width: 1000, height: 760 } });
    try {
      const mine = managers.page;
      await mine.goto(`${pagesUrl}/frame?count=0`);
      await fill(mine, `<p>${linkTo(OBJECTED)}</p>`);
      await expectVerdicts(mine, { [OBJECTED]: "blocked" });
      await mine.click("#link");
      await press(mine, "They have agreed since…");
      await press(mine, "They asked us to call them");
      await press(mine, "Who said so?");
      await mine.keyboard.type("Ben Brook");
      await press(mine, SUBSCRIBER);
      await press(mine, "In which words?");
      await mine.keyboard.type("Please ring me on Tuesday.");
      await press(mine, "Where is the proof of it?");
      await mine.keyboard.type("Mail of today");
      await shot(mine, "ask-manager");
      await press(mine, "Record it, and check again");
      // The agent must read it before the call.
      await says(mine, "Read before you call");
      expect(await dialled(mine)).toEqual([]);
      await press(mine, "Call");
      await closed(mine);
      await expect.poll(() => dialled(mine)).toEqual(["link"]);
      const { consents } = await call<{ consents: Consent[] }>(
        workerUrl,
        tokens.admin,
        "GET",
        `/v1/consents?number=${encodeURIComponent(OBJECTED)}`,
      );
      await call(
        workerUrl,
        tokens.manager,
        "POST",
        `/v1/consents/${consents[0]!.id}/withdraw?because=mistake`,
      );
    } finally {
      await managers.close();
    }
  });
});

it("what passed though it was barred a moment before shows in the popup, and the page learns of it", async () => {
  const number = "0113 496 0011"; // clear
  await show(`<p>${linkTo(number)}</p>`, { [number]: "clear" });
  const entry = { number, kind: "house", reason: "Only a test" };
  await call(workerUrl, tokens.manager, "POST", "/v1/suppressions", entry);
  await page.click("#link");
  expect(await dialled(page)).toEqual(["link"]);
  await expectVerdicts(page, { [number]: "blocked" });
  const popup = await openExtensionPage(browser, "popup.html");
  await popup.getByText("+44 113 496 0011 was called at").waitFor();
  await shot(popup, "popup-dials-blocked");
  await expectAccessible(popup);
  await popup.getByText("I have read this").click();
  await expect.poll(() => popup.getByText("+44 113 496 0011 was called at").count()).toBe(0);
  await popup.close();
  await call(workerUrl, tokens.manager, "DELETE", "/v1/suppressions/+441134960011", { reason: "Done" });
});

describe("where it stands", () => {
  it("a frame's dial is asked about in the top document, and goes on in the frame", async () => {
    await fill(page, `<iframe src="${otherUrl}/frame?count=0" width="500" height="200"></iframe>`);
    await expect.poll(() => page.frames().length).toBe(2);
    const frame = page.frames()[1]!;
    await frame.waitForSelector("ul", { state: "attached" });
    await fill(frame, `<p>${linkTo(CONSENTED)} ${linkTo(TPS, "other")}</p>`);
    await expectVerdicts(page, { [CONSENTED]: "caution", [TPS]: "blocked" });
    await frame.click("#other");
    await says(page, "Do not call");
    await shot(page, "ask-frame");
    await page.keyboard.press("Escape");
    await closed(page);
    await expect.poll(() => frame.evaluate(() => document.activeElement?.id)).toBe("other");
    await frame.click("#link");
    await says(page, "Read before you call");
    await press(page, "Call");
    await closed(page);
    await expect.poll(() => dialled(frame)).toEqual(["link"]);
  });

  it("one after the other where several dial at once, and each can be let go on", async () => {
    const others = ["0114 496 0061", "0115 496 0061", "0116 496 0061"];
    const all = [CONSENTED, ...others];
    await show(
      all.map((number, i) => linkTo(number, `link${i}`)).join(" "),
      Object.fromEntries(all.map((number) => [number, "caution"])),
    );
    await page.evaluate(() => {
      for (const link of document.querySelectorAll("a")) link.click();
    });
    // Whichever is judged first comes first.
    const waiting = new Set(all);
    const shown = async () => {
      const text = (await modal(page))?.text ?? "";
      return [...waiting].find((number) => text.includes(number.slice(1)));
    };
    let last: string | undefined;
    while (waiting.size > 0) {
      await expect.poll(async () => (last = await shown())).toBeDefined();
      waiting.delete(last!);
      if (waiting.size > 0) await page.keyboard.press("Escape");
    }
    await press(page, "Call");
    await closed(page);
    await expect.poll(() => dialled(page)).toEqual([`link${all.indexOf(last!)}`]);
  });

  it("above a modal and a full-screen element of the page's, also those that come later", async () => {
    await show(
      `<dialog id="theirs" style="width:700px;height:500px">${linkTo(TPS)}</dialog><div id="full">Full</div>`,
      {},
    );
    await page.evaluate(() => (document.getElementById("theirs") as HTMLDialogElement).showModal());
    await expectVerdicts(page, { [TPS]: "blocked" });
    await page.click("#link");
    await says(page, "Do not call");
    expect(await onTop()).toBe(true);
    await shot(page, "ask-over-modal");
    // While ours is open, the page opens another modal and goes full screen.
    await page.evaluate(() => {
      const dialog = document.createElement("dialog");
      dialog.textContent = "Late";
      dialog.style.cssText = "width:900px;height:700px";
      document.body.append(dialog);
      dialog.showModal();
    });
    await expect.poll(onTop).toBe(true);
    expect((await modal(page))!.focus).toBe("Don’t call");
    await page.keyboard.press("Escape");
    await closed(page);
    expect(await page.evaluate(() => document.querySelectorAll("dialog:modal").length)).toBe(2);

    await page.reload();
    await show(`<div id="full" style="background:#fff">${linkTo(TPS)}</div>`, { [TPS]: "blocked" });
    await page.click("#full", { position: { x: 300, y: 5 } });
    await page.evaluate(() => document.getElementById("full")!.requestFullscreen());
    await expect.poll(() => page.evaluate(() => document.fullscreenElement?.id)).toBe("full");
    await page.click("#link");
    await says(page, "Do not call");
    expect(await onTop()).toBe(true);
    await press(page, "Don’t call");
    await closed(page);
    expect(await dialled(page)).toEqual([]);
  });

  it("the page's scripts can press nothing in it, and it comes back where they take it away", async () => {
    await show(`<p>${linkTo(CONSENTED)}</p>`, { [CONSENTED]: "caution" });
    await page.click("#link");
    await expect.poll(async () => (await modal(page))?.buttons ?? []).toContain("Call");
    const place = (await placeOf(page, "Call"))!;
    // Everything that the page's own world can try.
    await page.evaluate(({ x, y }) => {
      const host = document.querySelector<HTMLElement>("cleardial-host")!;
      const targets = [host, document.elementFromPoint(x, y), document.activeElement].filter(
        (t) => t !== null,
      );
      for (const target of targets) {
        for (const type of ["pointerdown", "mousedown", "mouseup", "click"])
          target.dispatchEvent(
            new MouseEvent(type, { bubbles: true, composed: true, cancelable: true, clientX: x, clientY: y }),
          );
        for (const key of ["Enter", " "])
          for (const type of ["keydown", "keypress", "keyup"])
            target.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true, composed: true }));
        (target as HTMLElement).click();
      }
    }, place);
    // Even if a script were inside our own root, its click would count for nothing.
    await inOurWorld(
      page,
      () => {
        const host = document.querySelector<HTMLElement>("cleardial-host")!;
        const root = chrome.dom.openOrClosedShadowRoot(host)!;
        const call = [...root.querySelectorAll<HTMLElement>("dialog.ask button")].find(
          (b) => b.innerText === "Call",
        )!;
        call.click();
      },
      null,
    );
    expect(await dialled(page)).toEqual([]);
    expect((await modal(page))!.text).toContain("Read before you call");

    await page.evaluate(() => document.querySelector("cleardial-host")!.remove());
    await expect.poll(onTop).toBe(true);
    await press(page, "Call");
    await expect.poll(() => dialled(page)).toEqual(["link"]);
  });
});

/** True if a click at its middle reaches our modal. */
const onTop = () =>
  inOurWorld(
    page,
    () => {
      const host = document.querySelector<HTMLElement>("cleardial-host");
      const root = host && chrome.dom.openOrClosedShadowRoot(host);
      const dialog = root?.querySelector("dialog.ask:modal");
      if (!dialog) return false;
      const { left, top, width, height } = dialog.getBoundingClientRect();
      return dialog.contains(root!.elementFromPoint(left + width / 2, top + height / 2));
    },
    null,
  );
