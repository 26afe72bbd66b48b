/**
 * Links that dial show what their dial is judged by before they are clicked: by whatever scheme or web address, where no
 * text shows the number, and with a question mark where no number can be read.
 */
import { changePolicy } from "../kit/policy.ts";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { launch, type Launched, spokenOn } from "../kit/harness.ts";
import { closed, inOurWorld, modal, says } from "../kit/modal.ts";
import { shot } from "../kit/shots.ts";

const { pagesUrl, workerUrl, tokens } = inject("e2e");
let browser: Launched;

// By the fixtures' rule; each link has a number of its own.
const TPS = (n: number) => `+44117496${String(n).padStart(3, "0")}0`;
const CONSENTED = "+441174960061";
const CLEAR = "+441174960001";
const encoded = (number: string) => number.replace("+", "%2B");

beforeAll(async () => {
  browser = await launch({ viewport: { width: 1000, height: 900 } });
});
afterAll(() => browser?.close());

declare const cleardialOverlay: { badges: () => { written: string; verdict: string }[] } | undefined;
const shown = async () =>
  Object.fromEntries(
    (
      await inOurWorld(
        browser.page,
        () => (typeof cleardialOverlay === "undefined" ? [] : cleardialOverlay.badges()),
        null,
      )
    ).map(({ written, verdict }) => [written, verdict]),
  );
/** A page of links with an icon each. */
async function fill(hrefs: string[], text = ""): Promise<void> {
  const html = hrefs.map(
    (href) =>
      `<p><a href="${href.replaceAll("&", "&amp;")}"><svg width="16" height="16"></svg>${text}</a></p>`,
  );
  await browser.page.goto(`${pagesUrl}/frame?count=0`);
  await browser.page.evaluate(
    (html) => document.body.replaceChildren(document.createRange().createContextualFragment(html)),
    html.join(""),
  );
}

it("a link of any scheme or site has the verdict of its call", async () => {
  const links = [
    `tel:${TPS(1)}`,
    `zoomphonecall://${TPS(2)}?callerid=100`,
    `msteams:/l/call/0/0?users=4:${encoded(TPS(3))}`,
    `https://teams.microsoft.com/l/call/0/0?users=4:${encoded(TPS(4))}`,
    `https://voice.google.com/u/0/calls?a=nc,${encoded(TPS(5))}`,
    `https://wa.me/call/${TPS(6).slice(1)}`,
    `web+tel:${TPS(7)}`,
    `acme:${TPS(8)}`,
    `acme://call?number=${encoded(TPS(9))}`,
  ];
  await fill(links);
  await expect.poll(shown).toEqual(Object.fromEntries(links.map((_, i) => [TPS(i + 1), "blocked"])));
});

it("a link to a chat has the verdict of a message", async () => {
  await fill([`https://wa.me/${CONSENTED.slice(1)}`, `sms:${CLEAR}`, `https://t.me/${TPS(1)}`]);
  // Without consent to messages none may be sent (PECR reg 22), whatever the registers say of calls.
  await expect.poll(shown).toEqual({ [CONSENTED]: "caution", [CLEAR]: "blocked", [TPS(1)]: "blocked" });
});

it("one that dials without a number that can be read has a question mark, and is held", async () => {
  await fill(
    ["tel:call-us", "msteams:/l/call/0/0?users=joe@contoso.example", "zoomphonecall://"],
    " Call us",
  );
  await expect.poll(shown).toEqual({ "call-us": "unknown", "joe@contoso.example": "unknown", "": "unknown" });
  await expect
    .poll(() => spokenOn(browser.page))
    .toContain("No number: Not known: do not call yet. This is not a telephone number.");
  await browser.page.click("a[href^=zoomphonecall]");
  await says(browser.page, "Not known: do not call yet");
  expect((await modal(browser.page))!.text).toContain("No number");
  await browser.page.keyboard.press("Escape");
  await closed(browser.page);
});

