/**
 * A real Kamailio with the configuration of docs/gate/kamailio.cfg, between a telephone and a carrier, asks a real Worker. What may
 * not be called never reaches the carrier, whatever becomes of the answer.
 */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Dial, DialsAnswer } from "../../../shared/dials/api.ts";
import type { TokenAnswer } from "../../../shared/people/api.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { addPerson, call, daysAgo, push, setUp } from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import { fetchKamailio, runKamailio, type RunningKamailio } from "../../kamailio.ts";
import { changePolicy } from "../kit/policy.ts";
import type { Tallied } from "../kit/tallied.ts";
import { tally } from "../kit/tally.ts";
import { aCarrier, type Carrier, CONTACT, invite, type Invite } from "./sip.ts";

const [CLEAR, LISTED, OURS] = ["+442079460001", "+442079460000", "+442079460100"];
const dir = mkdtempSync(join(tmpdir(), "cleardial-gate-"));
let [worker, carrier]: [RunningWorker | null, Carrier | null] = [null, null];
let kamailio: RunningKamailio | string = "";
let [admin, port] = ["", 0];

type Ill = (response: ServerResponse, answer: string) => void;
/** What becomes of an answer on its way. Null: nothing. */
let ill: Ill | null = null;
/** The way from Kamailio to the Worker. */
const way = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { authorization = "", "content-type": type = "" } = request.headers;
    const headers = { authorization, "content-type": type };
    void fetch(worker!.url + request.url!, { method: "POST", headers, body: Buffer.concat(chunks) }).then(
      async (answered) => {
        const text = await answered.text();
        if (ill) ill(response, text);
        else response.writeHead(answered.status, { "content-type": "application/json" }).end(text);
      },
    );
  });
});

