/** What moves between a look, a decision and an erasure there: numbers that are forgotten here, that are another's, and other steps. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Connector } from "../../../../shared/connectors/api.ts";
import type { RequestSystem } from "../../../../shared/privacy-requests/api-systems.ts";
import { requestOf } from "../../connectors/drive.ts";
import { holding } from "../../connectors/held.ts";
import { type Double, doubleOf, fill } from "../../connectors/kit.ts";
import { call, setPolicy } from "../../helpers.ts";
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
