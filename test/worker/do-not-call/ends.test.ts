/** When a consent is over that nobody ended: by its days, by policy or by law. Housekeeping erases it as long after. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { asOwner, aTeam, call, DAY, dump, MONTH, setPolicy } from "../helpers.ts";

const tokens = aTeam();
let next = 0;
const aNumber = () => `+44113496${String(++next).padStart(4, "0")}`;
const given = new Date(Date.now() - DAY).toISOString();

it("it is erased when it ended by its days, by law or by policy, and is kept while it may count", async () => {
  const is = async (number: string, more: object = {}, token = tokens.manager) => {
    const body = {
      ...{ number, kind: "notification", giver: "subscriber", givenBy: "J. Doe", givenAt: given },
      ...{ words: "do ring me", how: "web", proof: "form 7", ...more },
    };
    const { status, data } = await call("POST", "/v1/consents", { token, body });
    expect(status, JSON.stringify(data)).toBe(201);
    return (data as Consent).id;
  };
  const old = (basis: string) =>
    env.DB.prepare(
      `INSERT INTO consents (id, number, basis, given_by, given_at, evidence, until, by, at)
       SELECT ?1, ?2, ?1, 'J. Doe', ?3, 'x', NULL, id, ?3 FROM people LIMIT 1`,
    )
      .bind(basis, Number(aNumber().slice(1)), given)
      .run();
  await old("solicited");
  await old("consent");
  const days = [
    "solicited",
    await is(aNumber(), { kind: "solicited" }),
    await is(aNumber(), {}, tokens.agent),
  ];
  // The ranges of Australia, Spain and the United Kingdom for films and tests, or unassigned.
  const [australia, spain] = ["+61255501234", "+34600000001"] as const;
  const prior = { kind: "prior", calls: ["general"] };
  const law = [await is(australia, prior), await is(spain, prior)];
  const lasting = [
    "consent",
    await is(aNumber()),
    await is(australia, { ...prior, lasting: true, words: "for as long as you like" }),
    await is(spain, { ...prior, medium: "message" }),
  ];
  const kept = async (ids: string[]) => {
    const left = new Set(((await dump("consents")) as { id: string }[]).map(({ id }) => id));
    return ids.filter((id) => left.has(id)).length;
  };
  const after = async (months: number) => {
    await sweep(env, Date.now() + months * MONTH);
    return Promise.all([kept(days), kept(law), kept(lasting)]);
  };
  expect(await after(23)).toEqual([3, 2, 4]);
  expect(await after(25)).toEqual([0, 2, 4]);
  // Three months of Australia, 24 of Spain, and as long again as a call is kept.
  expect(await after(28)).toEqual([0, 1, 4]);
  expect(await after(49)).toEqual([0, 0, 4]);
  await setPolicy(({ consents }) => ({ consents: { ...consents, monthsAtMost: 12 } }));
  await asOwner(["policies"], () => env.DB.exec("UPDATE policies SET at = '2026-01-01T00:00:00.000Z'"));
  expect(await after(49)).toEqual([0, 0, 0]);
});
