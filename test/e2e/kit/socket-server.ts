/** A WebSocket server of one file (RFC 6455), for messages of up to 64 kB: what reaches it is the truth. */
import { createHash } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

export interface Line {
  hears: (text: string) => void;
}

const MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** `hear` gets each message as a text, with the address that its socket was opened by: `pbx.example:8083/sip`. */
export function serveSockets(
  server: Server,
  hear: (text: string, line: Line, address: string) => void,
): void {
  server.on("upgrade", (request: IncomingMessage, stream: Duplex) => {
    const key = request.headers["sec-websocket-key"] ?? "";
    const address = `${request.headers.host}${request.url}`;
    const [protocol] = (request.headers["sec-websocket-protocol"] ?? "").split(/,\s*/);
    stream.write(
      [
        "HTTP/1.1 101 Switching Protocols",
        ...["Upgrade: websocket", "Connection: Upgrade"],
        `Sec-WebSocket-Accept: ${createHash("sha1")
          .update(key + MAGIC)
          .digest("base64")}`,
        ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : []),
        "\r\n",
      ].join("\r\n"),
    );
    const line: Line = { hears: (text) => stream.write(framed(text)) };
    let rest = Buffer.alloc(0);
    stream.on("error", () => stream.destroy());
    stream.on("data", (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let frame = frameIn(rest); frame; frame = frameIn(rest)) {
        rest = rest.subarray(frame.length);
        if (frame.kind === 8) return stream.end();
        if (frame.kind === 1 || frame.kind === 2) hear(frame.text, line, address);
      }
    });
  });
}

function framed(text: string): Buffer {
  const body = Buffer.from(text);
  const head = body.length < 126 ? Buffer.from([0x81, body.length]) : Buffer.from([0x81, 126, 0, 0]);
  if (body.length >= 126) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** The first whole frame; null until it is there. */
function frameIn(bytes: Buffer): { kind: number; text: string; length: number } | null {
  if (bytes.length < 6) return null;
  const short = bytes[1]! & 0x7f;
  const start = short < 126 ? 2 : 4;
  const size = short < 126 ? short : bytes.readUInt16BE(2);
  const length = start + 4 + size;
  if (bytes.length < length) return null;
  const mask = bytes.subarray(start, start + 4);
  const body = Buffer.from(bytes.subarray(start + 4, length).map((byte, i) => byte ^ mask[i % 4]!));
  return { kind: bytes[0]! & 0x0f, text: body.toString(), length };
}
