/**
 * No dial gets out by any route: every way in which a page can dial (routes.ts), under every verdict, in places that
 * take turns (table.ts). Only what reaches the system's own handler counts. `npm run soak:guard` runs every row in every
 * place under every verdict.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { Verdict } from "../../../shared/check/api.ts";
import type { DialsAnswer } from "../../../shared/dials/api.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { openDialler } from "../kit/dialler.ts";
import { Drive, type Row, rowIn, rowsOf, takeNumber, wrong } from "./drive.ts";
import { escapes, exception, refused } from "./escapes.ts";
import { tallyRows } from "./kinds.ts";
import { answerRoutes } from "./pages.ts";
import { type Context, contexts, type Route, routes } from "./routes.ts";
import { cells, missing, writings } from "./table.ts";
import { gestures, tricks } from "./tricks.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { closed, says } from "../kit/modal.ts";
import { serve } from "../popup/extension-kit.ts";

const { chromium, workerUrl, tokens } = inject("e2e");
const dialler = openDialler(chromium);

const named = (...names: string[]): Route[] => routes.filter((r) => names.includes(r.name));
/** Set by `npm run soak:guard`. */
const isSoak = process.env["MATRIX_REPORT"] !== undefined;
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
/** Each kind in one place, and in each place one or two. */
const kindsIn = (context: Context): Route[] =>
  kinds.filter(
    ({ name }, i) =>
      contexts
        .map((_, turn) => contexts[(i + turn) % contexts.length]!)
        .find((at) => !exception(refused, name, at) && !exception(escapes, name, at)) === context,
  );
/** These dial in a document of their own once it has loaded; it may be gone before it can report the dial. */
const elsewhere = (row: Row) => /loaded|written|script$|refresh|answer|blank|markup/.test(row.route.name);
const links = named("a link, tel:", "a link, sip:", "open");
/** Rows of one page: more than 120 dials in a minute are held silently. */
const PAGE = 90;

beforeEach(({ skip }) =>
  skip(!dialler, "wants root, a mount namespace of its own and Debian's Chromium at /usr/bin/chromium"),
);

