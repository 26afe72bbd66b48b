/** Until when law wants a consent's proof, written lower by the database's owner, so that the night's sweep takes the consent. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { asOwner, aTeam, call, DAY, dump, MONTH } from "../helpers.ts";
import { run } from "../trail/kit.ts";

const tokens = aTeam();
const now = Date.now();
const made = async (path: string, body: object): Promise<Consent> => {
  const { status, data } = await call("POST", path, { token: tokens.manager, body });
  expect(status, JSON.stringify(data)).toBeLessThan(300);
  return data as Consent;
};
const left = async () => ((await dump("consents")) as { id: string }[]).map(({ id }) => id);
const keptBack = async () => ((await dump("kept_back")) as { row: string }[]).map(({ row }) => row);
const mails = async () =>
  ((await dump("outbox")) as { template: string }[]).filter(({ template }) => template === "rows-kept-back");

beforeAll(() => adopt(env));

it("a consent stays as long as law wants its proof by when it was given, whatever its row says of that", async () => {
  const german = (number: string) =>
    made("/v1/consents", {
      ...{ number, kind: "notification", giver: "subscriber", givenBy: "J. Doe" },
      ...{ givenAt: new Date(now - DAY).toISOString(), words: "Do ring me", how: "web", proof: "form 12" },
    });
  const [bent, whole] = [await german("+493023125001"), await german("+493023125002")];
  expect(bent.keepUntil).not.toBeNull();
  for (const { id } of [bent, whole]) await made(`/v1/consents/${id}/withdraw?because=mistake`, {});
  await asOwner(["consents"], () =>
    run("UPDATE consents SET keep_until = '2020-01-01' WHERE id = ?", bent.id),
  );
  await sweep(env, now + 40 * MONTH);
  expect((await left()).sort()).toEqual([bent.id, whole.id].sort());
  expect(await keptBack()).toEqual([`consents/${bent.id}`]);
  expect((await mails()).length).toBeGreaterThan(0);
  await run("DELETE FROM outbox");
  await sweep(env, now + 40 * MONTH + DAY);
  expect(await mails()).toEqual([]);
  expect(await left()).toContain(bent.id);
  for (const days of [0, 1]) await sweep(env, now + 90 * MONTH + days * DAY);
  expect(await left()).toEqual([]);
});
