/** What a run brings beyond verdicts: further numbers of people who objected, and whose lines numbers are. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import { partyIn } from "../../../worker/connectors/parties.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { call } from "../helpers.ts";
import { add, ask, drive, driven, run } from "./drive.ts";
import { doubleOf, fill } from "./kit.ts";

drive();

const LINE = "+442079460555";
const MOBILE = "+447700900555";
const factsOf = async (number: string) => {
  const { data } = await call("POST", "/v1/check", {
    token: driven.tokens.agent,
    body: { numbers: [number] },
  });
  return (data as CheckAnswer).results[0]!.facts!;
};
const closed = async (...numbers: string[]) => {
  const found = await Promise.all(numbers.map(factsOf));
  return found.filter(({ suppressions }) => suppressions.length > 0).map(({ e164 }) => e164);
};

it("a person's objection closes each number that a later run finds in their record", async () => {
  const crm = doubleOf("hubspot");
  const [id] = fill(crm, "hubspot", ["020 7946 0555"]);
  const connector = await add(crm);
  await run(connector.id, true);
  await run(connector.id, false);
  const body = { number: LINE, reason: "stop", scope: "person" };
  expect((await call("POST", "/v1/suppressions", { token: driven.tokens.agent, body })).status).toBe(201);
  expect(await closed(LINE, MOBILE)).toEqual([LINE]);
  crm.records["contacts"]!.find((one) => one.id === id)!.fields["mobilephone"] = "07700 900555";
  // A trial stores nothing, and closes nothing.
  await run(connector.id, true);
  expect(await closed(LINE, MOBILE)).toEqual([LINE]);
  await run(connector.id, false);
  expect(await closed(LINE, MOBILE)).toEqual([LINE, MOBILE]);
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("a field says whose line a record's numbers are, until it says another or the record is gone", async () => {
  await env.DB.prepare(
    "INSERT INTO policies (version, doc, by, at, why) SELECT 1, ?, id, ?, '' FROM people LIMIT 1",
  )
    .bind(JSON.stringify({ parties: { from: ["connector"] } }), new Date().toISOString())
    .run();
  const crm = doubleOf("hubspot");
  crm.setup.objects[0]!.party = "kind_of_customer";
  const [id, other] = fill(crm, "hubspot", [
    { phone: "020 7946 0601", kind_of_customer: "Company" },
    { phone: "020 7946 0602", kind_of_customer: "a friend" },
  ]);
  const connector = await add(crm);
  await run(connector.id, true);
  const party = async (number: string) => (await factsOf(number)).party?.party;
  expect(await party("+442079460601")).toBeUndefined();
  await run(connector.id, false);
  expect(await party("+442079460601")).toBe("company");
  expect(await party("+442079460602")).toBeUndefined();
  const of = (one: string | undefined) => crm.records["contacts"]!.find((record) => record.id === one)!;
  of(id).fields["kind_of_customer"] = "Sole trader";
  of(other).fields["kind_of_customer"] = "Partnership";
  await run(connector.id, false);
  expect([await party("+442079460601"), await party("+442079460602")]).toEqual([
    "sole-trader",
    "partnership",
  ]);
  crm.records["contacts"] = crm.records["contacts"]!.filter((one) => one.id !== id);
  await run(connector.id, false);
  expect([await party("+442079460601"), await party("+442079460602")]).toEqual([undefined, "partnership"]);
  await ask("DELETE", `/${connector.id}`);
  expect(await party("+442079460602")).toBeUndefined();
});

it("a company's objection closes its account's records, as a field names the account, until none does", async () => {
  const crm = doubleOf("hubspot");
  crm.setup.objects[0]!.account = "associatedcompanyid";
  const of = (phone: string, associatedcompanyid: string) => ({ phone, associatedcompanyid });
  fill(crm, "hubspot", [
    of("020 7946 0701", "7"),
    of("020 7946 0702", "7"),
    of("020 7946 0703", "8"),
    of("020 7946 0704", ""),
    of("020 7946 0705", ""),
  ]);
  const connector = await add(crm);
  await run(connector.id, true);
  await run(connector.id, false);
  const say = (number: string) =>
    call("POST", "/v1/suppressions", {
      token: driven.tokens.agent,
      body: { number, reason: "stop", scope: "company" },
    });
  await say("+442079460701");
  // Whoever has no account has no colleagues.
  await say("+442079460704");
  const all = [1, 2, 3, 4, 5].map((n) => `+44207946070${n}`);
  expect(await closed(...all)).toEqual(["+442079460701", "+442079460702", "+442079460704"]);
  const colleague = crm.records["contacts"]!.find(({ fields }) => fields["phone"] === "020 7946 0703")!;
  colleague.fields["associatedcompanyid"] = "7";
  await run(connector.id, false);
  expect(await closed(...all)).toEqual([...all.slice(0, 4)]);
  const accounts = () => env.DB.prepare("SELECT COUNT(*) AS n FROM connector_accounts").first<number>("n");
  expect(await accounts()).toBe(3);
  colleague.fields["associatedcompanyid"] = "";
  await run(connector.id, false);
  expect(await accounts()).toBe(2);
  await ask("DELETE", `/${connector.id}`);
  expect(await accounts()).toBe(0);
});

it("only a party's name is one: what a CRM says otherwise is not known", () => {
  expect(["Sole Trader", "sole_trader", " company "].map(partyIn)).toEqual([
    "sole-trader",
    "sole-trader",
    "company",
  ]);
  for (const text of ["", "Ltd", "company?", "B2B", "true"]) expect(partyIn(text), text).toBeNull();
});
