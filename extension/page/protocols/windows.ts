/**
 * Messages to the window of a vendor's frame, in that very frame: our listener is there before the receiver's. A message
 * that begins a call is stopped; where it may go on it is delivered again, with all that it had.
 */
import { type CarrierDeps, openEndpoint } from "./endpoint.ts";
import { through } from "./protocol.ts";
import { messageProtocols } from "./rows.ts";

interface Delivery {
  data: unknown;
  origin: string;
  source: MessageEventSource | null;
  ports: readonly MessagePort[];
}

/** `listen` is called again after `document.open`, which removes listeners. */
export function openWindow(own: Window, deps: CarrierDeps): { listen: () => void } {
  /** Those that we deliver. */
  const ours = new WeakSet<Event>();

  function deliver({ data, origin, source, ports }: Delivery): void {
    const again = new MessageEvent("message", { data, origin, source, ports: [...ports] });
    ours.add(again);
    // An element of the page's may have the name of the window's own method.
    EventTarget.prototype.dispatchEvent.call(own, again);
  }

  function answer({ data, origin, source }: Delivery): void {
    // A frame without an origin is named by none.
    source?.postMessage(data, { targetOrigin: origin === "null" || origin === "" ? "*" : origin });
  }

  const rows = messageProtocols
    .filter((row) => row.sign(own.location.hostname, own.parent !== own))
    .map((row) => ({
      ...row,
      open: () =>
        through<unknown, Delivery>(
          row.open(),
          ({ data }) => data,
          // Without the ports, which the message had.
          (data, { origin, source }) => ({ data, origin, source, ports: [] }),
        ),
    }));
  const endpoint = openEndpoint(rows, () => true, { send: deliver, reply: answer, instead: deliver }, deps);

  function hear(event: Event): void {
    const { data, origin, source, ports } = event as MessageEvent<unknown>;
    if (ours.has(event) || (typeof data !== "object" && typeof data !== "string")) return;
    if (endpoint.sends({ data, origin, source, ports }, origin) === "held") event.stopImmediatePropagation();
  }
  return {
    listen() {
      if (rows.length === 0) return;
      EventTarget.prototype.addEventListener.call(own, "message", hear, {
        signal: deps.signal,
        capture: true,
      });
    },
  };
}
