/**
 * Runs in a page. What our function takes beside the browser's own: that is an empty one here, as the way to the network
 * takes a hundred times as long, and never twice the same.
 */
import { GIVES, HELLO } from "../../../extension/page/main-world-events.ts";
import { join } from "../../../extension/page/main-world/ask-guard.ts";
import { wirePorts } from "../../../extension/page/main-world/ports.ts";
import { keep, wireSockets } from "../../../extension/page/main-world/sockets.ts";

const text = "Contact 7 was changed, and nobody called. ".repeat(500);
const json = (size: number, sign = "") =>
  JSON.stringify({ type: "changed", note: text.slice(0, size / 2) + sign + text.slice(size / 2, size) });
const kinds: Record<string, string | Uint8Array<ArrayBuffer>> = {
  "1 kB of text": text.slice(0, 1000),
  "1 kB of JSON": json(970),
  "20 kB of JSON": json(19_970),
  "1 kB of text in bytes": new TextEncoder().encode(text.slice(0, 1000)),
  "1 kB of JSON in bytes": new TextEncoder().encode(json(970)),
};
/** As notes in a CRM have them: JSON writes the first two with a backslash, as it does the lines of an offer of audio. */
const signs = { "a line's end": "\n", "a quotation mark": '"', "a letter beyond ASCII": "ü" };
for (const [what, sign] of Object.entries(signs)) {
  kinds[`1 kB of JSON with ${what}`] = json(970, sign);
  kinds[`1 kB of JSON with ${what}, in bytes`] = new TextEncoder().encode(json(970, sign));
}
const note = text.slice(0, 900);
const posted: Record<string, unknown> = {
  "1 kB of text, posted": text.slice(0, 1000),
  "1 kB of JSON, posted": json(970),
  "an object of 1 kB, posted": { type: "changed", id: 7, isOpen: true, note },
  "1 kB of lists, posted": {
    type: "rows",
    rows: [
      ["Contact 7", 1, note.slice(0, 400)],
      ["Contact 8", 2, note.slice(0, 400)],
    ],
  },
  "20 kB in an object, posted": { type: "changed", id: 7, isOpen: true, note: text.slice(0, 19_900) },
};
const TIMES = 200_000;

/** Milliseconds a message, by kind. */
function round(socket: WebSocket, { port1 }: MessageChannel): Record<string, number> {
  const took: Record<string, number> = {};
  for (const [kind, what] of Object.entries(kinds)) {
    const from = performance.now();
    for (let i = 0; i < TIMES; i++) socket.send(what);
    took[kind] = (performance.now() - from) / TIMES;
  }
  for (const [kind, what] of Object.entries(posted)) {
    const from = performance.now();
    for (let i = 0; i < TIMES; i++) port1.postMessage(what);
    took[kind] = (performance.now() - from) / TIMES;
  }
  return took;
}

async function measure(rounds: number) {
  const socket = new WebSocket(`ws://${location.host}/socket`);
  await new Promise((done) => (socket.onopen = done));
  WebSocket.prototype.send = function send() {};
  MessagePort.prototype.postMessage = function postMessage() {};
  const channel = new MessageChannel();
  const many = () => Array.from({ length: rounds }, () => round(socket, channel));
  const without = many();
  document.addEventListener(HELLO, (event) => {
    const gives = new MouseEvent(GIVES, { relatedTarget: new EventTarget() });
    (event as MouseEvent).relatedTarget!.dispatchEvent(gives);
  });
  if (
    !join(
      () => undefined,
      () => undefined,
      keep,
    )
  )
    throw new Error("The script found no channel");
  wireSockets(window);
  wirePorts(window);
  socket.send("the first");
  return { without, with: many() };
}

Object.assign(window, { measure });
