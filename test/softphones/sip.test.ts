/** SIP.js, JsSIP and RingCentral's web phone themselves, against a server on the other side of our scripts. */
import { createRequire } from "node:module";
import type JsSIP from "jssip";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ruling } from "../../extension/page/protocols/calls.ts";
import { FakeSocket, openWorlds, type Worlds } from "../extension/page/protocols/worlds.ts";
import { settle } from "../extension/clock.ts";
import { openRtc, SDP } from "./rtc.ts";
import { sipServer } from "./sip-server.ts";

const BARRED = "+441134960001";
const CLEAR = "+441134960008";
/** Not known at first; clear by the Worker's word. */
const LATER = "+441134960009";

let worlds: Worlds;
let server: ReturnType<typeof sipServer>;
beforeAll(async () => {
  worlds = await openWorlds();
  openRtc();
});
afterAll(() => void vi.unstubAllGlobals());
beforeEach(() => {
  server = sipServer();
  FakeSocket.server = (text, socket) => server.hear(text, socket);
  FakeSocket.made = [];
  worlds.judged.splice(0);
  const later = Promise.withResolvers<Ruling>();
  setTimeout(() => later.resolve("go"), 20);
  worlds.rule((number) => (number === BARRED ? "refuse" : number === LATER ? later.promise : "go"));
});
const judged = () => worlds.judged.map(({ numbers }) => numbers.join());

describe("SIP.js", () => {
  async function phone() {
    const { Inviter, Invitation, SessionState, UserAgent } = await import("sip.js");
    const handler = () => ({
      close() {},
      getDescription: () => Promise.resolve({ body: SDP, contentType: "application/sdp" }),
      hasDescription: () => true,
      setDescription: () => Promise.resolve(),
      sendDtmf: () => true,
    });
    let inbound: InstanceType<typeof Invitation> | null = null;
    const agent = new UserAgent({
      uri: UserAgent.makeURI("sip:agent@pbx.example")!,
      transportOptions: { server: "wss://pbx.example/ws" },
      authorizationUsername: "agent",
      authorizationPassword: "secret",
      sessionDescriptionHandlerFactory: handler,
      logLevel: "error",
      delegate: { onInvite: (invitation) => (inbound = invitation) },
    });
    await agent.start();
    const call = async (number: string) => {
      const rejected: (number | undefined)[] = [];
      const inviter = new Inviter(agent, UserAgent.makeURI(`sip:${number}@pbx.example`)!);
      await inviter.invite({
        requestDelegate: { onReject: ({ message }) => void rejected.push(message.statusCode) },
      });
      return { inviter, rejected };
    };
    return { agent, call, SessionState, UserAgent, inbound: () => inbound };
  }

  it("a barred call ends as declined, and nothing of it reaches the server", async () => {
    const { call, SessionState } = await phone();
    const { inviter, rejected } = await call(BARRED);
    await vi.waitFor(() => expect(inviter.state).toBe(SessionState.Terminated));
    expect(rejected).toEqual([603]);
    expect([server.log, judged()]).toEqual([[], [BARRED]]);
  });

  it("a clear one is asked for its password and answered, and asked about once; so is one that waited", async () => {
    for (const number of [CLEAR, LATER]) {
      const { call, SessionState } = await phone();
      const { inviter } = await call(number);
      await vi.waitFor(() => expect(inviter.state).toBe(SessionState.Established));
      expect(judged()).toEqual([number]);
      expect(server.called()).toEqual([`sip:${number}@pbx.example`]);
      // Once without a password, once with one.
      expect(server.log.filter((line) => line.startsWith("INVITE"))).toHaveLength(2);
      server.log.splice(0);
      worlds.judged.splice(0);
    }
  });

  it("holds, sends tones, transfers and hangs up; a transfer to a barred number is declined, and the call goes on", async () => {
    const { call, SessionState, UserAgent } = await phone();
    const { inviter } = await call(CLEAR);
    await vi.waitFor(() => expect(inviter.state).toBe(SessionState.Established));
    const held = new Promise((done) => void inviter.invite({ requestDelegate: { onAccept: done } }));
    await held;
    const body = { contentDisposition: "render", contentType: "application/dtmf-relay", content: "Signal=5" };
    await new Promise(
      (done) => void inviter.info({ requestOptions: { body }, requestDelegate: { onAccept: done } }),
    );
    const refer = (number: string) =>
      new Promise<string>((done) => {
        const to = UserAgent.makeURI(`sip:${number}@pbx.example`)!;
        void inviter.refer(to, {
          requestDelegate: {
            onAccept: () => done("accepted"),
            onReject: ({ message }) => done(`${message.statusCode}`),
          },
        });
      });
    expect(await refer(BARRED)).toBe("603");
    expect(inviter.state).toBe(SessionState.Established);
    expect(await refer(LATER)).toBe("accepted");
    await inviter.bye();
    await vi.waitFor(() => expect(inviter.state).toBe(SessionState.Terminated));
    expect(judged()).toEqual([CLEAR, BARRED, LATER]);
    expect(server.log.map((line) => line.split(" ")[0])).toEqual([
      "INVITE",
      "ACK",
      "INVITE",
      "ACK",
      "INVITE",
      "ACK",
      "INFO",
      "REFER",
      "BYE",
    ]);
  });

  it("takes a call that comes in while a barred one is refused", async () => {
    const { call, inbound, SessionState } = await phone();
    const [socket] = FakeSocket.made;
    server.calls(socket!, "inbound-1");
    await vi.waitFor(() => expect(inbound()).not.toBeNull());
    const [{ inviter }] = await Promise.all([call(BARRED), inbound()!.accept()]);
    await vi.waitFor(() => expect(inviter.state).toBe(SessionState.Terminated));
    expect(worlds.texts(socket!).some((text) => /^SIP\/2.0 200/.test(text))).toBe(true);
    expect(judged()).toEqual([BARRED]);
  });

  it("gives up a call that waits: it never leaves, whatever is found out then", async () => {
    const { promise, resolve } = Promise.withResolvers<Ruling>();
    worlds.rule(() => promise);
    const { call, SessionState } = await phone();
    const [socket] = FakeSocket.made;
    const trying = new Promise((done) => socket!.addEventListener("message", done, { once: true }));
    const { inviter, rejected } = await call(LATER);
    await trying;
    void inviter.cancel();
    await vi.waitFor(() => expect(inviter.state).toBe(SessionState.Terminated));
    resolve("go");
    await settle();
    expect([server.log, rejected]).toEqual([[], [487]]);
  });
});

