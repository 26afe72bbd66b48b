/**
 * Everything that a browser sends, seen from outside: a proxy before all servers that records what passes through it.
 */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface Sent {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Wire {
  /** The proxy's address. */
  server: string;
  /** Every request, oldest first. Requests to other machines are not passed on; of TLS only the host can be seen. */
  sent: Sent[];
  close: () => void;
}

export async function openWire(): Promise<Wire> {
  const sent: Sent[] = [];
  const server = createServer((from, to) => {
    void bodyOf(from).then((body) => {
      const { method = "", headers } = from;
      const url = new URL(from.url ?? "");
      sent.push({ method, url, headers, body });
      if (!/^(localhost|127\.0\.0\.1)$/.test(url.hostname)) return void to.destroy();
      const onward = request(url, { method, headers }, (answer) => {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to);
      });
      onward.on("error", () => to.destroy());
      onward.end(body);
    });
  });
  server.on("connect", (from, socket) => {
    sent.push({ method: "CONNECT", url: new URL(`https://${from.url}`), headers: from.headers, body: "" });
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  let body = "";
  message.setEncoding("utf8");
  for await (const piece of message) body += String(piece);
  return body;
}
