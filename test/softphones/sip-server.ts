/** As much of a SIP server as the kits need: it asks for a password, rings, answers, and keeps what reached it. */
import {
  header,
  sipMessages,
  type SipMessage,
  sipResponse,
} from "../../extension/page/protocols/sip-message.ts";
import { SDP } from "./rtc.ts";

const CHALLENGE = 'Digest realm="pbx.example", nonce="abc", algorithm=MD5, qop="auth"';

/** What a phone hears by. */
interface Line {
  hears: (text: string) => void;
}

export function sipServer() {
  /** The requests, without those by which a phone registers: `INVITE sip:…`. */
  const log: string[] = [];
  const requests: SipMessage[] = [];

  function answer(message: SipMessage, socket: Line): void {
    const { method, uri, headers } = message;
    if (message.status > 0) return;
    const contact = `Contact: <sip:gw-7@pbx.example;transport=ws>`;
    const says = (status: string, more: string[] = [], body = "") => {
      const response = sipResponse(message, status, "them", more);
      const text = body
        ? response.replace(
            "Content-Length: 0",
            `Content-Type: application/sdp\r\nContent-Length: ${body.length}`,
          ) + body
        : response;
      // In a task of its own, as from the network.
      setTimeout(() => socket.hears(text));
    };
    if (method === "REGISTER") {
      if (!headers.has("authorization")) return says("401 Unauthorized", [`WWW-Authenticate: ${CHALLENGE}`]);
      return says("200 OK", [
        `Contact: ${header(message, "contact").replace(/;expires=\d+/, "")};expires=600`,
      ]);
    }
    log.push(`${method} ${uri}`);
    requests.push(message);
    if (method === "ACK") return;
    if (method !== "INVITE") return says(method === "REFER" ? "202 Accepted" : "200 OK");
    if (!headers.has("proxy-authorization") && !/;tag=them/.test(header(message, "to")))
      return says("407 Proxy Authentication Required", [`Proxy-Authenticate: ${CHALLENGE}`]);
    says("100 Trying");
    says("180 Ringing", [contact]);
    says("200 OK", [contact], SDP.replace("actpass", "active"));
  }

  return {
    log,
    requests,
    /** Of what reached it, that which begins a call: each number once. */
    called: () => [...new Set(log.filter((line) => line.startsWith("INVITE ")).map((line) => line.slice(7)))],
    hear(text: string, socket: Line): void {
      for (const message of sipMessages(text)) answer(message, socket);
    },
    /** Somebody calls: an INVITE to the phone. */
    calls(socket: Line, id: string): void {
      const lines = [
        "INVITE sip:agent@abc.invalid;transport=ws SIP/2.0",
        `Via: SIP/2.0/WSS pbx.example;branch=z9hG4bK${id}`,
        ...[
          "Max-Forwards: 70",
          "To: <sip:agent@pbx.example>",
          "From: <sip:+441134960050@pbx.example>;tag=caller",
        ],
        ...[`Call-ID: ${id}`, "CSeq: 1 INVITE", "Contact: <sip:gw-3@pbx.example;transport=ws>"],
        ...["Content-Type: application/sdp", `Content-Length: ${SDP.length}`, "", ""],
      ];
      socket.hears(lines.join("\r\n") + SDP);
    },
  };
}