describe("every way to dial", { timeout: isSoak ? 600_000 : 120_000 }, () => {
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

  const possible = (context: Context) => (row: Row) => exception(refused, row.route.name, context) === null;
  const escaping = (context: Context) => (row: Row) =>
    possible(context)(row) && exception(escapes, row.route.name, context) !== null;

  const isLink = ({ route }: Row) => /^a link(,| to _)/.test(route.name);

  /** Each row dials once, unless the browser refuses it there. */
  async function allDial(context: Context, rows: Row[]): Promise<void> {
    for (const row of rows) {
      await drive.begin(row);
      if (possible(context)(row)) await drive.dials(row);
      await drive.tidy();
    }
    expect(wrong(drive, rows, (row) => (possible(context)(row) ? 1 : 0))).toEqual([]);
  }

  /** No row dials, except for the known escapes (escapes.ts). Answers those that the Worker must know as held. */
  async function allHeld(context: Context, rows: Row[], last: Row): Promise<Row[]> {
    const held = (row: Row) => possible(context)(row) && !escaping(context)(row);
    for (const row of rows.filter((r) => r.route.by)) {
      if (held(row)) await drive.refuse(row);
      else await drive.begin(row);
      if (escaping(context)(row)) await drive.dials(row);
    }
    const heard = await drive.heard();
    for (const row of rows.filter(isLink)) expect(heard[row.address] ?? 0, row.route.name).toBe(0);
    await drive.tidy();
    // What is asked about these stays in front of the page: no person acts any more.
    for (const row of rows.filter((r) => !r.route.by)) {
      await drive.begin(row);
      if (escaping(context)(row)) await drive.dials(row);
    }
    // This dial comes after any that was still under way.
    await drive.begin(last);
    expect(await drive.dials(last)).toBe(true);
    await pause(300);
    expect(wrong(drive, rows, (row) => (escaping(context)(row) ? 1 : 0))).toEqual([]);
    await drive.tidy();
    return rows.filter((row) => held(row) && (row.route.by !== undefined || !elsewhere(row)));
  }

  /** Clear rows dial and the others are held, in one page, and the Worker knows. */
  async function asTheySay(context: Context, rows: Row[]): Promise<void> {
    const isClear = ({ verdict, address }: Row) => verdict === "clear" && !address.startsWith("tel:141");
    const clear = rows.filter(isClear);
    const [last] = rowsOf(named("open"), "clear");
    await drive.open(context, [...rows, last!]);
    await allDial(context, clear);
    const heard = await drive.heard();
    for (const row of clear.filter(isLink)) expect(heard[row.address], row.route.name).toBe(1);
    const held = await allHeld(
      context,
      rows.filter((row) => !isClear(row)),
      last!,
    );
    await evidence(
      clear.filter((row) => possible(context)(row) && !escaping(context)(row)),
      ["passed"],
    );
    await evidence(held, ["held"]);
    tallyRows("the page's guard", context, rows);
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

  const nothing = { route: links[0]!, verdict: "unknown" as const, number: "" };
  const refuse = async () => {
    await browser.page.keyboard.press("Escape");
    await closed(browser.page);
  };

  it("dials once where nothing of ours runs", async () => {
    await drive.open("top");
    await allDial("top", rowsOf(routes, "clear"));
  });

  it("every row and every place has every verdict", () => {
    expect(missing(cells(isSoak))).toEqual([]);
    expect(contexts.filter((context) => kindsIn(context).length === 0)).toEqual([]);
  });

  describe("where a site is turned on", () => {
    beforeAll(async () => {
      if (dialler) await browser.turnOn(url, url.replace("localhost", "127.0.0.1"));
    });

    it.each(contexts)("what is clear dials once, at once; all else is held: %s", async (context) => {
      const rows = cells(isSoak)
        .filter((cell) => cell.context === context)
        .map(rowIn);
      // A page that dials without end is held for that alone.
      for (let i = 0; i < rows.length; i += PAGE) await asTheySay(context, rows.slice(i, i + PAGE));
    });

    it.each(["clear", "blocked"] as const)("in disguise, %s: dials once, or is held", async (verdict) => {
      const rows = rowsOf(tricks, verdict);
      for (let i = 0; i < rows.length; i += PAGE) await asTheySay("top", rows.slice(i, i + PAGE));
    });

    it.each(gestures)("a gesture of $dials: $route.name", async ({ dials, route }) => {
      const rows = rowsOf([route], "clear");
      await drive.open("top", rows);
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
        const rows = rowsOf(kindsIn(context), "caution");
        await drive.open(context, rows);
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
        const rows = rowsOf(kindsIn(context), "clear");
        await drive.open(context);
        await allDial(context, rows);
      }
    });

    it.each(writings)("a number written as $name is read as the number that it is", async ({ write }) => {
      const [route] = named("a link, tel:") as [Route];
      const row = (verdict: Verdict): Row => {
        const number = takeNumber(verdict);
        return { route, verdict, number, address: write(number) };
      };
      const [clear, blocked] = [row("clear"), row("blocked")];
      await drive.open("top");
      await drive.begin(clear);
      expect(await drive.dials(clear)).toBe(true);
      await drive.begin(blocked);
      await says(browser.page, "Do not call");
      await says(browser.page, sayNumber(blocked.number));
      await refuse();
      expect([drive.count(clear), drive.count(blocked)]).toEqual([1, 0]);
    });

    it("what is no number is held", async () => {
      const before = dialler!.dialled();
      await drive.open("top");
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
        await drive.begin({ ...nothing, address });
        await says(browser.page, "Not known: do not call yet");
        await refuse();
      }
      await drive.begin({ ...nothing, address: "whatsapp://send" });
      await says(browser.page, "Not known");
      await refuse();
      expect(dialler!.dialled()).toEqual(before);
    });

    it("meetings, and what other programs open, go where they go", async () => {
      await drive.open("top");
      for (const address of [
        "zoommtg://zoom.us/join?confno=4155550123",
        "msteams:/l/meetup-join/19:meeting@thread.v2/0?number=%2B44",
        "acme://order/441134960010",
        "acme://track?number=1Z999AA10123456784",
      ]) {
        await drive.begin({ ...nothing, address });
        const gone = () => dialler!.dialled().filter((dialled) => dialled === address).length;
        await expect.poll(gone, { message: address }).toBe(1);
      }
      await closed(browser.page);
    });

    it("nothing is dialled, asked or stopped where a page ends a click that opens nothing", async () => {
      const rows = rowsOf(named("a link, tel:"), "clear").concat(rowsOf(named("a link, tel:"), "blocked"));
      const { page } = browser;
      await drive.open("top", rows);
      const ticked = await page.evaluate(
        (hrefs) => {
          document.body.innerHTML = `<div id="cancels" style="position:fixed;inset:0 50% 50% 0"></div>
            <div id="ends" style="position:fixed;inset:0 0 50% 50%"></div>
            <div id="box"><input type="checkbox"></div>`;
          const host = (id: string, content: string) => {
            const at = document.getElementById(id)!;
            at.attachShadow({ mode: "closed" }).innerHTML = content;
            return at;
          };
          const links = hrefs
            .map((href) => `<a href="${href}" target="_blank" style="position:absolute">Call</a>`)
            .join("");
          const cancels = host(
            "cancels",
            `<a href="${hrefs[0]}" target="_blank" style="position:absolute;inset:0"></a>`,
          );
          const endsIt = host("ends", `${links}<b style="position:absolute;inset:50px">Delete</b>`);
          addEventListener("click", (event) => event.target === endsIt && event.stopPropagation(), true);
          document.addEventListener(
            "click",
            (event) => event.target === cancels && (event.stopPropagation(), event.preventDefault()),
            true,
          );
          // Keyboard navigation of some lists clicks on its row.
          endsIt.click();
          // A box that ticks what is in it, and hears of that no more.
          const box = document.getElementById("box")!;
          const inner = box.querySelector("input")!;
          inner.addEventListener("click", (event) => event.stopPropagation());
          box.addEventListener("click", (event) => (event.preventDefault(), inner.click()));
          box.click();
          return inner.checked;
        },
        rows.map(({ address }) => address),
      );
      expect(ticked).toBe(true);
      for (const id of ["cancels", "ends"]) await page.locator(`#${id}`).click();
      await pause(500);
      await closed(page);
      expect(rows.map((row) => drive.count(row))).toEqual(rows.map(() => 0));
    });

    it("a link that is dragged is left alone", async () => {
      const [row] = rowsOf(named("a link, tel:"), "blocked");
      const { page } = browser;
      await drive.open("top");
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