beforeAll(async () => {
  const found = await fetchKamailio();
  if (typeof found === "string") return void (kamailio = found);
  worker = await startWorker({
    port: await freePort(),
    stateDir: join(dir, "state"),
    setupCode: "the-code",
  });
  const { url } = worker;
  admin = await setUp(url, "the-code", { name: "Ada", email: "ada@example.com" });
  const manager = await addPerson(url, admin, { name: "Max", email: "max@example.com", role: "manager" });
  await changePolicy(url, { saves: manager, approves: admin }, (policy) => ({
    ...policy,
    identity: { ...policy.identity, ownNumbers: [OURS] },
  }));
  for (const list of ["tps", "ctps"]) await push(url, admin, list, [LISTED.replace("+44", "0")], daysAgo(0));
  const body = { name: "The exchange", scopes: ["gate"], until: daysAgo(-30) };
  const { token } = await call<TokenAnswer>(url, admin, "POST", "/v1/tokens", body);
  way.listen(0, "127.0.0.1");
  await once(way, "listening");
  carrier = await aCarrier();
  port = await freePort();
  const gate = `http://127.0.0.1:${(way.address() as { port: number }).port}/v1/gate`;
  const documented = readFileSync(at("docs/gate/kamailio.cfg"), "utf8")
    .replace("https://cleardial.example.com/v1/gate", gate)
    .replace("cdt_REPLACE_ME", token);
  const config = `#!KAMAILIO
listen=tcp:127.0.0.1:${port}
children=4
${documented}
request_route {
    if (is_method("INVITE|REFER")) route(CLEARDIAL);
    record_route();
    $du = "sip:127.0.0.1:${carrier.port};transport=tcp";
    t_relay();
}
`;
  kamailio = await runKamailio(found, { config, port, folder: dir });
});
afterAll(async () => {
  if (typeof kamailio !== "string") await kamailio.stop();
  way.closeAllConnections();
  way.close();
  carrier?.server.close();
  await worker?.stop();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(({ skip }) => {
  skip(typeof kamailio === "string", kamailio as string);
  ill = null;
  carrier!.calls.length = 0;
  carrier!.answers = true;
});

const dial = (what: Partial<Invite>) => invite(port, { to: `sip:${CLEAR}@carrier.example`, ...what });
const header = (answer: string, name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(answer)?.[1]?.trim();
const counted = (ends: Tallied["ends"]) =>
  tally("a telephone at a real Kamailio", "the telephone system's gate", ends);
/** The call was declined for this reason, and nothing went out. */
async function declined(what: Partial<Invite>, reason: string): Promise<string> {
  const answer = await dial(what);
  expect(answer.split("\r\n")[0]).toBe("SIP/2.0 603 Decline");
  expect(header(answer, "Reason")).toBe(`SIP;cause=603;text="${reason}"`);
  expect(carrier!.calls).toEqual([]);
  counted({ held: 1 });
  return answer;
}
async function rang(what: Partial<Invite>): Promise<void> {
  expect((await dial(what)).split("\r\n")[0]).toBe("SIP/2.0 200 OK");
  expect(carrier!.calls).toHaveLength(1);
  carrier!.calls.length = 0;
  counted({ passed: 1 });
}

describe("Kamailio", () => {
  it("lets a call go that may be made, as it was dialled", async () => {
    const answer = await dial({ more: ["Privacy: none"] });
    expect(answer.split("\r\n")[0]).toBe("SIP/2.0 200 OK");
    expect(carrier!.calls).toEqual([`INVITE sip:${CLEAR}@carrier.example SIP/2.0`]);
  });
  it("declines a barred one with the reason and its evidence, the same for the same call", async () => {
    const what = { to: `sip:${LISTED}@carrier.example`, callId: "twice" };
    const first = await declined(what, "tps");
    const evidence = /^evidence=(\d+)$/.exec(header(first, "X-ClearDial")!)![1]!;
    const path = `/v1/dials?number=${encodeURIComponent(LISTED)}`;
    const { dials } = await call<DialsAnswer>(worker!.url, admin, "GET", path);
    expect(dials).toMatchObject([
      { id: evidence, layer: "server", gate: { callId: "twice" } } satisfies Partial<Omit<Dial, "gate">> & {
        gate: object;
      },
    ]);
    // As after 407: another INVITE of the same call.
    expect(header(await declined(what, "tps"), "X-ClearDial")).toBe(`evidence=${evidence}`);
  });
  it.each([
    ["020 7946 0000 in full", "sip:02079460000@carrier.example", "tps"],
    ["an escaped digit", "sip:%2B4420794600%30%30@carrier.example", "tps"],
    ["a number behind another", `sip:${CLEAR};rn=${LISTED}@carrier.example`, "not-a-number"],
    ["a tel: address", `tel:${LISTED}`, "tps"],
    ["a quote, which would end the question's text", `sip:${LISTED}%22@carrier.example`, "tps"],
    ["a name", "sip:bob@carrier.example", "not-a-number"],
  ])("declines %s", async (_, to, reason) => void (await declined({ to }, reason)));
  it.each([
    ["anonymous", "<sip:anonymous@anonymous.invalid>", [], "withheld-caller-id"],
    ["anonymous by name", `"Anonymous" <sip:${OURS}@pbx.example>`, [], "withheld-caller-id"],
    ["with Privacy", `<sip:${OURS}@pbx.example>`, ["Privacy: id"], "withheld-caller-id"],
    ["with two of them", `<sip:${OURS}@pbx.example>`, ["Privacy: none", "Privacy: id"], "withheld-caller-id"],
    ["who shows another's number", "<sip:+442079460199@pbx.example>", [], "not-our-number"],
  ])("declines a caller %s", async (_, from, more, reason) => void (await declined({ from, more }, reason)));
});

describe("a To-tag proves nothing", () => {
  const tagged = (to: string, tag = "made-up") => ({ toHeader: `<${to}>;tag=${tag}` });
  const listed = `sip:${LISTED}@carrier.example`;

  it("an INVITE with one that was made up is asked about", async () => {
    await declined({ to: listed, ...tagged(listed) }, "tps");
    await rang({ to: `sip:${CLEAR}@carrier.example`, ...tagged(`sip:${CLEAR}@carrier.example`) });
  });
  it.each([
    ["while the first call rings", false],
    ["once it is answered", true],
  ])(
    "so is one by the name of an allowed call, with every tag that can be known: %s",
    async (_, isAnswered) => {
      carrier!.answers = isAnswered;
      const first = { to: `sip:${CLEAR}@carrier.example`, callId: `allowed-${isAnswered}`, fromTag: "mine" };
      await dial({ ...first, isLeft: !isAnswered });
      carrier!.calls.length = 0;
      for (const tag of ["made-up", "carrier"]) {
        const answer = await dial({ ...first, to: listed, ...tagged(`sip:${CLEAR}@carrier.example`, tag) });
        expect(answer.split("\r\n")[0], tag).toBe("SIP/2.0 603 Decline");
      }
      expect(carrier!.calls).toEqual([]);
    },
  );
  it("a change of a call that was allowed goes to the end that answered, and asks nothing", async () => {
    const first = { to: `sip:${CLEAR}@carrier.example`, callId: "changed", fromTag: "mine" };
    await rang(first);
    // Nothing answers the gate: it is not asked.
    ill = () => undefined;
    const change = { ...first, to: CONTACT, ...tagged(`sip:${CLEAR}@carrier.example`, "carrier") };
    expect((await dial(change)).split("\r\n")[0]).toBe("SIP/2.0 200 OK");
    expect(carrier!.calls).toEqual([`INVITE ${CONTACT} SIP/2.0`]);
  });
  it("a transfer within an allowed call is asked about by the number that it rings", async () => {
    const first = { to: `sip:${CLEAR}@carrier.example`, callId: "transferred", fromTag: "mine" };
    await rang(first);
    const refer = (to: string) => {
      const within = { ...first, ...tagged(`sip:${CLEAR}@carrier.example`, "carrier"), to: CONTACT };
      return dial({ ...within, method: "REFER", more: [`Refer-To: <${to}>`] });
    };
    expect(header(await refer(listed), "Reason")).toBe('SIP;cause=603;text="tps"');
    expect((await refer("sip:carrier.example")).split("\r\n")[0]).toBe("SIP/2.0 603 Decline");
    expect(carrier!.calls).toEqual([]);
    expect((await refer(`sip:${CLEAR}@carrier.example`)).split("\r\n")[0]).toBe("SIP/2.0 200 OK");
    expect(carrier!.calls).toEqual([`REFER ${CONTACT} SIP/2.0`]);
  });
  it("one to the address that the telephone itself gave is asked about", async () => {
    const more = [`Contact: <${listed}>`];
    const first = { to: `sip:${CLEAR}@carrier.example`, callId: "own", fromTag: "mine", more };
    await rang(first);
    const change = { ...first, to: listed, ...tagged(`sip:${CLEAR}@carrier.example`, "carrier") };
    expect((await dial(change)).split("\r\n")[0]).toBe("SIP/2.0 603 Decline");
    expect(carrier!.calls).toEqual([]);
  });
});

describe("no answer is no call", () => {
  const allow = (status: number, body: string): Ill => {
    return (response) => void response.writeHead(status, { location: "/v1/gate" }).end(body);
  };
  const cases: [string, Ill][] = [
    ["429", allow(429, '{"answer":"allow"}')],
    ["500", allow(500, '{"answer":"allow"}')],
    ["a redirect", allow(302, '{"answer":"allow"}')],
    ["202", allow(202, '{"answer":"allow"}')],
    ["nothing", allow(200, "")],
    ["an answer that is cut off", (response, answer) => void response.end(answer.slice(0, -1))],
    ["one that is too long", allow(200, `{"answer":"allow","more":"${"x".repeat(20_000)}"}`)],
    ["allow as a list", allow(200, '{"answer":["allow"]}')],
    ["a page", allow(200, "<p>allow</p>")],
    ["a closed connection", (response) => void response.destroy()],
    ["silence", () => undefined],
  ];
  it.each(cases)("%s", async (_, becomes) => {
    // What an answer of before left must not stand for this one.
    await rang({});
    ill = becomes;
    await declined({}, "ClearDial did not answer");
    ill = null;
    await rang({});
  });
  it("but an emergency call goes out without asking", async () => {
    ill = () => undefined;
    for (const to of ["sip:999@carrier.example", "sip:112@carrier.example"]) await rang({ to });
  });
});
