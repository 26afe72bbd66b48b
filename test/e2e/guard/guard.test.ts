/**
 * No dial gets out by any route: every way in which a page can dial (routes.ts), as clear and as blocked, in places that
 * take turns (table.ts). Only what reaches the system's own handler counts. The other verdicts, what a page disguises, and
 * what an agent lets go on: guard.long.test.ts.
 */
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../../shared/check/api.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import { closed, says } from "../kit/modal.ts";
import { type Row, rowIn, rowsOf, takeNumber } from "./drive.ts";
import { contexts, type Route } from "./routes.ts";
import { cells, isFirst, missing, writings } from "./table.ts";
import { guarded, inPages, named, noErrors, siteOn, underGuard } from "./under-guard.ts";

const refuse = async () => {
  await guarded.browser.page.keyboard.press("Escape");
  await closed(guarded.browser.page);
};
const nothing = { route: named("a link, tel:")[0]!, verdict: "unknown" as const, number: "" };

describe("every way to dial", () => {
  underGuard();

  it("every row and every place has every verdict", () => {
    expect(missing(cells(false))).toEqual([]);
  });

  describe("where a site is turned on", () => {
    siteOn();

    it.each(contexts)("what is clear dials once, at once; all else is held: %s", async (context) => {
      const rows = cells(false).filter((cell) => isFirst(cell) && cell.context === context);
      await inPages(context, rows.map(rowIn));
    });

    it.each(writings)("a number written as $name is read as the number that it is", async ({ write }) => {
      const [route] = named("a link, tel:") as [Route];
      const row = (verdict: Verdict): Row => {
        const number = takeNumber(verdict);
        return { route, verdict, number, address: write(number) };
      };
      const [clear, blocked] = [row("clear"), row("blocked")];
      await guarded.drive.open("top", [clear, blocked]);
      await guarded.drive.begin(clear);
      expect(await guarded.drive.dials(clear)).toBe(true);
      await guarded.drive.begin(blocked);
      await says(guarded.browser.page, "Do not call");
      await says(guarded.browser.page, sayNumber(blocked.number));
      await refuse();
      expect([guarded.drive.count(clear), guarded.drive.count(blocked)]).toEqual([1, 0]);
    });

    it("what is no number is held", async () => {
      const before = guarded.dialler.dialled();
      await guarded.drive.open("top");
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
        await guarded.drive.begin({ ...nothing, address });
        await says(guarded.browser.page, "Not known: do not call yet");
        await refuse();
      }
      await guarded.drive.begin({ ...nothing, address: "whatsapp://send" });
      await says(guarded.browser.page, "Not known");
      await refuse();
      expect(guarded.dialler.dialled()).toEqual(before);
    });

    it("meetings, and what other programs open, go where they go", async () => {
      await guarded.drive.open("top");
      for (const address of [
        "zoommtg://zoom.us/join?confno=4155550123",
        "msteams:/l/meetup-join/19:meeting@thread.v2/0?number=%2B44",
        "acme://order/441134960010",
        "acme://track?number=1Z999AA10123456784",
      ]) {
        await guarded.drive.begin({ ...nothing, address });
        const gone = () => guarded.dialler.dialled().filter((dialled) => dialled === address).length;
        await expect.poll(gone, { message: address }).toBe(1);
      }
      await closed(guarded.browser.page);
    });

    it("nothing is dialled, asked or stopped where a page ends a click that opens nothing", async () => {
      const rows = rowsOf(named("a link, tel:"), "clear").concat(rowsOf(named("a link, tel:"), "blocked"));
      const { page } = guarded.browser;
      await guarded.drive.open("top", rows);
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
      expect(rows.map((row) => guarded.drive.count(row))).toEqual(rows.map(() => 0));
    });

    it("a link that is dragged is left alone", async () => {
      const [row] = rowsOf(named("a link, tel:"), "blocked");
      const { page } = guarded.browser;
      await guarded.drive.open("top");
      const { x, y } = (await guarded.drive.put(row!))!;
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
      expect(guarded.drive.count(row!)).toBe(0);
    });

    it("and no page had an error of ours to report", noErrors);
  });
});
