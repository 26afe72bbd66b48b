/** Telnyx's kit, and the signalling of Twilio's, themselves, against a server on the other side of our scripts. */
import { createRequire } from "node:module";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ruling } from "../../extension/page/protocols/calls.ts";
import { FakeSocket, openWorlds, type Worlds } from "../extension/page/protocols/worlds.ts";
import { openRtc, SDP } from "./rtc.ts";

const BARRED = "+441134960001";
const CLEAR = "+441134960008";
const LATER = "+441134960009";

let worlds: Worlds;
/** What reached the server: the methods or types, of calls alone. */
let log: string[];
beforeAll(async () => {
  // Telnyx's kit writes down what it does.
  for (const method of ["debug", "info", "log", "warn", "error"] as const)
    vi.spyOn(console, method).mockReturnValue();
  worlds = await openWorlds();
  openRtc();
});
afterAll(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
beforeEach(() => {
  log = [];
  FakeSocket.made = [];
  worlds.judged.splice(0);
  const later = Promise.withResolvers<Ruling>();
  setTimeout(() => later.resolve("go"), 20);
  worlds.rule((number) => (number === BARRED ? "refuse" : number === LATER ? later.promise : "go"));
});
const judged = () => worlds.judged.map(({ numbers }) => numbers.join());

describe("Twilio's signalling", () => {
  interface Stream {
    on: (type: string, heard: (payload: { callsid?: string; error?: { code: number } }) => void) => void;
    invite: (sdp: string, callsid: string, params: string) => void;
    reconnect: (sdp: string, callsid: string, token: string) => void;
    dtmf: (callsid: string, digits: string) => void;
    hangup: (callsid: string) => void;
    destroy: () => void;
  }
  async function open() {
    const require = createRequire(import.meta.url);
    const { default: PStream } = require("./node_modules/@twilio/voice-sdk/es5/twilio/pstream.js") as {
      default: new (token: string, uris: string[], options: object) => Stream;
    };
    FakeSocket.server = (text, socket) => {
      const { type, payload } =
        text === "\n"
          ? { type: "heartbeat" }
          : (JSON.parse(text) as { type: string; payload: { callsid: string } });
      if (type === "listen") socket.hears(JSON.stringify({ type: "connected", payload: {}, version: "1.6" }));
      else log.push(type);
      if (type === "invite")
        socket.hears(
          JSON.stringify({
            type: "answer",
            payload: { callsid: payload!.callsid, sdp: SDP },
            version: "1.6",
          }),
        );
    };
    const stream = new PStream("token", ["wss://voice-js.roaming.twilio.com/signal"], {
      backoffMaxMs: 20_000,
    });
    const heard: string[] = [];
    stream.on("error", () => {});
    stream.on("hangup", ({ callsid, error }) => void heard.push(`hangup ${callsid} ${error?.code}`));
    stream.on("answer", ({ callsid }) => void heard.push(`answer ${callsid}`));
    await new Promise<void>((done) => void stream.on("connected", () => done()));
    return { stream, heard };
  }
  const to = (number: string) => `To=${encodeURIComponent(number)}&From=${encodeURIComponent(BARRED)}`;

  it("a barred call is hung up by its gateway; what follows of it stays here, and a second call is another", async () => {
    const { stream, heard } = await open();
    stream.invite(SDP, "TJS1", to(BARRED));
    await vi.waitFor(() => expect(heard).toEqual(["hangup TJS1 31603"]));
    stream.dtmf("TJS1", "5");
    stream.hangup("TJS1");
    stream.invite(SDP, "TJS2", to(CLEAR));
    await vi.waitFor(() => expect(heard.at(-1)).toBe("answer TJS2"));
    stream.dtmf("TJS2", "5");
    stream.reconnect(SDP, "TJS2", "again");
    await vi.waitFor(() => expect(log).toEqual(["invite", "dtmf", "invite"]));
    expect(judged()).toEqual([BARRED, CLEAR]);
    stream.destroy();
  });

  it("one that waits goes once it is clear, before its tones", async () => {
    const { stream, heard } = await open();
    stream.invite(SDP, "TJS3", to(LATER));
    stream.dtmf("TJS3", "5");
    await vi.waitFor(() => expect(heard).toEqual(["answer TJS3"]));
    expect(log).toEqual(["invite", "dtmf"]);
    stream.destroy();
  });
});

describe("Telnyx", () => {
  interface Request {
    id: string;
    method?: string;
    params?: { dialogParams?: { callID: string } };
  }
  async function open() {
    const { TelnyxRTC } = await import("@telnyx/webrtc");
    FakeSocket.server = (text, socket) => {
      if (text.startsWith("#")) return;
      const { id, method = "answer", params } = JSON.parse(text) as Request;
      const says = (message: object) => socket.hears(JSON.stringify({ jsonrpc: "2.0", ...message }));
      if (method === "login") {
        says({ id, result: { sessid: "s1" } });
        return says({ id: "ready", method: "telnyx_rtc.clientReady", params: {} });
      }
      if (method === "telnyx_rtc.gatewayState")
        return says({ id, result: { params: { state: "REGED" }, sessid: "s1" } });
      if (params?.dialogParams) log.push(method);
      says({ id, result: { callID: params?.dialogParams?.callID, sessid: "s1" } });
    };
    const client = new TelnyxRTC({ login: "agent", password: "secret" });
    const ready = new Promise((done) => void client.on("telnyx.ready", done));
    await client.connect();
    await ready;
    return client;
  }

  it("a barred call ends as rejected, by 603; nothing of it reaches the server, nor the answer to our bye", async () => {
    const client = await open();
    const call = client.newCall({ destinationNumber: BARRED, callerNumber: CLEAR, trickleIce: true });
    await vi.waitFor(() => expect(call.state).toMatch(/hangup|destroy/));
    expect(call).toMatchObject({ cause: "CALL_REJECTED", causeCode: 21, sipCode: 603 });
    expect([log, judged()]).toEqual([[], [BARRED]]);
    expect(worlds.texts(FakeSocket.made[0]!).some((text) => text.includes("cleardial"))).toBe(false);
    await client.disconnect();
  });

  it("a clear one, and one that waited, reaches it, asked about once", async () => {
    for (const number of [CLEAR, LATER]) {
      const client = await open();
      const call = client.newCall({ destinationNumber: number, callerNumber: BARRED, trickleIce: true });
      await vi.waitFor(() => expect(log[0]).toBe("telnyx_rtc.invite"));
      void call.hangup();
      await vi.waitFor(() => expect(log.at(-1)).toBe("telnyx_rtc.bye"));
      expect(judged()).toEqual([number]);
      log = [];
      worlds.judged.splice(0);
      await client.disconnect();
    }
  });
});
