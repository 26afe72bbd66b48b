/**
 * No dial gets out by any route: every way in which a page can dial (routes.ts), in every place where a page can be,
 * under every verdict. Only what reaches the system's own handler counts.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { Verdict } from "../../../shared/check/api.ts";
import type { DialsAnswer } from "../../../shared/dials/api.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { openDialler } from "../kit/dialler.ts";
import { Drive, type Row, rowsOf, takeNumber, wrong } from "./drive.ts";
import { escapes, exception, refused } from "./escapes.ts";
import { answerRoutes } from "./pages.ts";
import { type Context, contexts, type Route, routes } from "./routes.ts";
import { gestures, tricks } from "./tricks.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { closed, says } from "../kit/modal.ts";
import { serve } from "../popup/extension-kit.ts";

const { chromium, workerUrl, tokens } = inject("e2e");
const dialler = openDialler(chromium);

const named = (...names: string[]): Route[] => routes.filter((r) => names.includes(r.name));
const byTel = routes.filter((r) => !r.address);
/** One number of each kind. */
const kinds = named(
  "location =",
  "open",
  "click() on a link to _blank outside it",
  "submit to _blank",
  "a new frame",
  "a frame's script",
  "a refresh in the page",
  "a link, tel:",
  "a link, wa.me/call",
  "a link to _blank",
  "a link by Enter",
  "a form's button",
);
/** These dial in a document of their own once it has loaded; it may be gone before it can report the dial. */
const elsewhere = (row: Row) => /loaded|written|script$|refresh|answer|blank|markup/.test(row.route.name);
const links = named("a link, tel:", "a link, sip:", "open");

/** Ways in which real pages write one number. */
const wide = (text: string) => text.replace(/\d/g, (d) => String.fromCharCode(0xff10 + Number(d)));
const writings: { name: string; write: (number: string) => string }[] = [
  { name: "+44 (0) with an extension", write: (n) => `tel:+44(0)${n.slice(3)};ext=12` },
  { name: "%2B44", write: (n) => `tel:%2B${n.slice(1)}` },
  { name: "one between marks of direction", write: (n) => `tel:\u202b0${n.slice(3)}\u202c` },
  { name: "full-width digits", write: (n) => `tel:${wide(`0${n.slice(3)}`)}` },
];

beforeEach(({ skip }) =>
  skip(!dialler, "wants root, a mount namespace of its own and Debian's Chromium at /usr/bin/chromium"),
);

