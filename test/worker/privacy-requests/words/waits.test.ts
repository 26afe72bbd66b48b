/** An archive that cannot be read stops no erasure: what can be gone through goes, the trail says that the rest waits, and that goes later. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { eraseWords, SLICE } from "../../../../worker/privacy-requests/words/erase.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { DAY, MONTH } from "../../helpers.ts";
import { deepOf, run, withoutArchive } from "../../trail/kit.ts";
import { withTeam } from "../kit.ts";
import { comply, dueOf, isSaid, newest, request, runs, saidOf, says, without } from "./kit.ts";

withTeam();
beforeAll(() => adopt(env));
beforeEach(() => run("DELETE FROM outbox"));
afterEach(() => vi.useRealTimers());

const archived = () => archiveMonths(env, Date.now() + 3 * MONTH);
/** As a release does that keeps nothing of a request in the step that archives it. */
const archivedBefore = async () => {
  await archived();
  await run("DELETE FROM last_bound WHERE row LIKE 'requests/%'");
};
it.each([SLICE, 7])(
  "what another archive has goes at once, and the rest once it is read again (%d a slice)",
  async (slice) => {
    const name = `Wanda Waits${slice}`;
    await says({ text: `${name} rang early` });
    await archived();
    const lost = await newest();
    const id = await request(name);
    await says({ text: `${name} rang later` });
    await archived();
    await says({ text: `${name} rang lately` });
    await comply(id);
    const times = ["early", "later", "lately"].map((when) => `${name} rang ${when}`);
    const left = () => Promise.all(times.map(isSaid));
    for (let n = 0; n < 20; n++) await eraseWords(without(lost, slice === SLICE), slice);
    expect(await left()).toEqual([true, false, false]);
    const events = (await saidOf("request.words-erased", id)) as { waits?: true; unlike?: number[] }[];
    expect([events.filter(({ waits }) => waits).length, events.some(({ unlike }) => unlike)]).toEqual([
      1,
      false,
    ]);
    expect(await dueOf(id)).toMatchObject({ after: 0, waits: 1 });
    expect((await deepOf(["words_due"], Date.now() + 5 * DAY)).found).toEqual([]);

    // Once a day it looks again, and neither sooner nor for good.
    for (let n = 0; n < 3; n++) await eraseWords(env, slice);
    expect(await left()).toEqual([true, false, false]);
    const start = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: start + 2 * DAY });
    for (let n = 0; n < 20; n++) await eraseWords(without(lost), slice);
    expect([await left(), (await dueOf(id))!.waits]).toEqual([[true, false, false], 1]);
    vi.setSystemTime(start + 4 * DAY);
    for (let n = 0; n < 20; n++) await eraseWords(env, slice);
    expect([await left(), await dueOf(id)]).toEqual([[false, false, false], undefined]);
  },
);

it("one that waits has no archive read before its day", async () => {
  await says({ text: "Rosa Rests rang early" });
  await archived();
  const lost = await newest();
  const id = await request("Rosa Rests");
  await archived();
  await comply(id);
  for (let n = 0; n < 3; n++) await eraseWords(without(lost));
  expect(await dueOf(id)).toMatchObject({ after: 0, waits: 1 });
  const get = vi.spyOn(env.ARCHIVE, "get");
  await eraseWords(env);
  expect(get).not.toHaveBeenCalled();
  get.mockRestore();
});

it("others go on beside one that waits", async () => {
  await says({ text: "Willy Waits rang" });
  const waiting = await request("Willy Waits");
  await archivedBefore();
  await comply(waiting);
  const other = await request("Olaf Other");
  await says({ text: "Olaf Other rang" });
  await comply(other);
  await eraseWords(withoutArchive(env));
  expect([await isSaid("Olaf Other rang"), await isSaid("Willy Waits rang")]).toEqual([false, true]);
  await runs();
  expect([await isSaid("Willy Waits rang"), await dueOf(waiting)]).toEqual([false, undefined]);
});

it("one whose decision an archive has that cannot be read goes once it can, months later, without another decision", async () => {
  await says({ text: "Mila Months rang before" });
  const next = await request("Mila Months");
  await archivedBefore();
  await comply(next);
  await says({ text: "Mila Months rang since" });
  for (let n = 0; n < 3; n++) await eraseWords(withoutArchive(env));
  expect(await saidOf("request.words-wait", next)).toEqual([null]);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 40 * DAY });
  for (let n = 0; n < 3; n++) await eraseWords(withoutArchive(env));
  expect(await saidOf("request.words-wait", next)).toEqual([null, null]);
  await archiveMonths(env, Date.now());
  const { results } = await env.DB.prepare("SELECT subject FROM audit WHERE subject LIKE 'words_due/%'").all<{
    subject: string;
  }>();
  expect(results.map(({ subject }) => subject)).toEqual([`words_due/${(await dueOf(next))!.job}@3`]);
  expect(await isSaid("Mila Months rang before")).toBe(true);
  for (let n = 0; n < 3; n++) await eraseWords(env);
  expect([
    await isSaid("Mila Months rang before"),
    await isSaid("Mila Months rang since"),
    await dueOf(next),
  ]).toEqual([false, true, undefined]);
  expect((await deepOf(["words_due"])).found.filter((one) => !one.includes("missing"))).toEqual([]);
});
