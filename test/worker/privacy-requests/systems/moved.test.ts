/** What moves between a look, a decision and an erasure there: numbers that are forgotten here, that are another's, and other steps. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Connector } from "../../../../shared/connectors/api.ts";
import type { RequestSystem } from "../../../../shared/privacy-requests/api-systems.ts";
import { requestOf } from "../../connectors/drive.ts";
import { holding } from "../../connectors/held.ts";
import { type Double, doubleOf, fill } from "../../connectors/kit.ts";
import { call, dump, setPolicy } from "../../helpers.ts";
import { deepOf, run } from "../../trail/kit.ts";
import { act, called, confirmAll, done, officer, read, tokens, today, verified, withTeam } from "../kit.ts";

withTeam();

let crm: Double;
const connectors: string[] = [];
const connect = async () => {
  const { data } = await call("POST", "/v1/connectors", { token: tokens.admin, body: requestOf(crm) });
  connectors.push((data as Connector).id);
};
beforeEach(async () => {
  crm = doubleOf("hubspot");
  holding(crm, "hubspot");
  await setPolicy(() => ({
    recipients: [
      {
        ...{ kind: "connector", name: "HubSpot", host: "api.hubapi.com", role: "processor", country: "IE" },
        ...{ contract: "DPA", fields: ["number"], erases: true, backupDays: 30 },
      },
    ],
  }));
});
afterEach(async () => {
  vi.unstubAllGlobals();
  for (const id of connectors.splice(0))
    await call("DELETE", `/v1/connectors/${id}`, { token: tokens.admin });
});

const only = async (id: string): Promise<RequestSystem> => (await read(officer, id)).systems![0]!;
const requested = async () => {
  const { number } = await called(tokens.admin);
  const id = await verified(officer, number, { kind: "erasure" });
  await confirmAll(officer, id);
  return { id, number };
};
const look = (id: string) => done(officer, id, "systems");
const decide = (id: string) => done(officer, id, "decide", { decision: "comply" });
const deny = (id: string) =>
  done(officer, id, "decide", { decision: "deny", ground: "unfounded", reasons: "spam" });
/** Does something once, while the CRM answers a request to such an address. */
const meanwhile = (path: string, what: () => Promise<unknown>) => {
  const answer = crm.instead;
  let isDone = false;
  crm.instead = async (request) => {
    if (request.url.endsWith(path) && !isDone) {
      isDone = true;
      await what();
    }
    return (await answer(request)) ?? null;
  };
};

const soughtOf = async (request: string) =>
  (await dump("request_systems")).flatMap((row) => {
    const one = row as { request: string; sought: string };
    return one.request === request ? [JSON.parse(one.sought) as { numbers: string[] }] : [];
  })[0]!.numbers;

it("a system that was connected after the erasure is never said to hold nothing, however often it is looked at", async () => {
  const { id } = await requested();
  // The recording is left to erase, so that something is owed.
  const down = { ...env, RECORDINGS: { head: () => Promise.reject(new Error("down")) } };
  await done(officer, id, "decide", { decision: "comply" }, down as unknown as typeof env);
  await connect();
  const answer = crm.instead;
  crm.instead = () => Response.json({ category: "MISSING_SCOPES" }, { status: 403 });
  await look(id);
  crm.instead = answer;
  for (const _ of [1, 2]) {
    await look(id);
    expect(await only(id)).toMatchObject({ outcome: null, problem: "forgotten" });
  }
});

it("a number that turned out to be another's is sought no more, and what was found by it is not listed", async () => {
  await connect();
  const { id, number } = await requested();
  const stranger = await called(tokens.admin);
  await done(officer, id, "match", { numbers: [stranger.number] });
  await confirmAll(officer, id);
  const [hers, other] = fill(crm, "hubspot", [number, stranger.number]);
  await look(id);
  expect((await only(id)).records.map((one) => one.id).sort()).toEqual([hers, other].sort());
  await done(officer, id, "items", {
    items: [{ id: `recording.${stranger.recording}`, verdict: "rejected" }],
    reason: "a stranger's",
  });
  await look(id);
  expect((await only(id)).records).toMatchObject([{ id: hers }]);
  expect(await soughtOf(id)).toEqual([number.slice(1)]);
  await decide(id);
  await look(id);
  expect((await only(id)).records).toMatchObject([{ id: hers }]);
  expect(await soughtOf(id)).toEqual([number.slice(1)]);
  expect((await deepOf(["request_systems"])).found).toEqual([]);
});

it("a look that began before a decision settles nothing of what that decision asks", async () => {
  await connect();
  const { id } = await requested();
  await look(id);
  meanwhile("/contacts/search", () => decide(id));
  expect(await act(officer, id, "systems")).toMatchObject({ code: "request-moved" });
  expect(await only(id)).toMatchObject({ outcome: null, problem: "before" });
});

it("what was erased there stays on record where the request was refused meanwhile", async () => {
  await connect();
  const { id, number } = await requested();
  const [hers] = fill(crm, "hubspot", [number]);
  await decide(id);
  await look(id);
  meanwhile("gdpr-delete", () => deny(id));
  const { id: system } = await only(id);
  const records = [{ object: "contacts", id: hers }];
  expect(await act(officer, id, `systems/${system}/erase`, { records })).toMatchObject({
    code: "request-wants",
  });
  expect((await only(id)).records).toMatchObject([{ id: hers, erasedOn: today() }]);
  expect((await deepOf(["request_systems"])).found).toEqual([]);
});

it("a row without a host gets that of the system that is looked at, and no second row", async () => {
  await connect();
  const { id } = await requested();
  await run("UPDATE request_systems SET host = '' WHERE request = ?", id);
  await look(id);
  expect((await read(officer, id)).systems).toMatchObject([{ host: "api.hubapi.com", outcome: "nothing" }]);
});
