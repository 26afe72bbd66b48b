/** The other protocols, from the frames in their vendors' packages and documents: what begins a call, and what says no. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { at } from "../../../../scripts/lib/paths.ts";
import { aircall } from "../../../../extension/page/protocols/aircall.ts";
import { amazon, amazonPorts } from "../../../../extension/page/protocols/amazon.ts";
import { documented, fromDocuments, speakers } from "../../../../extension/page/protocols/documented.ts";
import { dialpad, zoom } from "../../../../extension/page/protocols/embeds.ts";
import { hubspot } from "../../../../extension/page/protocols/hubspot.ts";
import { siteRules } from "../../../../extension/page/guard/site-rules.ts";
import type { Said, SocketProtocol, Start } from "../../../../extension/page/protocols/protocol.ts";
import { sipFrames, sipPorts } from "../../../../extension/page/protocols/posted.ts";
import { ringcentral, ringcentralPorts } from "../../../../extension/page/protocols/ringcentral.ts";
import { protocols } from "../../../../extension/page/protocols/all.ts";
import { telnyx } from "../../../../extension/page/protocols/telnyx.ts";
import { twilio } from "../../../../extension/page/protocols/twilio.ts";

const BARRED = "+441134960001";
const OTHER = "+441134960002";

function startIn<M>(said: Said<M>): Start<M> {
  expect(said).toMatchObject({ is: "start" });
  return said as Start<M>;
}
const read = (row: SocketProtocol, message: unknown) =>
  row.open().read(typeof message === "string" ? message : JSON.stringify(message));
const answers = (said: Said<string>) =>
  startIn(said)
    .refuse()
    .map((text) => JSON.parse(text) as unknown);

describe("Twilio", () => {
  const invite = (params: string, more: object = {}) => ({
    payload: { callsid: "TJSabc", sdp: "v=0", twilio: { params }, ...more },
    ...{ type: "invite", version: "1.6" },
  });

  it.each([
    ["To=%2B441134960001", [BARRED]],
    ["phone=01134960001&From=%2B441134960002&callerId=%2B441134960002", ["01134960001"]],
    ["To=%2B441134960002&PhoneNumber=%2B441134960001", [OTHER, BARRED]],
    // A customer's number under a name that begins as the caller's does, beside one of the company's own.
    ...[
      "clientPhone",
      "userPhone",
      "user_number",
      "callerNumber",
      "fromCustomer",
      "client",
      "accountPhone",
    ].map((name): [string, string[]] => [
      `${name}=%2B441134960001&twilioNumber=%2B442079460100`,
      [BARRED, "+442079460100"],
    ]),
    ["userId=%2B441134960001&outboundNumber=%2B442079460100", [BARRED, "+442079460100"]],
    ["identity=jo&accountNumber=12345678&agent_number=201&To=%2B441134960001", [BARRED]],
    // Who calls, under a name that says nothing else.
    ...[
      ...["From", "from_number", "fromNumber", "fromPhone", "from_phone", "fromPhoneNumber"],
      ...["callerId", "caller_id", "CallerID", "callerIdNumber", "caller_id_number"],
      ...["agentPhone", "agentNumber", "agent_phone_number"],
    ].map((name): [string, string[]] => [`${name}=%2B442079460100&customer=%2B441134960001`, [BARRED]]),
    ["agent=%2B441134960001&To=%2B441134960002", [BARRED, OTHER]],
    ["agentPhone=%2B441134960001", []],
    ["where=%2B441134960001", [BARRED]],
    ["To=+441134960001&name=Jo+Bloggs", [BARRED]],
    ["To=client%3Ajenny", ["client:jenny"]],
    ["To=sip%3A01134960001%40pbx.example", ["01134960001"]],
    ["contactId=84417&campaign=spring", ["84417", "spring"]],
    ["", [""]],
    ["To=%E0%A4%A", ["\uFFFD%A"]],
  ])("reads the app's own parameters: %s", (params, numbers) => {
    expect(startIn(read(twilio, invite(params)))).toMatchObject({
      key: "TJSabc",
      numbers: numbers.filter(Boolean),
    });
  });

  it.each([
    ["contactId=8812&twilioNumber=%2B442079460100", ["+442079460100", ""]],
    ["contactId=8812&phone=%2B441134960001", [BARRED, ""]],
    ["outboundNumber=%2B442079460100", ["+442079460100"]],
    ...["calledFrom", "calledFromNumber", "notRecipientPhone"].map((name): [string, string[]] => [
      `contactId=8812&${name}=%2B442079460100`,
      ["+442079460100", ""],
    ]),
    ...["To", "to_number", "toPhone", "CalledNumber", "callee", "destination", "recipientPhone"].map(
      (name): [string, string[]] => [`${name}=%2B442079460100&contactId=8812`, ["+442079460100"]],
    ),
  ])("says that another parameter may name who is called, unless a name says it: %s", (params, numbers) => {
    expect(startIn(read(twilio, invite(params))).numbers).toEqual(numbers);
  });

  it.each([
    [
      "escaped letters",
      '{"type":"\\u0069nvite","payload":{"callsid":"a","twilio":{"params":"To=%2B441134960001"}}}',
    ],
    [
      "the last of two members",
      '{"type":"listen","type":"invite","payload":{"callsid":"a","twilio":{"params":"To=%2B441134960001"}}}',
    ],
    [
      "blanks and a byte order mark",
      '\uFEFF { "payload" : {"callsid":"a","twilio":{"params":"To=%2B441134960001"}}, "type" : "invite" }',
    ],
  ])("however it is written: %s", (_, text) => {
    expect(startIn(read(twilio, text)).numbers).toEqual([BARRED]);
  });

  it("refuses as its gateway does", () => {
    expect(answers(read(twilio, invite("To=1")))).toEqual([
      {
        type: "hangup",
        payload: { callsid: "TJSabc", error: { code: 31603, message: "This number may not be called" } },
      },
    ]);
  });

  it("a reconnect without parameters is no new call; one with parameters is", () => {
    const again = { reconnect: "token", twilio: {} };
    expect(read(twilio, invite("", again))).toEqual({ is: "of", key: "TJSabc" });
    expect(
      read(twilio, invite("", { reconnect: "token", twilio: { params: "To=%2B441134960001" } })),
    ).toMatchObject({
      is: "start",
      numbers: [BARRED],
    });
  });

  it.each([
    ["reinvite", "of"],
    ["dtmf", "of"],
    ["answer", "of"],
    ["message", "of"],
    ["hangup", "end"],
    ["reject", "end"],
  ])("%s begins nothing", (type, is) => {
    expect(read(twilio, { type, payload: { callsid: "TJSabc", sdp: "v=0" }, version: "1.6" })).toEqual({
      ...{ is, key: "TJSabc" },
    });
  });
  it("nor do its heartbeat, and the first messages", () => {
    for (const text of [
      "\n",
      "",
      "[]",
      "null",
      "12",
      '{"type":"invite"}',
      '{"payload":null,"type":"listen"}',
    ])
      expect(read(twilio, text)).toBeNull();
    expect(twilio.sign(JSON.stringify({ type: "listen", payload: { token: "x" }, version: "1.6" }), "")).toBe(
      true,
    );
    expect(twilio.sign(JSON.stringify({ type: "chat", payload: { text: "invite" } }), "")).toBe(false);
  });
});

describe("Telnyx", () => {
  const message = (method: string, dialog: object = {}, id = "1") => ({
    ...{ jsonrpc: "2.0", id, method },
    params: { sessid: "s", sdp: "v=0", dialogParams: { callID: "c", destination_number: BARRED, ...dialog } },
  });

  it("begins a call by one message alone, though every later one names the number", () => {
    expect(startIn(read(telnyx, message("telnyx_rtc.invite")))).toMatchObject({
      key: "c",
      numbers: [BARRED],
    });
    expect(startIn(read(telnyx, message("verto.invite"))).numbers).toEqual([BARRED]);
    for (const step of ["candidate", "endOfCandidates", "modify", "info", "answer"])
      expect(read(telnyx, message(`telnyx_rtc.${step}`)), step).toEqual({ is: "of", key: "c" });
    expect(read(telnyx, message("telnyx_rtc.bye"))).toEqual({ is: "end", key: "c" });
  });

  it("hands a call on to a number that is judged", () => {
    const talk = telnyx.open();
    const { params, ...request } = message("verto.modify");
    const transfer = { ...request, params: { ...params, action: "transfer", destination: "+441134960777" } };
    const said = startIn(talk.read(JSON.stringify(transfer)));
    expect([said.key, said.numbers]).toEqual(["modify c", ["+441134960777"]]);
    expect(said.refuse().map((text) => JSON.parse(text) as object)).toMatchObject([
      { jsonrpc: "2.0", id: "1", error: { message: "603 Decline" } },
    ]);
  });

  it("reads a SIP address too", () => {
    const to = { destination_number: "sip:01134960001@pbx.example" };
    expect(startIn(read(telnyx, message("telnyx_rtc.invite", to))).numbers).toEqual(["01134960001"]);
  });

  it("refuses by an answer and a bye, and swallows what the kit says to that", () => {
    const talk = telnyx.open();
    const [answer, bye] = answers(talk.read(JSON.stringify(message("telnyx_rtc.invite"))));
    expect(answer).toEqual({ jsonrpc: "2.0", id: "1", result: { callID: "c", sessid: "s" } });
    expect(bye).toMatchObject({
      method: "telnyx_rtc.bye",
      params: { callID: "c", cause: "CALL_REJECTED", causeCode: 21, sipCode: 603 },
    });
    const { id } = bye as { id: string };
    const reply = JSON.stringify({ jsonrpc: "2.0", id, result: { method: "telnyx_rtc.bye" } });
    expect(talk.read(reply)).toEqual({ is: "swallow" });
    expect(talk.read(reply)).toBeNull();
  });

  it("answers the bye of a call that is given up", () => {
    const said = startIn(read(telnyx, message("telnyx_rtc.invite")));
    const replies = said.cancelled!(JSON.stringify(message("telnyx_rtc.bye", {}, "9")));
    expect(replies.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      { id: "9", result: { callID: "c" } },
    ]);
  });

  it("takes up again a call that the server told of, and judges one that nobody knows", () => {
    const talk = telnyx.open();
    expect(talk.read(JSON.stringify(message("telnyx_rtc.attach")))).toMatchObject({
      is: "start",
      numbers: [BARRED],
    });
    const other = telnyx.open();
    other.heard!(
      JSON.stringify({ jsonrpc: "2.0", id: 5, method: "telnyx_rtc.attach", params: { callID: "c" } }),
    );
    expect(other.read(JSON.stringify(message("telnyx_rtc.attach")))).toEqual({ is: "of", key: "c" });
  });

  it("is told by its first message", () => {
    expect(telnyx.sign(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "login", params: {} }), "")).toBe(
      true,
    );
    expect(telnyx.sign(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_call" }), "")).toBe(false);
    expect(read(telnyx, { jsonrpc: "2.0", id: 1, method: "telnyx_rtc.ping", params: {} })).toBeNull();
  });
});

describe("messages to a vendor's frame", () => {
  it("Aircall's dial is answered by its own callback; nothing else is a call", () => {
    const talk = aircall.open();
    const dial = { name: "apm_app_dial_number", value: { phone_number: BARRED } };
    const said = startIn(talk.read(dial));
    expect(said.numbers).toEqual([BARRED]);
    expect(said.refuse()).toMatchObject([
      { name: "apm_phone_dial_number_response", value: { success: false, errorCode: "in_call" } },
    ]);
    // Requests have no id: each is judged for itself.
    expect(startIn(talk.read(dial)).key).not.toBe(said.key);
    for (const name of ["apm_app_isready", "apm_app_get_settings", "apm_app_is_logged_in"])
      expect(talk.read({ name, value: { phone_number: BARRED } })).toBeNull();
  });

  it("HubSpot's dial counts from the page that spoke to the frame first", () => {
    const talk = hubspot.open();
    const dial = { type: "DIAL_NUMBER", messageId: "m1", data: { phoneNumber: BARRED } };
    // In a frame that was open before we were there: its SYNC is long gone.
    expect(startIn(talk.read(dial, "https://app.hubspot.com")).numbers).toEqual([BARRED]);
    expect(talk.read({ type: "SYNC", messageId: "m0" }, "https://app.hubspot.com")).toBeNull();
    talk.read({ type: "SYNC", messageId: "m0" }, "https://other.example");
    expect(talk.read(dial, "https://other.example")).toBeNull();
    const said = startIn(talk.read(dial, "https://app.hubspot.com"));
    // Whatever the app could say would make or change a call in the CRM.
    expect([said.numbers, said.refuse()]).toEqual([[BARRED], []]);
    expect(talk.read({ type: "END_CALL", messageId: "m2" }, "https://app.hubspot.com")).toBeNull();
  });

  it.each([
    [{ type: "rc-adapter-new-call", phoneNumber: BARRED, toCall: true }, [BARRED]],
    [{ type: "rc-adapter-new-call", phoneNumber: BARRED, toCall: "false" }, [BARRED]],
    [{ type: "rc-adapter-new-call", phoneNumber: BARRED, toCall: 1 }, [BARRED]],
    [{ type: "rc-adapter-new-call", phoneNumber: BARRED, toCall: false }, null],
    [{ type: "rc-adapter-new-call", phoneNumber: BARRED }, null],
    [{ type: "rc-adapter-new-call", phoneNumber: BARRED, toCall: false, callWith: "ringcx" }, [BARRED]],
    [{ type: "rc-adapter-ringcx-dial-lead", lead: { phone: OTHER }, destination: BARRED }, [BARRED, OTHER]],
    [
      { type: "MessageTransport-push", payload: { type: "rc-ev-clickToDial", phoneNumber: BARRED } },
      [BARRED],
    ],
    [
      { type: "rc-adapter-control-call", callAction: "transfer", options: { transferNumber: BARRED } },
      [BARRED],
    ],
    [
      { type: "rc-adapter-control-call", callAction: "forward", options: { forwardNumber: BARRED } },
      [BARRED],
    ],
    [{ type: "rc-adapter-control-call", callAction: "hangup", options: { transferNumber: BARRED } }, null],
    [{ type: "rc-adapter-control-call", callAction: "answer" }, null],
    [{ type: "rc-adapter-new-sms", phoneNumber: BARRED }, null],
  ])("RingCentral Embeddable: %j", (message, numbers) => {
    const said = ringcentral.open().read(message);
    expect(said && startIn(said).numbers).toEqual(numbers);
    if (said) expect(startIn(said).instead!()).toMatchObject([{ path: "/custom-alert-message" }]);
  });

  it.each([
    [{ type: "zp-make-call", data: { number: BARRED, callerId: OTHER, autoDial: true } }, [BARRED]],
    [{ type: "zp-make-call", data: { number: BARRED } }, [BARRED]],
    [{ type: "zp-make-call", data: { number: 441134960001 } }, ["441134960001"]],
    [{ type: "onclicktoact", data: { id: "7", phone: BARRED, userEntity: "Contact" } }, [BARRED]],
    [{ type: "onclicktoact", data: { phone: BARRED, number: OTHER } }, [OTHER, BARRED]],
    // A call whose number is not where a document has it is not known.
    [{ type: "zp-make-call", data: { number: null } }, []],
    [{ type: "zp-make-call", data: BARRED }, []],
    [{ type: "zp-make-call" }, []],
    [{ type: "zp-input-sms", data: { number: BARRED } }, null],
    [{ type: "zp-init-config", data: { enableAutoLog: true } }, null],
    [{ type: "zp-contact-match-response", data: [{ number: BARRED }] }, null],
    [{ type: "zcc-contact-search-response", data: { phone: BARRED } }, null],
    [{ data: { number: BARRED } }, null],
    [null, null],
  ])("Zoom's Smart Embeds: %j", (message, numbers) => {
    const said = zoom.open().read(message);
    expect(said && startIn(said).numbers).toEqual(numbers);
    if (said) expect(startIn(said).refuse()).toEqual([]);
  });

  const cti = (method: string, payload?: object) => ({
    ...{ api: "opencti_dialpad", version: "1.0", method },
    ...(payload && { payload }),
  });
  it.each([
    [cti("initiate_call", { enable_current_tab: true, phone_number: BARRED }), [BARRED]],
    [cti("initiate_call", { phone_number: BARRED, outbound_caller_id: OTHER }), [BARRED]],
    [{ ...cti("initiate_call", { phone_number: BARRED }), version: "2.0" }, [BARRED]],
    [cti("initiate_call"), [""]],
    [cti("enable_current_tab"), null],
    [cti("hang_up_all_calls"), null],
    [{ method: "initiate_call", payload: { phone_number: BARRED } }, [BARRED]],
    [{ api: "opencti_dialpad", payload: { phone_number: BARRED } }, null],
  ])("Dialpad's mini dialer: %j", (message, numbers) => {
    const talk = dialpad.open();
    const said = talk.read(message);
    expect(said && startIn(said).numbers).toEqual(numbers);
    if (!said) return;
    expect(startIn(said).refuse()).toEqual([]);
    // Requests have no id: each is judged for itself.
    expect(startIn(talk.read(message)).key).not.toBe(startIn(said).key);
  });

  const asks = (method: string, params: object) => ({
    event: "api_request",
    data: { event: "api_request", requestId: "r1", method, params },
  });
  it.each(["createOutboundContact", "createAdditionalConnection", "addNewConnection", "transferContact"])(
    "Amazon Connect: %s fails as the panel's own requests do",
    (method) => {
      const said = startIn(
        amazon.open().read(asks(method, { endpoint: { type: "phone_number", phoneNumber: BARRED } })),
      );
      expect(said).toMatchObject({ key: "r1", numbers: [BARRED] });
      const [answer] = said.refuse() as [
        { event: string; data: { err: string; data: null; requestId: string } },
      ];
      expect(answer).toMatchObject({ event: "api_response", data: { requestId: "r1", data: null } });
      expect(JSON.parse(answer.data.err)).toMatchObject({ type: "BadEndpointException" });
    },
  );
  it("Amazon Connect: a quick connect by its name alone has no number; holding and hanging up pass", () => {
    const byName = asks("createOutboundContact", {
      endpoint: { type: "queue", endpointARN: "arn:aws:connect:1" },
    });
    expect(startIn(amazon.open().read(byName)).numbers).toEqual([]);
    // A transfer to a queue or an agent rings no telephone.
    for (const type of ["queue", "agent"])
      expect(
        amazon
          .open()
          .read(asks("addNewConnection", { endpoint: { type, endpointARN: "arn:aws:connect:1" } })),
      ).toBeNull();
    const lied = { type: "agent", endpointARN: "arn:aws:connect:1", phoneNumber: BARRED };
    expect(startIn(amazon.open().read(asks("addNewConnection", { endpoint: lied }))).numbers).toEqual([
      BARRED,
    ]);
    for (const method of [
      "holdConnection",
      "sendDigits",
      "destroyConnection",
      "createTaskContact",
      "getEndpoints",
    ])
      expect(amazon.open().read(asks(method, { endpoint: { phoneNumber: BARRED } })), method).toBeNull();
    expect(amazon.open().read({ event: "synchronize" })).toBeNull();
  });

  it("are taken on the vendor's hosts alone, but for HubSpot's, whose apps are anywhere", () => {
    expect(aircall.sign("workspace.aircall.io", true)).toBe(true);
    expect(amazon.sign("acme.my.connect.aws", true)).toBe(true);
    expect(amazon.sign("acme.awsapps.com", false)).toBe(true);
    expect(ringcentral.sign("apps.ringcentral.com", true)).toBe(true);
    for (const host of ["applications.zoom.us", "zoom.us", "acme.zoom.us"])
      expect(zoom.sign(host, true), host).toBe(true);
    expect(dialpad.sign("dialpad.com", true)).toBe(true);
    expect(hubspot.sign("dialler.example", true)).toBe(true);
    for (const row of [aircall, amazon, ringcentral, zoom, dialpad])
      for (const host of [
        "evil.example",
        "aircall.io.evil.example",
        "notawsapps.com",
        "ringcentral.com.evil.example",
        "zoom.us.evil.example",
        "notzoom.us",
        "notdialpad.com",
      ])
        expect(row.sign(host, true), `${row.name} ${host}`).toBe(false);
  });
});

describe("messages through ports", () => {
  const invite = [
    "INVITE sip:+441134960001@sip.ringcentral.com SIP/2.0",
    "Via: SIP/2.0/WSS x.invalid;branch=z9hG4bK1",
    ...["To: <sip:+441134960001@sip.ringcentral.com>", "From: <sip:a@sip.ringcentral.com>;tag=me"],
    ...["Call-ID: c1", "CSeq: 1 INVITE", "Content-Length: 0", "", ""],
  ].join("\r\n");
  const posted = (data: string, type = "request") => ({
    ...{ type: "workerRequest", requestId: "q1", request: { type, data } },
  });

  it("RingCentral's worker is asked to send SIP: refused as it would answer", () => {
    const talk = ringcentralPorts.open();
    const said = startIn(talk.read(posted(invite)));
    expect(said.numbers).toEqual([BARRED]);
    expect(said.refuse()).toMatchObject([
      { type: "workerResponse", requestId: "q1", response: expect.stringMatching(/^SIP\/2.0 407/) as string },
    ]);
    const again = invite
      .replace("CSeq: 1", "CSeq: 2")
      .replace("Content", "Proxy-Authorization: Digest x\r\nContent");
    expect(startIn(talk.read(posted(again))).refuse()).toMatchObject([
      { type: "workerResponse", response: expect.stringMatching(/^SIP\/2.0 183/) as string },
      { type: "inboundMessage", message: expect.stringMatching(/^SIP\/2.0 603/) as string },
    ]);
    expect(talk.read(posted(invite, "reply"))).toBeNull();
    expect(talk.read({ type: "workerRequest", requestId: "q2", request: { type: "register" } })).toBeNull();
  });

  it("SIP as a bare text, which is answered in SIP", () => {
    const said = startIn(sipPorts.open().read(invite));
    expect(said.numbers).toEqual([BARRED]);
    expect(said.refuse()).toMatchObject([expect.stringMatching(/^SIP\/2.0 407/)]);
  });

  class Frame {
    readonly data: string;
    constructor(data: string) {
      this.data = data;
    }
  }
  const wrappers: [string, unknown][] = [
    ["a member", { text: invite }],
    ["a list in a member", { id: 7, args: [{ to: "socket" }, ["send", invite]] }],
    ["an object of a class", new Frame(invite)],
    ["an object without a prototype", Object.assign(Object.create(null) as object, { sip: { raw: invite } })],
    ["JSON", JSON.stringify({ kind: "out", frame: { raw: invite } })],
    ["JSON in JSON", { data: JSON.stringify([JSON.stringify({ invite })]) }],
    ["JSON behind a number, as socket.io has it", `42${JSON.stringify(["sip", invite])}`],
    ["a word before it", `send ${invite}`],
    ["a letter and a colon before it, in a member", { frame: `> s:${invite}` }],
    [
      "lower case, behind line ends",
      { frame: `\r\n\r\n${invite.replace(/INVITE (\S+) SIP/, "invite $1 sip")}` },
    ],
    ["behind another request in one text", [invite.replace(/INVITE/g, "OPTIONS") + invite]],
    ["RingCentral's message with a second text", { ...posted(invite.replace(BARRED, OTHER)), more: invite }],
  ];
  it.each(wrappers)("SIP in %s, without an answer that nobody has written down", (_, message) => {
    for (const row of [sipPorts, sipFrames]) {
      const said = startIn(row.open().read(message));
      expect(said.numbers).toContain(BARRED);
      expect(said.rings).toContain(BARRED);
      expect(said.refuse()).toEqual([]);
    }
  });
  it("of several calls in one message each number counts", () => {
    const said = startIn(sipPorts.open().read([invite.replaceAll(BARRED, OTHER), { then: invite }]));
    expect(said.numbers).toEqual([OTHER, BARRED]);
  });
  it("is no call in RingCentral's own message, which has its row, in a log of one, nor where SIP is only spoken of", () => {
    for (const message of [
      posted(invite),
      `Sending WebSocket message:\n\n${invite}`,
      JSON.stringify({ level: "debug", message: `Sending WebSocket message:\n\n${invite}` }),
      { help: "An INVITE begins a call (SIP/2.0)" },
      { agent: "SIP/2.0" },
      null,
      7,
      new Uint8Array(9),
    ])
      expect(sipPorts.open().read(message)).toBeNull();
  });
  it("a call that came by another wrapper is held and hung up as any", () => {
    const talk = sipPorts.open();
    const wrap = (text: string) => ({ out: { text } });
    startIn(talk.read(wrap(invite))).goes!();
    const ok = invite.replace(/^INVITE.*/, "SIP/2.0 200 OK").replace(/(To: .*)/, "$1;tag=them");
    talk.heard!({ in: [ok.replace("CSeq", "Contact: <sip:gw-7@10.0.0.7>\r\nCSeq")] });
    const later = invite.replace(/(To: .*)/, "$1;tag=them");
    const again = later.replace(/^INVITE \S+/, "INVITE sip:gw-7@10.0.0.7");
    expect(talk.read(wrap(again))).toEqual({ is: "of", key: "c1" });
    expect(talk.read(wrap(later.replaceAll("INVITE", "BYE")))).toEqual({ is: "end", key: "c1" });
    // What a frame is answered is not heard where it is told: it is judged where the frame sends it.
    expect(sipFrames.open().read(wrap(again))).toBeNull();
  });
  it("SIP in a message comes to an end of the worst there is", () => {
    const circle: Record<string, unknown> = { invite };
    circle["self"] = circle;
    let deep: unknown = invite;
    for (let i = 0; i < 1e5; i++) deep = [deep];
    const many = "INVITE /2.0 ".repeat(1e5);
    for (const message of [
      deep,
      many,
      `${"[".repeat(1e5)}/2.0`,
      " ".repeat(1e6) + "/2.0",
      Array(1e6).fill(many),
    ])
      expect(sipPorts.open().read(message)).toBeNull();
    expect(startIn(sipPorts.open().read(circle)).numbers.every((one) => one === BARRED)).toBe(true);
  });

  it("Amazon's clients in the workspace, and the panel's worker", () => {
    const command = (name: string, data: object) => ({
      ...{ type: "request", namespace: "aws.connect.voice", command: name, requestId: "r2", data },
    });
    const talk = amazonPorts.open();
    const said = startIn(talk.read(command("voice/createOutboundCall", { phoneNumber: BARRED })));
    expect(said.numbers).toEqual([BARRED]);
    expect(said.refuse()).toMatchObject([
      { type: "response", isError: true, namespace: "aws.connect.voice", requestId: "r2" },
    ]);
    expect(
      startIn(talk.read(command("contact/transfer", { quickConnect: { phoneNumber: BARRED } }))).numbers,
    ).toEqual([BARRED]);
    expect(talk.read(command("voice/getOutboundCallPermission", { phoneNumber: BARRED }))).toBeNull();
  });
});

