/** A text or a chat: the Worker judges it as one by the address that it went by, which the policy may name (PECR reg 22). */
import { beforeAll, expect, it } from "vitest";
import type { Dial } from "../../../shared/dials/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import { call, newTeam, push, setPolicy } from "../helpers.ts";

const [CLEAR, TPS, CONSENTED, CUSTOMER, OBJECTED, WRITTEN_TO] = [0, 1, 2, 3, 4, 5].map(
  (n) => `+44113496010${n}`,
) as [string, string, string, string, string, string];
let tokens: Record<Role, string>;

const record = (path: string, body: object) => call("POST", path, { token: tokens.manager, body });
const given = {
  ...{ givenBy: "Beatrix Quill", givenAt: "2026-11-01T00:00:00Z" },
  ...{ giver: "subscriber", words: "yes", how: "web", proof: "form 7" },
};
const toMessages = { ...given, kind: "prior", medium: "message", calls: ["general"] };
const post = (number: string, body: object) =>
  call("POST", "/v1/dials", {
    token: tokens.agent,
    body: {
      ...{ number, e164: number, action: "held", verdict: "unknown", seen: null, host: "crm.example" },
      ...{ at: new Date().toISOString(), ...body },
    },
  });
const judged = async (number: string, via?: string) => {
  const { workerVerdict, workerReasons, medium } = (await post(number, via === undefined ? {} : { via }))
    .data as Dial;
  return [medium, workerVerdict, workerReasons[0]?.code];
};

beforeAll(async () => {
  tokens = await newTeam();
  await push(tokens.admin, "tps", [TPS, CONSENTED, CUSTOMER, OBJECTED, WRITTEN_TO]);
  await push(tokens.admin, "ctps", [OBJECTED]);
  // To calls, and to messages.
  await record("/v1/consents", { number: CONSENTED, kind: "notification", ...given });
  await record("/v1/consents", { number: WRITTEN_TO, ...toMessages });
  await record("/v1/consents", { number: CUSTOMER, kind: "soft-opt-in", product: "boilers", ...given });
  await record("/v1/suppressions", { number: OBJECTED, reason: "asked" });
});

it("goes by consent and soft opt-in, not by the registers; a call by the registers", async () => {
  for (const via of ["sms:", "https://wa.me/", "tg://resolve?phone="]) {
    for (const number of [CLEAR, TPS, CONSENTED])
      expect(await judged(number, via), via).toEqual(["message", "blocked", "message-needs-consent"]);
    expect(await judged(WRITTEN_TO, via), via).toEqual(["message", "caution", "agreed"]);
    expect(await judged(CUSTOMER, via), via).toEqual(["message", "caution", "soft-opt-in"]);
    expect(await judged(OBJECTED, via), via).toEqual(["message", "blocked", "objection"]);
  }
  for (const via of ["tel:", "msteams:l/call/0/0?users=4:", "https://wa.me/call/", undefined]) {
    expect(await judged(CLEAR, via), via).toEqual(["call", "clear", "not-listed"]);
    expect(await judged(CONSENTED, via), via).toEqual(["call", "caution", "agreed"]);
    for (const number of [TPS, CUSTOMER, WRITTEN_TO])
      expect(await judged(number, via), via).toEqual(["call", "blocked", "tps"]);
  }
});

it("by an address that nobody knows is a call, until the policy says otherwise", async () => {
  expect(await judged(WRITTEN_TO, "acmechat:")).toEqual(["call", "blocked", "tps"]);
  await setPolicy(() => ({ dials: { schemes: [{ scheme: "acmechat", kind: "message" }] } }));
  expect(await judged(WRITTEN_TO, "acmechat:")).toEqual(["message", "caution", "agreed"]);
});

it("may be sent for a reason that policy allows, and over no objection", async () => {
  const why = { action: "overridden", basis: "service", reason: "Their engineer is late", via: "sms:" };
  expect((await post(TPS, why)).status).toBe(201);
  expect((await post(OBJECTED, { ...why, verdict: "blocked" })).status).toBe(409);
});
