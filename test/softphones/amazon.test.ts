/**
 * Amazon Connect's own parts: Streams asks the control panel's window, the panel asks its shared worker through a port, and
 * the workspace's client asks through a port that it was handed.
 */
import { createRequire } from "node:module";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Ruling } from "../../extension/page/protocols/calls.ts";
import { openWindow } from "../../extension/page/protocols/windows.ts";
import { openWorlds, type Worlds } from "../extension/page/protocols/worlds.ts";
import { FakeWindow, Message } from "./fake-window.ts";

const BARRED = "+441134960001";
const CLEAR = "+441134960008";
const METHOD = "createOutboundContact";

interface Connect {
  Conduit: new (name: string, input: unknown, output: unknown) => object;
  WindowIOStream: new (input: unknown, output: unknown) => object;
  PortStream: new (port: unknown) => object;
  UpstreamConduitClient: new (conduit: object) => {
    call: (
      method: string,
      params: object,
      done: { success: (data: unknown) => void; failure: (why: string) => void },
    ) => void;
  };
}
interface Asked {
  event: string;
  data: { requestId: string; method: string; params: { endpoint: { phoneNumber: string } } };
}

let connect: Connect;
let worlds: Worlds;
const crm = new FakeWindow("https://crm.example");
beforeAll(async () => {
  worlds = await openWorlds();
  vi.stubGlobal("MessageEvent", Message);
  vi.stubGlobal("setInterval", () => 0);
  Object.assign(crm, {
    ...{ self: crm, top: crm, navigator: { userAgent: "Chrome/140" } },
    document: {
      cookie: "",
      referrer: "",
      body: {},
      addEventListener() {},
      createElement: () => ({ style: {} }),
    },
  });
  for (const name of ["window", "self"]) vi.stubGlobal(name, crm);
  vi.stubGlobal("location", crm.location);
  createRequire(import.meta.url)("amazon-connect-streams/release/connect-streams.js");
  ({ connect } = { ...(globalThis as unknown as { connect: Connect }), ...crm });
});
afterAll(() => void vi.unstubAllGlobals());
beforeEach(() => {
  worlds.judged.splice(0);
  worlds.rule((number): Ruling => (number === BARRED ? "refuse" : "go"));
});

const dial = (conduit: object, number: string) =>
  new Promise<string>((done) => {
    const params = { endpoint: { type: "phone_number", phoneNumber: number } };
    const said = { success: () => done("called"), failure: (why: string) => done(why) };
    new connect.UpstreamConduitClient(conduit).call(METHOD, params, said);
  });
const answered = ({ data: { requestId } }: Asked) => ({
  event: "api_response",
  data: { event: "api_response", requestId, data: {}, err: null },
});

it("Streams fails for a barred number, and the panel's window never hears of it", async () => {
  const panel = new FakeWindow("https://acme.my.connect.aws");
  openWindow(panel as unknown as Window, {
    judge: ({ numbers }) => (numbers[0] === BARRED ? "refuse" : "go"),
    ended: () => {},
    isLate: false,
    now: () => performance.now(),
    later: (run, ms) => void setTimeout(run, ms),
    signal: new AbortController().signal,
  }).listen();
  const got: string[] = [];
  panel.addEventListener("message", (event) => {
    const { data, source } = event as Message;
    const asked = data as Asked;
    if (asked.event !== "api_request" || asked.data.method !== METHOD) return;
    got.push(asked.data.params.endpoint.phoneNumber);
    (source as { postMessage: (data: unknown) => void }).postMessage(answered(asked));
  });
  const stream = new connect.WindowIOStream(crm, panel.seenFrom(crm));
  const conduit = new connect.Conduit("panel", stream, stream);
  expect(await dial(conduit, BARRED)).toContain("may not be called");
  expect(await dial(conduit, CLEAR)).toBe("called");
  expect(got).toEqual([CLEAR]);
});

it("the panel's own pad fails the same way, and its worker never hears of it", async () => {
  const port = new worlds.Port();
  vi.stubGlobal("MessageEvent", Message);
  const conduit = new connect.Conduit("worker", new connect.PortStream(port), new connect.PortStream(port));
  expect(await dial(conduit, BARRED)).toContain("may not be called");
  const clear = dial(conduit, CLEAR);
  const asked = () => (port.posted as Asked[]).filter(({ data }) => data?.method === METHOD);
  await vi.waitFor(() => expect(asked()).toHaveLength(1));
  port.dispatchEvent(new Message("message", { data: answered(asked()[0]!) }));
  expect(await clear).toBe("called");
  expect(worlds.judged.map(({ protocol, numbers }) => [protocol, ...numbers])).toEqual([
    ["amazon-connect", BARRED],
    ["amazon-connect", CLEAR],
  ]);
});

it("the workspace's client has its promise rejected, and nothing goes through its port", async () => {
  const { createRequestMessage, RequestManager } = await import("@amazon-connect/core");
  const requests = new RequestManager({ getProxy: () => ({ log() {} }) } as never);
  const port = new worlds.Port();
  port.addEventListener("message", (event) => requests.processResponse((event as MessageEvent<never>).data));
  const origin = { _type: "app", providerId: "p", origin: "https://app.example", path: "/" } as const;
  const call = (phoneNumber: string) => {
    // As VoiceClient.createOutboundCall does.
    const asked = createRequestMessage(
      "aws.connect.voice",
      "voice/createOutboundCall",
      { phoneNumber },
      origin,
    );
    const answer = requests.processRequest(asked);
    port.postMessage(asked);
    return { asked, answer };
  };
  await expect(call(BARRED).answer).rejects.toMatchObject({ reason: "This number may not be called" });
  expect(port.posted).toEqual([]);
  const { asked, answer } = call(CLEAR);
  expect(port.posted).toEqual([asked]);
  const { namespace, requestId } = asked;
  const data = { type: "response", isError: false, namespace, requestId, data: { contactId: "c" } };
  port.dispatchEvent(new Message("message", { data }));
  expect(await answer).toEqual({ contactId: "c" });
});
