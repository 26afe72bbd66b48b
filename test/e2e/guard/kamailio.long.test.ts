/**
 * Softphones of SIP against a real Kamailio and a real callee: SIP.js in a page that is not turned on, with real media.
 * What Kamailio wrote down is the truth. Where it cannot be had, these tests are skipped, and say why.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inFront } from "../kit/harness.ts";
import { type SipServer, startSipServer } from "../kit/kamailio.ts";
import { says } from "../kit/modal.ts";
import { jsSip, plivo, ringCentral } from "../kit/softphone-kits.ts";
import { tally } from "../kit/tally.ts";
import {
  BARRED,
  bundle,
  CLEAR,
  nextUnheard,
  openPhones,
  type Phones,
  SECOND,
  THIRD,
} from "../kit/softphones.ts";

const started = await startSipServer();
const why = typeof started === "string" ? started : "";
const server = started as SipServer;

let phones: Phones;
let callee: Page;

interface Callee {
  heard: string[];
  calls: (user: string) => Promise<string>;
}
const calleeScript = (server: string) => `${bundle("sip.js")}
  window.heard = [];
  const { Inviter, Registerer, SessionState, UserAgent } = kit;
  const agent = new UserAgent({
    uri: UserAgent.makeURI("sip:callee@pbx.example"), transportOptions: { server: "${server}" },
    authorizationUsername: "callee", authorizationPassword: "secret", logLevel: "error",
    delegate: {
      onInvite(call) {
        heard.push("invite");
        call.delegate = {
          onInvite: () => heard.push("changed"),
          onInfo: (info) => { heard.push("tone " + info.request.body); info.accept(); },
          onRefer: (refer) => { heard.push("refer " + refer.referTo.uri.user); refer.accept(); },
          onBye: (bye) => { heard.push("bye"); bye.accept(); },
        };
        call.accept().catch((error) => heard.push(String(error)));
      },
      onMessage(message) { heard.push("message " + message.request.body); message.accept(); },
    },
  });
  window.ready = agent.start().then(() => new Registerer(agent).register());
  window.calls = (user) => new Promise(async (done) => {
    const call = new Inviter(agent, UserAgent.makeURI("sip:" + user + "@pbx.example"));
    call.stateChange.addListener((state) => /Established|Terminated/.test(state) && done(state));
    await call.invite();
  });`;

beforeAll(async () => {
  if (why) return;
  phones = await openPhones({
    hosts: ["*.plivo.com", "pbx.example"],
    behind: server.port,
  });
  callee = await phones.unguarded(calleeScript(`ws://127.0.0.1:${server.port}`));
  await callee.evaluate(() => (window as unknown as { ready: Promise<unknown> }).ready);
  await inFront(phones.page);
});
afterAll(async () => {
  await phones?.close();
  if (!why) await server.stop();
});
beforeEach(async ({ skip }) => {
  skip(why !== "", why);
  server.forget();
  await callee.evaluate(() => (window as unknown as Callee).heard.splice(0));
});
const heard = () => callee.evaluate(() => (window as unknown as Callee).heard);
/** The numbers that Kamailio was asked to call, each once. */
const called = () => [
  ...new Set(
    server
      .requests()
      .filter((one) => /^INVITE \+?\d{9,}$/.test(one))
      .map((one) => one.replace(/^INVITE \+?/, "+")),
  ),
];

