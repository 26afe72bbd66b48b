/**
 * Networks that are slow or half open, on real sockets: each ends as "no answer", and the next question is a fresh
 * request.
 */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openWorkerClient } from "../../../extension/background/worker-client.ts";
import { openCachedStorage } from "../../../extension/background/storage.ts";
import { NoAnswer } from "../../../extension/background/worker-errors.ts";
import { MemoryArea } from "../double.ts";

const WHOLE = JSON.stringify({ at: "2026-11-25T10:00:00.000Z", results: [] });
const head = (length: number, more = "") =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${more}\r\n`;

/** What the server does with a connection, once a request has come. */
const moods: Record<string, (socket: Socket) => void> = {
  "accepts and says nothing": () => undefined,
  "closes without a word": (socket) => socket.end(),
  resets: (socket) => socket.resetAndDestroy(),
  "stops within its headers": (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-"),
  "stops within its body": (socket) => socket.write(head(WHOLE.length) + WHOLE.slice(0, 20)),
  "is cut within its body": (socket) => socket.end(head(WHOLE.length) + WHOLE.slice(0, 20)),
  "is cut within its body, of which nobody knows the length": (socket) =>
    socket.end(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n${WHOLE.slice(0, 20)}`,
    ),
  trickles: (socket) => {
    socket.write(head(1_000_000));
    const drop = setInterval(() => socket.write(" "), 20);
    socket.on("close", () => clearInterval(drop));
    socket.on("error", () => clearInterval(drop));
  },
  "is somebody else's page": (socket) =>
    socket.end("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<h1>Log in</h1>"),
  "is a proxy that has lost the server": (socket) =>
    socket.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
};

let server: Server;
let mood: (socket: Socket) => void;
const sockets = new Set<Socket>();
let url = "";
beforeEach(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => mood(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server.close();
});

it.each(Object.keys(moods))("a server that %s", async (name) => {
  const troubles: (string | null)[] = [];
  const person = { id: "p1", name: "Ann", email: "ann@example.com", role: "agent" } as const;
  const worker = openWorkerClient({
    account: () => Promise.resolve({ url, token: "cdt_1", person } as never),
    fetch,
    now: () => Date.now(),
    random: () => 0,
    storage: openCachedStorage(new MemoryArea()),
    changed: (trouble) => troubles.push(trouble),
  });
  mood = moods[name]!;
  const asked = worker.call("POST", "/v1/check", { body: { numbers: ["1"] }, patienceMs: 150 });
  await expect(asked).rejects.toThrow(NoAnswer);
  expect(worker.trouble()).toBe("offline");
  worker.retry();
  mood = (socket) => socket.end(head(WHOLE.length, "connection: close\r\n") + WHOLE);
  expect((await worker.call("POST", "/v1/check", { body: { numbers: ["1"] } })).data).toEqual(
    JSON.parse(WHOLE),
  );
  expect(worker.trouble()).toBeNull();
  expect(troubles).toEqual(["offline", null]);
});