/** Plivo's kit has a JsSIP of its own inside. */
const kits = {
  JsSIP: () => import("jssip").then(({ default: kit }) => kit),
  "Plivo's JsSIP": () => Promise.resolve(createRequire(import.meta.url)("plivo-jssip") as typeof JsSIP),
};
describe.each(Object.keys(kits) as (keyof typeof kits)[])("%s", (name) => {
  async function phone() {
    const JsSIP = await kits[name]();
    const agent = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface("wss://pbx.example/ws")],
      uri: "sip:agent@pbx.example",
      password: "secret",
      register: false,
    });
    agent.start();
    await new Promise((done) => agent.on("connected", done));
    const call = (number: string) => {
      const events: string[] = [];
      const session = agent.call(`sip:${number}@pbx.example`, { mediaConstraints: { audio: true } });
      session.on("failed", ({ originator, cause }: { originator: string; cause: string }) => {
        events.push(`failed ${originator} ${cause}`);
      });
      session.on("confirmed", () => void events.push("confirmed"));
      return { session, events };
    };
    return { agent, call };
  }

  it("a barred call fails as rejected by the other side", async () => {
    const { call, agent } = await phone();
    const { events } = call(BARRED);
    await vi.waitFor(() => expect(events).toEqual(["failed remote Rejected"]));
    expect([server.log, judged()]).toEqual([[], [BARRED]]);
    agent.stop();
  });

  it("a clear one, and one that waited, is confirmed; a transfer to a barred number is refused", async () => {
    const { call, agent } = await phone();
    for (const number of [CLEAR, LATER]) {
      const { events, session } = call(number);
      await vi.waitFor(() => expect(events).toEqual(["confirmed"]));
      const refer = (to: string) =>
        new Promise<string>((done) => {
          session.refer(`sip:${to}@pbx.example`, {
            eventHandlers: {
              requestSucceeded: () => done("accepted"),
              requestFailed: ({ cause }: { cause: string }) => done(cause),
            },
          });
        });
      expect(await refer(BARRED)).toBe("Rejected");
      session.terminate();
    }
    expect(judged()).toEqual([CLEAR, BARRED, LATER, BARRED]);
    expect(server.log.some((line) => line.startsWith("REFER"))).toBe(false);
    agent.stop();
  });
});

describe("RingCentral's web phone", () => {
  async function phone(debug = false) {
    const { default: WebPhone } = await import("ringcentral-web-phone");
    const phone = new WebPhone({
      sipInfo: {
        ...{ authorizationId: "1", domain: "sip.ringcentral.com", outboundProxy: "pbx.example:8083" },
        ...{
          outboundProxyBackup: "pbx.example:8084",
          username: "agent",
          password: "secret",
          stunServers: [],
        },
      },
      debug,
      webRtcSessionFactory: () => ({
        createOffer: () => Promise.resolve(SDP),
        createAnswer: () => Promise.resolve(SDP),
        applyAnswer: () => Promise.resolve(),
        changeInputDevice: () => Promise.resolve(),
        changeOutputDevice: () => Promise.resolve(),
        setMuted() {},
        sendDtmf() {},
        dispose() {},
      }),
    });
    await phone.start();
    return phone;
  }

  it("a barred call fails with its status, and leaves no session behind", async () => {
    const webPhone = await phone();
    const said: unknown[] = [];
    webPhone.on("outboundCall", (session: { on: (name: string, heard: (why: string) => void) => void }) => {
      session.on("failed", (why) => said.push(why));
    });
    const session = await webPhone.call(BARRED);
    expect([session.state, said]).toEqual(["disposed", ["SIP/2.0 603 Decline"]]);
    expect(webPhone.callSessions).toEqual([]);
    expect([server.log, judged()]).toEqual([[], [BARRED]]);
  });

  it("a clear one, and one that waited, is answered; also where the phone writes down what it sends", async () => {
    const console_ = vi.spyOn(console, "log").mockReturnValue();
    for (const number of [CLEAR, LATER]) {
      const webPhone = await phone(number === CLEAR);
      const session = await webPhone.call(number);
      expect(session.state).toBe("answered");
      await session.hangup();
    }
    console_.mockRestore();
    expect(judged()).toEqual([CLEAR, LATER]);
    expect(server.called()).toEqual([CLEAR, LATER].map((number) => `sip:${number}@sip.ringcentral.com`));
  });
});