it("each row names its source, and none claims to have met its vendor's service", () => {
  for (const row of protocols) {
    expect(row.source.length, row.name).toBeGreaterThan(10);
    expect(row.name).toMatch(/^[a-z-]+$/);
    expect(row.verified, row.name).toBeUndefined();
  }
  expect(Object.keys(speakers).sort()).toEqual([...new Set(protocols.map(({ name }) => name))].sort());
  for (const name of fromDocuments) expect(speakers).toHaveProperty(name);
  const keys = protocols.map(({ name, carrier }) => `${name} ${carrier}`);
  expect(new Set(keys).size).toBe(keys.length);
});

it("a softphone without a row has a site rule, or says why no button can be named, as the limits do", () => {
  const rules = siteRules.map(({ name }) => name);
  const wrong = documented.filter((one) => (one.rule === null ? one.why === "" : !rules.includes(one.rule)));
  expect(wrong).toEqual([]);
  const held = documented.filter(({ rule }) => rule !== null).map(({ title }) => title);
  expect(held).toEqual(["HubSpot's own calling"]);
  const limits = readFileSync(at("docs/limits.md"), "utf8");
  for (const { title, rule } of documented)
    if (rule === null)
      expect(limits, title).toMatch(new RegExp(`^  - ${title.split(" ")[0]} .*no (?:button|element)`, "m"));
});

it("an administrator can switch each off by its name", () => {
  const { properties } = JSON.parse(readFileSync(at("assets/managed.json"), "utf8")) as {
    properties: { protocolsOff: { items: { enum: string[] } } };
  };
  expect(properties.protocolsOff.items.enum.toSorted()).toEqual(
    [...new Set(protocols.map(({ name }) => name))].sort(),
  );
});