describe("every way to dial", { timeout: 120_000 }, () => {
  let browser: Launched;
  let drive: Drive;
  let url = "";
  let stop = () => {};
  beforeAll(async () => {
    if (!dialler) return;
    const { port, close } = await serve(answerRoutes);
    stop = close;
    url = `http://localhost:${port}`;
    browser = await launch({ sites: [], chromium: dialler.executablePath });
    await dialler.watch(browser.context);
    drive = new Drive(browser.page, dialler, url);
  });
  afterAll(async () => {
    if (!dialler) return;
    await browser.close();
    stop();
    dialler.remove();
  });

  /** The numbers whose badges show what their dials are judged by: badges are about calls. */
  const shown = (rows: Row[]) => rows.filter(({ route }) => !route.message).map((r) => r.number);
  const possible = (context: Context) => (row: Row) => exception(refused, row.route.name, context) === null;
  const escaping = (context: Context) => (row: Row) =>
    possible(context)(row) && exception(escapes, row.route.name, context) !== null;

  /** Each row dials once, unless the browser refuses it there. */
  async function allDial(context: Context, rows: Row[]): Promise<void> {
    for (const row of rows) {
      await drive.begin(row);
      if (possible(context)(row)) await drive.dials(row);
      await drive.tidy();
    }
    expect(wrong(drive, rows, (row) => (possible(context)(row) ? 1 : 0))).toEqual([]);
  }

  /** No row dials, except for the known escapes (escapes.ts). */
  async function allHeld(context: Context, rows: Row[], verdict: Verdict): Promise<void> {
    await drive.open(context, shown(rows), verdict);
    const scripts = rows.filter((r) => !r.route.by);
    for (const row of scripts) {
      await drive.begin(row);
      if (escaping(context)(row)) await drive.dials(row);
    }
    const held = (row: Row) => possible(context)(row) && !escaping(context)(row);
    const here = (row: Row) => held(row) && !elsewhere(row);
    await evidence(scripts.filter(here), ["held"]);
    await drive.tidy();
    await drive.refuseAll();
    const clicked = rows.filter((r) => r.route.by);
    for (const row of clicked) {
      await drive.begin(row);
      if (escaping(context)(row)) await drive.dials(row);
      else if (possible(context)(row)) await drive.refuse(row);
      if (/^a link(,| to _)/.test(row.route.name)) expect(await drive.heard(row), row.route.name).toBe(0);
    }
    // This dial comes after any that was still under way.
    const last = rowsOf(links.slice(0, 1), "clear");
    await drive.begin(last[0]!);
    expect(await drive.dials(last[0]!)).toBe(true);
    await pause(300);
    expect(wrong(drive, rows, (row) => (escaping(context)(row) ? 1 : 0))).toEqual([]);
    await evidence(clicked.filter(held), ["held"]);
  }

  /** The Worker has these actions for the rows' dials, in this order, each once. */
  async function evidence(rows: Row[], actions: string[]): Promise<void> {
    const path = "/v1/dials?limit=500";
    const differing = async () => {
      const { dials } = await call<DialsAnswer>(workerUrl, tokens.admin, "GET", path);
      return rows
        .map(({ route, number }) => ({
          name: route.name,
          did: dials.filter((d) => d.number === number).map((d) => d.action),
        }))
        .filter(({ did }) => did.reverse().join() !== actions.join());
    };
    await expect.poll(differing, { timeout: 20_000, interval: 200 }).toEqual([]);
  }

  it("dials once where nothing of ours runs", async () => {
    await drive.open("top", [], "clear");
    await allDial("top", rowsOf(routes, "clear"));
  });

  describe("where a site is turned on", () => {
    beforeAll(async () => {
      if (dialler) await browser.turnOn(url, url.replace("localhost", "127.0.0.1"));
    });

    it.each(contexts)("clear: dials once, at once; %s", async (context) => {
      const rows = rowsOf(routes, "clear");
      await drive.open(context, shown(rows), "clear");
      await allDial(context, rows);
      for (const row of rows.filter((r) => /^a link(,| to _)/.test(r.route.name)))
        expect(await drive.heard(row), row.route.name).toBe(1);
      const judged = rows.filter((row) => possible(context)(row) && !escaping(context)(row));
      await evidence(judged, ["passed"]);
    });

    it.each(contexts)("blocked: held; %s", async (context) => {
      await allHeld(context, rowsOf(routes, "blocked"), "blocked");
    });

    it.each(contexts)("unknown: held; %s", async (context) => {
      await allHeld(context, rowsOf(routes, "unknown"), "unknown");
    });

    it("in disguise, clear: dials once", async () => {
      const rows = rowsOf(tricks, "clear");
      await drive.open("top", shown(rows), "clear");
      await allDial("top", rows);
      await evidence(
        rows.filter((row) => !escaping("top")(row)),
        ["passed"],
      );
    });

    it("in disguise, blocked: held", async () => {
      await allHeld("top", rowsOf(tricks, "blocked"), "blocked");
    });

    it.each(gestures)("a gesture of $dials: $route.name", async ({ dials, route }) => {
      const rows = rowsOf([route], "clear");
      await drive.open("top", shown(rows), "clear");
      await drive.begin(rows[0]!);
      expect(await drive.dials(rows[0]!)).toBe(true);
      await evidence(
        rows,
        Array.from({ length: dials }, () => "passed"),
      );
      await drive.tidy();
    });

    it("caution: held, and dials once after “Call”", async () => {
      for (const context of contexts) {
        const some = (context === "top" ? kinds : links).filter(
          (r) => !exception(escapes, r.name, context) && !exception(refused, r.name, context),
        );
        const rows = rowsOf(some, "caution");
        await drive.open(context, shown(rows), "caution");
        for (const row of rows) {
          await drive.begin(row);
          await says(browser.page, /^Read before you (call|send)/);
          expect(drive.count(row), `${row.route.name} before it is allowed`).toBe(0);
          await drive.call(row);
          await drive.dials(row);
          await closed(browser.page);
          await drive.tidy();
        }
        expect(
          wrong(drive, rows, () => 1),
          context,
        ).toEqual([]);
        await evidence(rows, ["held", "passed"]);
      }
    });

    it("not known yet, and found clear: dials once by itself", async () => {
      for (const context of contexts) {
        const rows = rowsOf(context === "top" ? kinds : links, "clear");
        await drive.open(context, [], "clear");
        await allDial(context, rows);
      }
    });

    it("a code that hides the caller: held, though the number is clear", async () => {
      const rows = rowsOf(byTel, "clear", "141");
      await allHeld("top", rows, "clear");
    });

    it.each(writings)("a number written as $name is read as the number that it is", async ({ write }) => {
      const [route] = named("a link, tel:") as [Route];
      const row = (verdict: Verdict): Row => {
        const number = takeNumber(verdict);
        return { route, number, address: write(number) };
      };
      const [clear, blocked] = [row("clear"), row("blocked")];
      await drive.open("top", [], "clear");
      await drive.begin(clear);
      expect(await drive.dials(clear)).toBe(true);
      await drive.begin(blocked);
      await says(browser.page, "Do not call");
      await says(browser.page, sayNumber(blocked.number));
      await drive.refuse(blocked);
      expect([drive.count(clear), drive.count(blocked)]).toEqual([1, 0]);
    });

    it("what is no number is held", async () => {
      const before = dialler!.dialled();
      await drive.open("top", [], "clear");
      for (const address of [
        "tel:",
        "tel:call-us",
        `tel:${"1".repeat(40)}`,
        "tel:%E0%A4%A",
        "tel:+44",
        "sip:@",
        "zoomphonecall://?callerid=%2B441134960001",
        "dialpad://jane",
        "msteams:/l/call/0/0?users=joe@contoso.example",
        "https://voice.google.com/u/0/calls?a=nc,",
        "acme:%2B441134960001?number=%2B441134960003",
      ]) {
        const row = { route: links[0]!, number: "", address };
        await drive.begin(row);
        await says(browser.page, "Not known: do not call yet");
        await drive.refuse(row);
      }
      const chat = { route: links[0]!, number: "", address: "whatsapp://send" };
      await drive.begin(chat);
      await drive.refuse(chat);
      expect(dialler!.dialled()).toEqual(before);
    });

    it("meetings, and what other programs open, go where they go", async () => {
      await drive.open("top", [], "clear");
      for (const address of [
        "zoommtg://zoom.us/join?confno=4155550123",
        "msteams:/l/meetup-join/19:meeting@thread.v2/0?number=%2B44",
        "acme://order/441134960010",
        "acme://track?number=1Z999AA10123456784",
      ]) {
        await drive.begin({ route: links[0]!, number: "", address });
        const gone = () => dialler!.dialled().filter((dialled) => dialled === address).length;
        await expect.poll(gone, { message: address }).toBe(1);
      }
      await closed(browser.page);
    });

    it("a link that is dragged is left alone", async () => {
      const [row] = rowsOf(named("a link, tel:"), "blocked");
      const { page } = browser;
      await drive.open("top", [], "clear");
      const { x, y } = (await drive.put(row!))!;
      const dragged = page.evaluate(
        () =>
          new Promise((done) =>
            addEventListener("dragstart", (event) => setTimeout(() => done(!event.defaultPrevented))),
          ),
      );
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 100, y + 100, { steps: 5 });
      await page.mouse.up();
      expect(await dragged).toBe(true);
      expect(drive.count(row!)).toBe(0);
    });

    it("and no page had an error of ours to report", () => {
      // Chromium's own message for rows that it refuses.
      const refusals = /^(Blocked form submission|Blocked script execution|Not allowed to launch)/;
      expect(browser.errors.filter((error) => !refusals.test(error))).toEqual([]);
    });
  });
});
