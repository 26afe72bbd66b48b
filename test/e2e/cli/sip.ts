/** The two ends of a telephone call by SIP over TCP: an agent's telephone, and a carrier that answers whatever arrives. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort } from "../../../scripts/lib/ports.ts";

const END = "\r\n\r\n";

/** Calls `take` with each message of a connection. None here has a body. */
function eachMessage(socket: Socket, take: (message: string) => void): void {
  let text = "";
  socket.on("error", () => undefined);
  socket.on("data", (data: Buffer) => {
    text += data.toString();
    for (let end = text.indexOf(END); end >= 0; end = text.indexOf(END)) {
      take(text.slice(0, end));
      text = text.slice(end + END.length);
    }
  });
}

const headersOf = (message: string, names: RegExp): string[] =>
  message.split("\r\n").filter((line) => names.test(line));

export interface Carrier {
  port: number;
  /** The request lines of the calls that reached it. */
  calls: string[];
  /** False: it rings, and nobody answers. */
  answers: boolean;
  server: Server;
}

/** Where the carrier wants later steps of a call. */
export const CONTACT = "sip:gw-7@127.0.0.1";

export async function aCarrier(): Promise<Carrier> {
  const port = await freePort();
  const server = createServer((socket) =>
    eachMessage(socket, (message) => {
      if (!/^(?:INVITE|REFER) /.test(message)) return;
      carrier.calls.push(message.split("\r\n")[0]!);
      const same = headersOf(message, /^(via|from|to|call-id|cseq|record-route):/i)
        .join("\r\n")
        .replace(/^(To:(?!.*;tag=).*)$/im, "$1;tag=carrier");
      const status = carrier.answers ? "200 OK" : "180 Ringing";
      socket.write(`SIP/2.0 ${status}\r\n${same}\r\nContact: <${CONTACT}>\r\nContent-Length: 0${END}`);
    }),
  );
  const carrier: Carrier = { port, calls: [], answers: true, server };
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return carrier;
}

export interface Invite {
  method?: "INVITE" | "REFER";
  /** The address in the request's first line. */
  to: string;
  from?: string;
  callId?: string;
  fromTag?: string;
  /** The header To, where it is not the address alone. */
  toHeader?: string;
  /** It is left ringing. */
  isLeft?: boolean;
  /** Further headers. */
  more?: string[];
}

let calls = 0;

/**
 * Begins a call, or hands it on, and resolves with its final answer, or one that it rings where it is left: the first line and the headers. A
 * call that is answered is acknowledged.
 */
export async function invite(
  port: number,
  { to, from = "<sip:+442079460100@pbx.example>", callId, more = [], method = "INVITE", ...its }: Invite,
): Promise<string> {
  const n = ++calls;
  const socket = connect(port, "127.0.0.1");
  try {
    const last = new Promise<string>((resolve, reject) => {
      socket.on("close", () => reject(new Error("the connection was closed without an answer")));
      eachMessage(socket, (message) => {
        if ((its.isLeft ? /^SIP\/2\.0 180/ : /^SIP\/2\.0 [^1]/).test(message)) resolve(message);
      });
    });
    const lines = [
      `${method} ${to} SIP/2.0`,
      `Via: SIP/2.0/TCP 127.0.0.1:${port + 1};branch=z9hG4bK${process.pid}n${n}`,
      ...[
        "Max-Forwards: 70",
        `From: ${from};tag=${its.fromTag ?? `t${n}`}`,
        `To: ${its.toHeader ?? `<${to}>`}`,
      ],
      ...[`Call-ID: ${callId ?? `call-${process.pid}-${n}`}`, `CSeq: ${n} ${method}`],
      ...(more.some((line) => line.startsWith("Contact:"))
        ? more
        : ["Contact: <sip:agent@127.0.0.1>", ...more]),
      "Content-Length: 0",
    ];
    socket.write(lines.join("\r\n") + END);
    return await last;
  } finally {
    socket.destroy();
  }
}
