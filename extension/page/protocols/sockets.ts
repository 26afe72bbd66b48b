/**
 * Sockets and ports, of which our script in the page's world tells (main-world/sockets.ts, ports.ts). What waits is kept
 * here, is sent from here by natives that no page can replace, and was judged as it is sent.
 */
import { KEEPS, PORT, POSTS, SENDS, SOCKET } from "../main-world-events.ts";
import { type CarrierDeps, type Endpoint, openEndpoint } from "./endpoint.ts";
import { forgetOldest, through } from "./protocol.ts";
import { portProtocols, socketProtocols } from "./rows.ts";

/** Ports say nothing when they close: the oldest are forgotten, and what may begin a call there is held. */
const MOST_PORTS = 256;

/** A text, and whether it was sent as bytes. */
interface Frame {
  text: string;
  bytes: boolean;
}

export function openSockets(channel: EventTarget, deps: CarrierDeps): void {
  const { signal } = deps;
  const on = (type: string, listener: (event: Event) => void) =>
    channel.addEventListener(type, listener, { signal });
  const sockets = new Map<number, { socket: WebSocket; endpoint: Endpoint<Frame>; isKept: boolean }>();
  const ports = new Map<number, Endpoint<unknown>>();

  on(SOCKET, (event) => {
    const { relatedTarget, detail: id } = event as MouseEvent;
    const socket = relatedTarget as WebSocket;
    sockets.set(id, { socket, endpoint: socketEndpoint(socket, deps), isKept: false });
    socket.addEventListener("close", (closed) => closed.isTrusted && sockets.delete(id), { signal });
  });
  on(SENDS, (event) => {
    const detail = String((event as CustomEvent<unknown>).detail);
    const at = detail.indexOf(" ");
    const id = Number(detail.slice(0, at));
    const known = sockets.get(id);
    const frame = { text: detail.slice(at + 2), bytes: detail[at + 1] === "b" };
    if (!known || known.endpoint.sends(frame) === "held") event.preventDefault();
    if (!known || known.isKept || !known.endpoint.isKnown()) return;
    known.isKept = true;
    channel.dispatchEvent(new CustomEvent(KEEPS, { detail: id }));
    // Most sockets are no softphone's: what comes in on them is not read.
    known.socket.addEventListener(
      "message",
      (heard) => {
        const text = heard.isTrusted ? textOf((heard as MessageEvent<unknown>).data) : null;
        if (text !== null) known.endpoint.heard({ text, bytes: false });
      },
      { signal },
    );
  });

  on(PORT, (event) => {
    const { relatedTarget, detail: id } = event as MouseEvent;
    const port = relatedTarget as MessagePort;
    const endpoint = portEndpoint(port, deps);
    ports.set(id, endpoint);
    forgetOldest(ports, MOST_PORTS);
    port.addEventListener(
      "message",
      (heard) => {
        if (heard.isTrusted && ports.has(id)) endpoint.heard(heard.data);
      },
      { signal },
    );
  });
  on(POSTS, (event) => {
    const detail: unknown = (event as CustomEvent<unknown>).detail;
    // It holds what cannot be cloned, as a port that is handed on: what it says cannot be read.
    if (!Array.isArray(detail)) return event.preventDefault();
    const [id, message] = detail as [number, unknown];
    const endpoint = ports.get(id);
    if (!endpoint || endpoint.sends(message) === "held") event.preventDefault();
  });
}

function socketEndpoint(socket: WebSocket, deps: CarrierDeps): Endpoint<Frame> {
  const rows = socketProtocols.map((row) => ({
    ...row,
    open: () =>
      through<string, Frame>(
        row.open(),
        ({ text }) => text,
        (text) => ({ text, bytes: false }),
      ),
  }));
  const isOpen = () => socket.readyState === WebSocket.OPEN;
  return openEndpoint(
    rows,
    (row, { text }) => row.sign(text, socket.protocol),
    {
      send({ text, bytes }) {
        if (isOpen()) WebSocket.prototype.send.call(socket, bytes ? new TextEncoder().encode(text) : text);
      },
      reply({ text }) {
        const { origin } = new URL(socket.url);
        if (isOpen()) socket.dispatchEvent(new MessageEvent("message", { data: text, origin }));
      },
    },
    deps,
  );
}

/** A port, or a worker: both have the same methods here, of different kinds. */
function portEndpoint(port: MessagePort, deps: CarrierDeps): Endpoint<unknown> {
  return openEndpoint(
    portProtocols,
    () => true,
    {
      send: (message) => port.postMessage(message),
      reply: (data) => void port.dispatchEvent(new MessageEvent("message", { data })),
    },
    deps,
  );
}

/** The text of a received message; null for a Blob, which takes its time. */
function textOf(data: unknown): string | null {
  if (typeof data === "string") return data;
  return data instanceof ArrayBuffer ? new TextDecoder().decode(data) : null;
}
