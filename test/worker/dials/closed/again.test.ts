/** A dial that a browser sends once more is the one that it sent before, also where somebody asks for its number meanwhile. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { recall } from "../../../../worker/dials/closed/read.ts";
import { closedByKey } from "../../../../worker/dials/closed/words.ts";
import { dump } from "../../helpers.ts";
import { meanwhileBefore } from "./calls-kit.ts";
import { closeDials } from "./closing.ts";
import { august, day, FIRST, keyed, LATER, SLICE, there } from "./kit.ts";

august();
const KEY = "sent-before-it-closed";

it("is found by its key while it comes back", async () => {
  await keyed(KEY);
  await closeDials(env, LATER, SLICE);
  expect(await there()).toEqual([]);
  const { id } = ((await dump("people")) as { id: string; role: string }[]).find(
    ({ role }) => role === "agent",
  )!;
  const own = meanwhileBefore(/FROM closed_out WHERE num BETWEEN/, () => recall(env, [`+${FIRST}`]));
  expect(await closedByKey(own, id, KEY, day(0))).toMatchObject({ number: `+${FIRST}` });
  expect(await there()).toHaveLength(2);
});