it("so has a part of a picture, a drawing's link and a form's button, each at its place", async () => {
  await fill([]);
  await browser.page.evaluate(() => {
    document.body.innerHTML = `
      <map name="desk"><area shape="rect" coords="10,10,90,60" href="tel:call-us" alt="Call us">
        <area shape="circle" coords="200,50,40" href="tel:+441174960010" alt="Call sales">
        <area shape="poly" coords="0,99,30,99,30,80" href="/help" alt="Help"></map>
      <img usemap="#desk" width="300" height="100" alt="" style="display:block;margin:40px"
        src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
      <svg width="300" height="60"><a href="tel:ask-for-ann"><text y="30">Ask for Ann</text></a>
        <a href="tel:+441174960020"><text x="150" y="30">Ask for Bo</text></a></svg>
      <form action="/search" style="margin:20px"><input name="q"><button>Search</button>
        <button formaction="dialpad://jane">Call Jane</button>
        <input type="submit" formaction="zoomphonecall://desk" value="Call the desk"></form>
      <button type="button" formaction="tel:nothing">Opens nothing</button>`;
  });
  const TPS_AREA = TPS(1);
  await expect.poll(shown).toEqual({
    ...{ "call-us": "unknown", [TPS_AREA]: "blocked", "ask-for-ann": "unknown" },
    ...{ jane: "unknown", desk: "unknown" },
  });
  await shot(browser.page, "unreadable-links");
  // Each is held, as it says.
  const picture = (await browser.page.locator("img").boundingBox())!;
  const { mouse } = browser.page;
  for (const click of [
    () => mouse.click(picture.x + 50, picture.y + 30),
    () => browser.page.click("svg a >> nth=0"),
    () => browser.page.click("button[formaction^=dialpad]"),
  ]) {
    await click();
    await says(browser.page, "Not known: do not call yet");
    await browser.page.keyboard.press("Escape");
    await closed(browser.page);
  }
  // What changes is read again.
  await browser.page.evaluate(() => {
    document.querySelector("area")!.href = "/no";
    document.querySelector("button[formaction^=dialpad]")!.setAttribute("formaction", "tel:+441174960030");
    document.querySelector("input[type=submit]")!.removeAttribute("formaction");
  });
  await expect.poll(shown).toEqual({
    ...{ [TPS_AREA]: "blocked", "ask-for-ann": "unknown", [TPS(3)]: "blocked" },
  });
  await browser.page.evaluate(() => document.querySelector("map")!.remove());
  await expect.poll(shown).toEqual({ "ask-for-ann": "unknown", [TPS(3)]: "blocked" });
});

it("so has each button of a form whose own address dials, and each is held", async () => {
  await fill([]);
  await browser.page.evaluate(() => {
    document.body.innerHTML = `<form action="dialpad://jane" style="margin:20px"><input name="action"><input name="elements">
        <button>Call Jane</button> <button type="button">Opens nothing</button> <button formaction="/help">Help</button></form>
      <form id="sales" action="/search"></form><button form="sales" style="margin:20px">Go</button>`;
  });
  await expect.poll(shown).toEqual({ jane: "unknown" });
  await shot(browser.page, "unreadable-form");
  await browser.page.click("text=Call Jane");
  await says(browser.page, "Not known: do not call yet");
  await browser.page.keyboard.press("Escape");
  await closed(browser.page);
  // What changes is read again, also in a button outside the form.
  await browser.page.evaluate((number) => {
    document.querySelector("form")!.setAttribute("action", "/jane");
    document.getElementById("sales")!.setAttribute("action", `tel:${number}`);
  }, TPS(1));
  await expect.poll(shown).toEqual({ [TPS(1)]: "blocked" });
  await browser.page.evaluate(() => document.getElementById("sales")!.removeAttribute("action"));
  await expect.poll(shown).toEqual({});
});

it("an element of the page's that hides a member of the document ends no reading", async () => {
  await fill([]);
  await browser.page.evaluate(() => {
    document.body.innerHTML = `<img name="querySelector" alt=""><map name="m"><area href="tel:+441174960010" coords="0,0,9,9"></map>
      <img usemap="#m" width="90" height="90" alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
      <p><a href="tel:+441174960020"><svg width="16" height="16"></svg></a></p>`;
  });
  await expect.poll(shown).toEqual({ [TPS(1)]: "blocked", [TPS(2)]: "blocked" });
});

it("a number beside it does not hide that the link itself has none", async () => {
  await fill(["tel:undefined"], " 0117 496 0001");
  await expect.poll(shown).toEqual({ "0117 496 0001": "clear", undefined: "unknown" });
});

it("meetings and other programs' links have none, and are left alone", async () => {
  await fill([
    "zoommtg://zoom.us/join?confno=4155550123",
    "https://zoom.us/j/4155550123",
    "msteams:/l/meetup-join/19:meeting@thread.v2/0",
    "https://teams.microsoft.com/l/meetup-join/19:meeting@thread.v2/0",
    "slack://channel?team=T1&id=C1",
    "mailto:joe@contoso.example?to=%2B441174960010",
    `https://crm.example.com/?phone=${encoded(TPS(1))}`,
    `tel:${TPS(2)}`,
  ]);
  await expect.poll(shown).toEqual({ [TPS(2)]: "blocked" });
});

it("a scheme that the policy names dials from then on", async () => {
  const save = async (schemes: PolicyAnswer["policy"]["dials"]["schemes"]) => {
    const two = { saves: tokens.manager, approves: tokens.admin };
    await changePolicy(workerUrl, two, (policy) => ({ ...policy, dials: { schemes } }), "a softphone");
  };
  const href = `acmephone://start?target=${encoded(TPS(1))}`;
  await fill([href, "acmephone://start", `tel:${TPS(2)}`]);
  await expect.poll(shown).toEqual({ [TPS(2)]: "blocked" });
  try {
    await save([{ scheme: "acmephone", parameter: "target", kind: "call" }]);
    await expect
      .poll(
        async () => {
          // A page hears of a new policy at its next question.
          await fill([href, "acmephone://start", `tel:${TPS(2)}`]);
          await expect.poll(shown).toMatchObject({ [TPS(2)]: "blocked" });
          return shown();
        },
        { timeout: 120_000 },
      )
      .toEqual({ [TPS(1)]: "blocked", start: "unknown", [TPS(2)]: "blocked" });
  } finally {
    await save([]);
  }
});