describe("SIP.js", () => {
  /** Beside `begin`: everything else that a phone does, of the call that was begun last. */
  const script = (plain: string) => `${bundle("sip.js")}
    const { Inviter, Messager, Registerer, UserAgent } = kit;
    const uri = (user) => UserAgent.makeURI("sip:" + user + "@pbx.example");
    const agent = new UserAgent({
      uri: uri("agent"), transportOptions: { server: "ws://${plain}/sip" },
      authorizationUsername: "agent", authorizationPassword: "secret", logLevel: "error",
      delegate: { onInvite: (call) => { said.push("inbound"); void call.accept(); } },
    });
    window.ready = agent.start().then(() => new Registerer(agent).register());
    const calls = [];
    window.begin = async (number) => {
      await ready;
      const call = new Inviter(agent, uri(number));
      calls.push(call);
      call.stateChange.addListener((state) => said.push(calls.indexOf(call) + " " + state));
      await call.invite({ requestDelegate: { onReject: ({ message }) => said.push(String(message.statusCode)) } });
    };
    const answered = (run) => new Promise((done) => run({
      onAccept: () => done("accepted"), onReject: ({ message }) => done(String(message.statusCode)),
    }));
    window.hold = (at, hold) => {
      const call = calls[at];
      call.sessionDescriptionHandlerOptionsReInvite = { hold };
      return answered((requestDelegate) => call.invite({ requestDelegate }));
    };
    window.tone = (at) => answered((requestDelegate) => calls[at].info({ requestDelegate, requestOptions: { body: {
      contentDisposition: "render", contentType: "application/dtmf-relay", content: "Signal=5" } } }));
    window.refer = (at, number) => answered((requestDelegate) => calls[at].refer(uri(number), { requestDelegate }));
    window.bye = (at) => calls[at].bye();
    window.cancel = (at) => calls[at].cancel();
    window.message = (text) => new Messager(agent, uri("callee"), text).message();`;
  const run = (what: string) => phones.page.evaluate(what);
  const opened = async () => {
    await phones.open(`window.said = []; ${script(phones.plain)}`);
    await run("ready");
  };

  it("holds, sends tones, resumes, transfers, takes a second call and hangs up; a transfer to a barred number is declined", async () => {
    await opened();
    await phones.begin(CLEAR);
    await expect.poll(() => phones.said()).toContain("0 Established");
    expect(await run("hold(0, true)")).toBe("accepted");
    expect(await run("tone(0)")).toBe("accepted");
    expect(await run("hold(0, false)")).toBe("accepted");
    expect(await run(`refer(0, "${BARRED}")`)).toBe("603");
    await phones.closeDialog();
    // A second call, while the first goes on; and a text that only looks like a call.
    await phones.begin(SECOND);
    await expect.poll(() => phones.said()).toContain("1 Established");
    await run(`message("INVITE sip:${BARRED}@pbx.example SIP/2.0")`);
    // It is sent twice, as Kamailio asks for the password: what follows in a call could overtake it.
    await expect.poll(heard).toContain(`message INVITE sip:${BARRED}@pbx.example SIP/2.0`);
    expect(await run(`refer(0, "${THIRD}")`)).toBe("accepted");
    await run("bye(0)");
    await run("bye(1)");
    await expect
      .poll(heard)
      .toEqual([
        ...["invite", "changed", "tone Signal=5", "changed", "invite"],
        ...[`message INVITE sip:${BARRED}@pbx.example SIP/2.0`, `refer ${THIRD}`, "bye", "bye"],
      ]);
    await expect.poll(called).toEqual([CLEAR, SECOND]);
    // Once without its password and once with it: asked about once, and on record once.
    await expect.poll(async () => (await phones.dials(SECOND)).length).toBe(1);
    await expect.poll(() => server.requests().filter((one) => one === `INVITE ${SECOND}`).length).toBe(2);
  });

  it("takes a call that comes in, while a barred one is refused", async () => {
    await opened();
    const inbound = callee.evaluate(() => (window as unknown as Callee).calls("agent"));
    await phones.begin(BARRED);
    expect(await inbound).toBe("Established");
    await expect
      .poll(() => phones.said())
      .toEqual(expect.arrayContaining(["inbound", "603", "0 Terminated"]));
    await says(phones.page, "was ended");
    await phones.closeDialog();
    expect(called()).toEqual([]);
  });

  it("gives up a call that waits: it never leaves, whatever is found out then", async () => {
    await opened();
    await phones.deaf(true);
    try {
      await phones.begin(nextUnheard());
      await run("cancel(0)");
      await expect.poll(() => phones.said()).toContain("0 Terminated");
    } finally {
      await phones.deaf(false);
    }
    await phones.begin(CLEAR);
    await expect.poll(() => phones.said()).toContain("1 Established");
    await expect.poll(called).toEqual([CLEAR]);
    await run("bye(1)");
  });
});

describe.each([
  { name: "JsSIP", script: jsSip, ended: "remote Rejected" },
  { name: "Plivo's kit", script: plivo, ended: "failed Rejected" },
  { name: "RingCentral's web phone", script: ringCentral, ended: "disposed, 0 open" },
])("$name", ({ name, script, ended }) => {
  it("ends a barred call, of which Kamailio hears nothing, and has a clear one answered", async () => {
    await phones.open(`window.said = []; ${script(phones.plain)}`);
    void phones.begin(BARRED).catch(() => {});
    await expect.poll(() => phones.said()).toContain(ended);
    await phones.closeDialog();
    expect(called()).toEqual([]);
    void phones.begin(CLEAR).catch(() => {});
    await expect.poll(heard).toContain("invite");
    await expect.poll(called).toEqual([CLEAR]);
    tally(`${name}, to a real Kamailio`, "the call protocol", { held: 1, passed: 1 });
  });
});
