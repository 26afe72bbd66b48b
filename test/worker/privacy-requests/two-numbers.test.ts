/** A dial that was meant for one number and rings another is found for both subscribers, and counts as neither's own. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Dial, DialsAnswer } from "../../../shared/dials/api.ts";
import { call, dump } from "../helpers.ts";
import { eventsOf, proofOf } from "../proof/kit.ts";
import { confirmAll, done, enter, officer, read, tokens, verified, withTeam } from "./kit.ts";
import { copied, copyOf } from "./export/zip.ts";

withTeam();
const [HERE, IRISH] = ["+44852222222", "+353852222222"];
let dial: Dial;
const dialled = async () => {
  const body = {
    ...{ number: "085 222 2222", e164: IRISH, action: "held", verdict: "unknown", reasons: [], seen: null },
    ...{ host: "crm.example.com", at: new Date().toISOString() },
  };
  return (await call("POST", "/v1/dials", { token: tokens.agent, body })).data as Dial;
};
beforeAll(async () => {
  dial = await dialled();
  expect(dial).toMatchObject({ number: HERE, recordNumber: IRISH });
});
const dials = async () =>
  ((await call("GET", "/v1/dials", { token: tokens.admin })).data as DialsAnswer).dials.map(({ id }) => id);
const entries = async (number: string) =>
  ((await dump("suppressions")) as { number: number }[]).filter(
    (row) => row.number === Number(number.slice(1)),
  );
const found = async (number: string, kind: string) => {
  const id = await enter(officer, { kind, number });
  await done(officer, id, "identity", { step: "clear", how: "known to us" });
  await done(officer, id, "match", { everything: true });
  expect((await confirmAll(officer, id)).map((item) => [item.kind, item.id])).toEqual([
    ["dial", `dial.${dial.id}`],
  ]);
  return id;
};

it.each([HERE, IRISH])("a copy for %s has it, with both numbers and what was dialled", async (number) => {
  const id = await found(number, "access");
  const { data } = await copyOf(id);
  expect(data["dials"]).toMatchObject([
    { rings: HERE, recordNumber: IRISH, written: "085 222 2222", medium: "call", layer: "page" },
  ]);
});

it.each([HERE, IRISH])("a proof of %s has it, with both numbers and what was dialled", async (number) => {
  const { document } = await proofOf(env, officer, number);
  expect(eventsOf(document).filter(({ what }) => what === "dial")).toMatchObject([
    { what: "dial", ref: dial.id, number: HERE, recordNumber: IRISH, written: "085 222 2222" },
  ]);
});

it("an erasure for one takes it away, and bars only that one's number", async () => {
  const id = await found(IRISH, "erasure");
  await done(officer, id, "decide", { decision: "comply" });
  expect(await dials()).toEqual([]);
  expect(await entries(IRISH)).toHaveLength(1);
  expect(await entries(HERE)).toEqual([]);
});

it("a second number that was searched is in the copy, though only screened; one with another's findings is not", async () => {
  const [OWN, SECOND, OTHERS] = ["+442079463021", "+442079463022", "+442079463023"];
  await call("POST", "/v1/suppressions", {
    token: tokens.agent,
    body: { number: OTHERS, reason: "Max wants none", source: "call" },
  });
  for (const number of [SECOND, OTHERS])
    await env.DB.prepare("INSERT INTO watched VALUES (?, '2026-07-01', 1)")
      .bind(Number(number.slice(1)))
      .run();
  const id = await verified(officer, OWN);
  await done(officer, id, "match", { everything: true, numbers: [SECOND, OTHERS] });
  const { items } = await read(officer, id);
  expect(items).toHaveLength(1);
  await done(officer, id, "items", { items: [{ id: items[0]!.id, verdict: "rejected" }], reason: "of Max" });
  const { data, text } = await copied(id);
  expect(data["watched"]).toMatchObject([{ number: SECOND, screenedOn: "2026-07-01" }]);
  expect(text).not.toContain(OTHERS);
  // A slip is put right by another search.
  await done(officer, id, "match", { everything: true });
  expect((await copied(id)).data["watched"] ?? []).toEqual([]);
});

it("nor is one whose dials were found and are somebody else's", async () => {
  await dialled();
  const id = await verified(officer, "+442079463031");
  await done(officer, id, "match", { everything: true, numbers: [IRISH, HERE] });
  const { items } = await read(officer, id);
  expect(items.length).toBeGreaterThan(0);
  const all = items.map((item) => ({ id: item.id, verdict: "rejected" }));
  await done(officer, id, "items", { items: all, reason: "of Max" });
  for (const number of [IRISH, HERE])
    await env.DB.prepare("INSERT OR IGNORE INTO watched VALUES (?, '2026-07-01', 1)")
      .bind(Number(number.slice(1)))
      .run();
  expect((await copied(id)).data["watched"] ?? []).toEqual([]);
});
