/**
 * Sockets and ports, of which our script in the page's world tells (main-world/sockets.ts, ports.ts). What waits is kept
 * here, is sent from here by natives that no page can replace, and was judged as it is sent.
 */
import { KEEPS, POSTS, SENDS, SPEAKS } from "../main-world-events.ts";
import { type CarrierDeps, type Endpoint, openEndpoint } from "./endpoint.ts";
import { through } from "./protocol.ts";
import { portProtocols, socketProtocols } from "./rows.ts";

/** A text, and whether it was sent as bytes. */
interface Frame {
  text: string;
  bytes: boolean;
}

export function openSockets(channel: EventTarget, deps: CarrierDeps): void {
  const { signal } = deps;
  const on = (type: string, listener: (event: Event) => void) =>
    channel.addEventListener(type, listener, { signal });
  // A frame that is taken out of the page closes nothing: what nobody else has any more is gone from here too.
  const sockets = new WeakMap<WebSocket, { endpoint: Endpoint<Frame>; isKept: boolean }>();
  const ports = new WeakMap<MessagePort, Endpoint<unknown>>();
  let speaker: EventTarget | null = null;

  on(SPEAKS, (event) => (speaker = (event as MouseEvent).relatedTarget));
  on(SENDS, (event) => {
    const detail = String((event as CustomEvent<unknown>).detail);
    const socket = speaker as WebSocket;
    const known = sockets.get(socket) ?? { endpoint: socketEndpoint(socket, deps), isKept: false };
    sockets.set(socket, known);
    const frame = { text: detail.slice(1), bytes: detail[0] === "b" };
    if (known.endpoint.sends(frame) === "held") event.preventDefault();
    if (known.isKept || !known.endpoint.isKnown()) return;
    known.isKept = true;
    channel.dispatchEvent(new Event(KEEPS));
    // Most sockets are no softphone's: what comes in on them is not read.
    socket.addEventListener(
      "message",
      (heard) => {
        const text = heard.isTrusted ? textOf((heard as MessageEvent<unknown>).data) : null;
        if (text !== null) known.endpoint.heard({ text, bytes: false });
      },
      { signal },
    );
  });

  /** Messages of which we have a part: how they are sent, only the page knows. */
  const parts = new WeakSet<object>();
  function portOf(port: MessagePort): Endpoint<unknown> {
    const before = ports.get(port);
    if (before) return before;
    const endpoint = portEndpoint(port, parts, deps);
    ports.set(port, endpoint);
    port.addEventListener("message", (heard) => heard.isTrusted && endpoint.heard(heard.data), { signal });
    return endpoint;
  }
  on(POSTS, (event) => {
    const detail: unknown = (event as CustomEvent<unknown>).detail;
    // It holds what cannot be cloned, as a port that is handed on: we are asked again, without that.
    if (!Array.isArray(detail)) return event.stopPropagation();
    const [message, isPart] = detail as [unknown, true?];
    if (isPart) parts.add(message as object);
    if (portOf(speaker as MessagePort).sends(message) === "held") event.preventDefault();
  });
}

function socketEndpoint(socket: WebSocket, deps: CarrierDeps): Endpoint<Frame> {
  const rows = socketProtocols.map((row) => ({
    ...row,
    open: (isLate: boolean) =>
      through<string, Frame>(
        row.open(isLate),
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
function portEndpoint(port: MessagePort, parts: WeakSet<object>, deps: CarrierDeps): Endpoint<unknown> {
  return openEndpoint(
    portProtocols,
    () => true,
    {
      canWait: (message) => !parts.has(message as object),
      send: (message) => parts.has(message as object) || port.postMessage(message),
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
