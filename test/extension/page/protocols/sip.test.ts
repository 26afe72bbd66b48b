/** SIP on a socket, from RFC 3261's own words and the frames that the four kits send: what begins a call, and to whom. */
import { describe, expect, it } from "vitest";
import type { Start } from "../../../../extension/page/protocols/protocol.ts";
import { userIn } from "../../../../extension/page/protocols/protocol.ts";
import { openSip, sip } from "../../../../extension/page/protocols/sip.ts";
import { header, sipMessages } from "../../../../extension/page/protocols/sip-message.ts";

const SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
interface Lines {
  uri?: string;
  to?: string;
  id?: string;
  cseq?: string;
  more?: string[];
  body?: string;
}
/** A request as a kit writes it. */
function request(method: string, lines: Lines = {}): string {
  const {
    uri = "sip:+441134960001@sip.example.com",
    to = `<${uri}>`,
    id = "call-1",
    cseq = "1",
    body = "",
  } = lines;
  return [
    `${method} ${uri} SIP/2.0`,
    "Via: SIP/2.0/WSS abc.invalid;branch=z9hG4bK1",
    `To: ${to}`,
    "From: <sip:agent@sip.example.com>;tag=me",
    `Call-ID: ${id}`,
    `CSeq: ${cseq} ${method}`,
    ...(lines.more ?? []),
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}
const response = (
  status: string,
  { to = "<sip:+441134960001@sip.example.com>;tag=them", id = "call-1" } = {},
) =>
  [
    `SIP/2.0 ${status}`,
    "Via: SIP/2.0/WSS abc.invalid;branch=z9hG4bK1",
    `To: ${to}`,
    "From: <sip:agent@sip.example.com>;tag=me",
    `Call-ID: ${id}`,
    "CSeq: 1 INVITE",
    "Contact: <sip:gw-7@10.0.0.7:5060>",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
const read = (text: string) => openSip().read(text);
const startOf = (text: string, talk = openSip()): Start<string> => {
  const said = talk.read(text);
  expect(said).toMatchObject({ is: "start" });
  return said as Start<string>;
};
const numbers = (text: string) => startOf(text).numbers;
/** A call that was let go, and what the other side says to it. */
function calls(talk: ReturnType<typeof openSip>, text: string, ...answers: string[]): void {
  startOf(text, talk).goes!();
  for (const answer of answers) talk.heard!(answer);
}
/** The status of each reply. */
const statuses = (replies: readonly string[]) => replies.map((reply) => sipMessages(reply)[0]?.status);

describe("an INVITE", () => {
  it("calls the user of its Request-URI", () => {
    expect(startOf(request("INVITE", { body: SDP }))).toMatchObject({
      key: "call-1",
      numbers: ["+441134960001"],
    });
  });

  it.each([
    ["sip:%2B441134960001@pbx.example", "+441134960001"],
    ["sips:01134960001@pbx.example;transport=ws", "01134960001"],
    ["tel:+44-113-496-0001", "+44-113-496-0001"],
    ["sip:00441134960001:secret@pbx.example:7443?Subject=hello", "00441134960001"],
    ["sip:0113%20496%200001@pbx.example", "0113 496 0001"],
    ["sip:1134960001;phone-context=+44@pbx.example;user=phone", "1134960001;phone-context=+44"],
    ["sip:*671134960001@pbx.example", "*671134960001"],
    ["sip:+441134960001", "+441134960001"],
  ])("to %s", (uri, user) => {
    expect(numbers(request("INVITE", { uri }))).toEqual([user]);
  });

  it("names another number in To, or in the header that an app of Plivo's fills: all are judged", () => {
    expect(numbers(request("INVITE", { to: '"Desk" <sip:+441134960002@pbx.example>' }))).toEqual([
      "+441134960001",
      "+441134960002",
    ]);
    const plivo = { uri: "sip:desk9@phone.plivo.com", more: ["X-PH-Dest: +441134960003"] };
    expect(numbers(request("INVITE", plivo))).toEqual(["desk9", "+441134960003"]);
    expect(numbers(request("INVITE", { more: ["t: <sip:+441134960004@pbx.example>"] }))).toContain(
      "+441134960004",
    );
  });

  it("rings the user of its Request-URI for certain, whatever else it names; of Plivo's apps only they know whom", () => {
    const to = "<sip:+441134960002@pbx.example>";
    for (const [uri, user] of [
      ["sip:conf_9f@pbx.example", "conf_9f"],
      ["sip:@pbx.example", ""],
      ["sip:pbx.example", "pbx.example"],
    ] as const)
      expect(startOf(request("INVITE", { uri, to })), uri).toMatchObject({
        numbers: [user, "+441134960002"],
        rings: [user],
      });
    const more = ["X-PH-Dest: +441134960003"];
    expect(startOf(request("INVITE", { uri: "sip:desk9@phone.plivo.com", more })).rings).toBeUndefined();
    // Without such a header, or at another host, the address is what rings.
    for (const [uri, lines] of [
      ["sip:desk9@phone.plivo.com", {}],
      ["sip:desk9@plivo.com.pbx.example", { more }],
      ["sip:desk9@pbx.example;x=@phone.plivo.com", { more }],
      ["sip:desk9@pbx.example", { more }],
    ] as const)
      expect(startOf(request("INVITE", { uri, ...lines, to })).rings, uri).toHaveLength(1);
    const both = request("INVITE") + request("INVITE", { id: "call-2", uri: "sip:conf_9f@pbx.example" });
    expect(startOf(both).rings).toEqual(["+441134960001", "conf_9f"]);
  });

  it.each([
    [
      "in lower case, with blanks in excess",
      (text: string) => text.replace(/INVITE (\S+) SIP\/2.0/, "invite $1   sip/2.0"),
    ],
    ["behind line ends", (text: string) => `\r\n\r\n${text}`],
    ["with lines that end in LF", (text: string) => text.replaceAll("\r\n", "\n")],
    ["with compact headers", (text: string) => text.replace("Call-ID:", "i:").replace("To:", "t :")],
    ["with folded headers", (text: string) => text.replace("Call-ID: ", "Call-ID:\r\n  ")],
  ])("%s is the same call", (_, change) => {
    expect(startOf(change(request("INVITE", { body: SDP })))).toMatchObject({
      key: "call-1",
      numbers: ["+441134960001"],
    });
  });

  it("behind another request in one frame is found; one that a body only mentions is not", () => {
    const options = request("OPTIONS", { id: "other" });
    expect(numbers(options + request("INVITE"))).toEqual(["+441134960001"]);
    expect(read(request("MESSAGE", { body: request("INVITE") }))).toMatchObject({ is: "of" });
  });

  it("of several calls in one frame each number counts, and of very many messages none is known", () => {
    const two = startOf(
      request("INVITE") + request("INVITE", { id: "call-2", uri: "sip:+441134960002@sip.example.com" }),
    );
    expect(two.numbers).toEqual(expect.arrayContaining(["+441134960001", "+441134960002"]));
    expect(two.refuse().filter((text) => text.startsWith("SIP/2.0 603"))).toHaveLength(2);
    const options = request("OPTIONS", { id: "other" }).repeat(7);
    expect(numbers(options + request("INVITE"))).toEqual(["+441134960001"]);
    expect(numbers(request("INVITE") + options + request("OPTIONS", { id: "other" }))).toEqual([]);
  });

  it("with a To-tag is a later step only where the other side gave that tag", () => {
    const forged = request("INVITE", { to: "<sip:+441134960001@sip.example.com>;tag=made-up" });
    expect(read(forged)).toMatchObject({ is: "start" });
    const talk = openSip();
    calls(talk, request("INVITE"), response("200 OK"));
    expect(talk.read(forged)).toMatchObject({ is: "start" });
    const to = "<sip:+441134960001@sip.example.com>;tag=them";
    const again = (uri: string) => talk.read(request("INVITE", { uri, to, cseq: "2", body: SDP }));
    expect(again("sip:gw-7@10.0.0.7:5060")).toEqual({ is: "of", key: "call-1" });
    expect(again("sip:+441134960001@sip.example.com")).toEqual({ is: "of", key: "call-1" });
    // In a call that was allowed, to another number.
    expect(again("sip:+441134960009@sip.example.com")).toMatchObject({ is: "start" });
    // Of two, neither is trusted.
    expect(talk.read(request("INVITE", { to, more: ["i: call-1"] }))).toMatchObject({ is: "start" });
  });

  it("within a call that came in holds it, and is no new call", () => {
    const talk = openSip();
    talk.heard!(
      request("INVITE", { id: "inbound", more: ["Contact: <sip:gw-3@10.0.0.7>"] }).replace(
        ";tag=me",
        ";tag=caller",
      ),
    );
    const to = "<sip:agent@sip.example.com>;tag=caller";
    const hold = () => talk.read(request("INVITE", { uri: "sip:gw-3@10.0.0.7", id: "inbound", to }));
    // It was not answered yet.
    expect(hold()).toMatchObject({ is: "start" });
    expect(talk.read(response("200 OK", { id: "inbound" }))).toBeNull();
    expect(hold()).toEqual({ is: "of", key: "inbound" });
  });

  it("within a running call is a later step, however many calls came and were missed, or went meanwhile", () => {
    const talk = openSip();
    calls(talk, request("INVITE"), response("200 OK"));
    const to = "<sip:+441134960001@sip.example.com>;tag=them";
    const hold = () => talk.read(request("INVITE", { to, cseq: "2", body: SDP }));
    for (let i = 0; i < 100; i++) talk.heard!(request("INVITE", { id: `missed-${i}` }));
    expect(hold()).toEqual({ is: "of", key: "call-1" });
    for (let i = 0; i < 100; i++) {
      const id = `later-${i}`;
      calls(talk, request("INVITE", { id }), response("200 OK", { id }));
      if (i % 50 === 0) expect(hold()).toEqual({ is: "of", key: "call-1" });
    }
    expect(hold()).toEqual({ is: "of", key: "call-1" });
  });

  it("within a call from before our time is a later step where the page was open before us, and nowhere else", () => {
    const to = "<sip:+441134960001@sip.example.com>;tag=them";
    const hold = request("INVITE", { uri: "sip:gw-7@10.0.0.7:5060", to, cseq: "3", body: SDP });
    expect(read(hold)).toMatchObject({ is: "start" });
    expect(openSip(true).read(hold)).toEqual({ is: "of", key: "call-1" });
    // A call without a tag, without a name, with two tags, or that began here, is one as ever.
    for (const text of [
      request("INVITE"),
      hold.replace("Call-ID: call-1\r\n", ""),
      hold.replace("CSeq", `t: ${to}\r\nCSeq`),
    ])
      expect(openSip(true).read(text), text).toMatchObject({ is: "start" });
    const talk = openSip(true);
    startOf(request("INVITE"), talk).goes!();
    expect(talk.read(hold)).toMatchObject({ is: "start" });
    talk.heard!(response("200 OK"));
    expect(talk.read(hold.replace("tag=them", "tag=made-up"))).toMatchObject({ is: "start" });
    // A transfer is judged.
    const line = "Refer-To: <sip:+441134960009@pbx.example>";
    expect(openSip(true).read(request("REFER", { to, more: [line] }))).toMatchObject({ is: "start" });
  });

  it("that comes in, and the answer to it, are nothing to hold", () => {
    expect(read(response("200 OK"))).toBeNull();
    expect(read("\r\n\r\n")).toBeNull();
  });
});

describe("what else reaches a number", () => {
  it.each([
    ["Refer-To: sip:+441134960005@sip.ringcentral.com", "bare"],
    ['Refer-To: "Front, desk" <sip:+441134960005@pbx.example>', "with a name"],
    ["r: <sip:%2B441134960005@pbx.example;user=phone>", "compact"],
    [
      "Refer-To: <sip:+441134960005@pbx.example?Replaces=unknown%3Bto-tag%3D1>",
      "in place of a call that nobody knows",
    ],
  ])("a transfer: %s (%s)", (line) => {
    const said = startOf(request("REFER", { more: [line] }));
    expect(said.numbers).toEqual(["+441134960005"]);
    expect(said.key).not.toBe("call-1");
    expect(statuses(said.refuse())).toEqual([603]);
  });

  it("an attended transfer to the other end of a call of this socket is not asked about again", () => {
    const talk = openSip();
    calls(talk, request("INVITE", { id: "second" }), response("200 OK", { id: "second" }));
    const line = "Refer-To: <sip:+441134960001@pbx.example?Replaces=second%3Bto-tag%3Dthem%3Bfrom-tag%3Dme>";
    expect(talk.read(request("REFER", { more: [line] }))).toEqual({ is: "of", key: "call-1" });
    expect(talk.read(request("REFER", { more: [line.replace("960001", "960009")] }))).toMatchObject({
      is: "start",
    });
  });

  it("no number that was refused is known: neither by us, within a call that goes on, nor by the other side", () => {
    const to = (number: string) =>
      `Refer-To: <sip:${number}@pbx.example?Replaces=call-1%3Bto-tag%3Dthem%3Bfrom-tag%3Dme>`;
    const transfers = (talk: ReturnType<typeof openSip>, number: string) =>
      talk.read(request("REFER", { more: [to(number)] }));
    const talk = openSip();
    calls(talk, request("INVITE"), response("200 OK"));
    // Refused here: it never left. Then the first call is answered once more.
    startOf(request("INVITE", { uri: "sip:+441134960009@sip.example.com" }), talk).refuse();
    talk.heard!(response("200 OK"));
    expect(transfers(talk, "+441134960009")).toMatchObject({ is: "start", numbers: ["+441134960009"] });
    expect(transfers(talk, "+441134960001")).toEqual({ is: "of", key: "call-1" });
    for (const status of ["603 Decline", "486 Busy Here", "302 Moved Temporarily"]) {
      const other = openSip();
      calls(other, request("INVITE"), response("183 Session Progress"), response(status));
      expect(transfers(other, "+441134960001"), status).toMatchObject({ is: "start" });
      // Nor where it was sent on to.
      expect(transfers(other, "gw-7"), status).toMatchObject({ is: "start" });
      const again = request("INVITE", { to: "<sip:+441134960001@sip.example.com>;tag=them", cseq: "2" });
      expect(other.read(again), status).toMatchObject({ is: "start" });
    }
  });

  it.each([
    ["Contact: <sip:+441134960008@pbx.example>", ["+441134960008"]],
    ["m: sip:+441134960008@pbx.example;q=0.7", ["+441134960008"]],
    [
      'Contact: "Front, desk" <sip:201@pbx.example>;expires=60, sips:%2B441134960008@pbx.example',
      ["201", "+441134960008"],
    ],
    ["Contact: <tel:+441134960008>, <sip:voicemail@pbx.example>", ["+441134960008", "voicemail"]],
    ["Expires: 60", []],
  ])("a call that came in, and is sent on: %s", (line, users) => {
    const talk = openSip();
    talk.heard!(request("INVITE", { id: "inbound" }));
    const moved = (status: string) =>
      response(status, { id: "inbound" }).replace("Contact: <sip:gw-7@10.0.0.7:5060>", line);
    for (const status of ["302 Moved Temporarily", "300 Multiple Choices", "301 Moved", "380 Alternative"]) {
      const said = startOf(moved(status), talk);
      expect(said, status).toMatchObject({ numbers: users, rings: users });
      // Nothing is said to the softphone: the other end goes on ringing.
      expect(said.refuse()).toEqual([]);
      expect(said.key).not.toBe("inbound");
    }
    for (const status of ["180 Ringing", "200 OK", "486 Busy Here", "603 Decline"])
      expect(talk.read(moved(status)), status).toBeNull();
  });
  it("two contacts of a call that is sent on: each line counts", () => {
    const more = "Contact: <sip:201@pbx.example>\r\nContact: <sip:+441134960008@pbx.example>";
    expect(numbers(response("302 Moved Temporarily").replace(/Contact: .*/, more))).toEqual([
      "201",
      "+441134960008",
    ]);
  });

  it("RingCentral's flip and forward; every other INFO and MESSAGE passes", () => {
    const flip = (command: string) =>
      JSON.stringify({ request: { reqid: 1, command, target: "+441134960006" } });
    expect(numbers(request("INFO", { body: flip("callflip") }))).toEqual(["+441134960006"]);
    expect(read(request("INFO", { body: flip("callrecord") }))).toMatchObject({ is: "of" });
    expect(read(request("INFO", { body: "Signal=5\r\nDuration=100" }))).toMatchObject({ is: "of" });
    const forward = (cmd: number) =>
      `<Msg><Hdr SID="1" Cmd="${cmd}"/><Bdy Cln="x" Phn="+441134960007"/></Msg>`;
    expect(numbers(request("MESSAGE", { body: forward(10) }))).toEqual(["+441134960007"]);
    expect(read(request("MESSAGE", { body: forward(17) }))).toMatchObject({ is: "of" });
  });

  it.each(["REGISTER", "OPTIONS", "SUBSCRIBE", "ACK", "PRACK", "UPDATE", "NOTIFY"])(
    "%s does not",
    (method) => {
      expect(read(request(method))).toMatchObject({ is: "of" });
    },
  );
  it.each(["CANCEL", "BYE"])("%s ends the call", (method) => {
    expect(read(request(method))).toEqual({ is: "end", key: "call-1" });
  });
});

describe("the refusal", () => {
  it("is 603 after 100, with Via, From, Call-ID and CSeq as they were and a tag of its own", () => {
    const replies = startOf(request("INVITE", { body: SDP })).refuse();
    expect(statuses(replies)).toEqual([100, 603]);
    const [message] = sipMessages(replies[1]!);
    expect(message!.headers.get("via")).toEqual(["SIP/2.0/WSS abc.invalid;branch=z9hG4bK1"]);
    expect(header(message!, "to")).toBe("<sip:+441134960001@sip.example.com>;tag=cleardial");
    expect(header(message!, "from")).toBe("<sip:agent@sip.example.com>;tag=me");
    expect(header(message!, "cseq")).toBe("1 INVITE");
    expect(header(message!, "content-length")).toBe("0");
    expect(header(message!, "reason")).toMatch(/^SIP;cause=603;text="/);
  });

  it("of RingCentral's phone asks for its password first, as it gives up on anything else", () => {
    const agent = "User-Agent: ringcentral-web-phone-2";
    const first = startOf(request("INVITE", { more: [agent] })).refuse();
    expect(statuses(first)).toEqual([407]);
    // Its reader looks for `, nonce="`.
    expect(first[0]).toContain(', nonce="');
    const second = request("INVITE", { cseq: "2", more: [agent, "Proxy-Authorization: Digest username=x"] });
    const replies = startOf(second).refuse();
    expect(statuses(replies)).toEqual([100, 183, 603]);
    for (const reply of replies) expect(reply).toContain("CSeq: 2 INVITE");
    // It loses what follows a second colon and blank in a line.
    for (const line of replies.join("").split("\r\n")) expect(line.split(": ").length).toBeLessThanOrEqual(2);
  });

  it("of a call that the agent gives up is its own end: 200 for the CANCEL, 487 for the INVITE", () => {
    const replies = startOf(request("INVITE")).cancelled!(request("CANCEL"));
    expect(statuses(replies)).toEqual([200, 487]);
    expect(replies[0]).toContain("CSeq: 1 CANCEL");
    expect(replies[1]).toContain("CSeq: 1 INVITE");
  });
});

it("comes to an end of the worst there is", () => {
  const many = (what: string) => what.repeat(200_000);
  const worst = [
    `INVITE ${many(" ")}x`,
    `INVITE ${many("a ")}SIP/2.0`,
    `INVITE sip:a@b SIP/2.0\r\n${many("To: x\r\n")}\r\n`,
    `INVITE sip:a@b SIP/2.0\r\nTo: ${many("<")}\r\n\r\n`,
    `INVITE sip:${many(":")}@b SIP/2.0\r\nTo: ${many(";tag")}\r\n\r\n`,
    `MESSAGE sip:a@b SIP/2.0\r\n\r\n${many("<Hdr ")}`,
    many("INVITE sip:a@b SIP/2.0\r\n\r\n"),
    `INVITE sip:a@b SIP/2.0\r\n${many("\r\n ")}`,
  ];
  for (const text of worst) {
    const talk = openSip();
    talk.heard!(text);
    sip.sign(text, "");
    expect(talk.read(text)?.is, text.slice(0, 40)).not.toBe("swallow");
  }
});

it("is told by what the socket asked for, or by any first message", () => {
  expect(sip.sign("", "sip")).toBe(true);
  expect(sip.sign(request("REGISTER"), "")).toBe(true);
  expect(sip.sign(response("200 OK"), "")).toBe(true);
  for (const text of ["", "hello", "MESSAGE", "INVITE everybody to the party", '{"type":"invite"}'])
    expect(sip.sign(text, "mqtt"), text).toBe(false);
});

it.each([
  ["agent <sip:a@b>", "a"],
  ["plain words", "plain words"],
  ["<tel:+441134960001;ext=5>", "+441134960001;ext=5"],
  ["sip:100%@pbx.example", "100%"],
])("the user in %s", (address, user) => {
  expect(userIn(address)).toBe(user);
});
