/**
 * `npm run bench -- layers [--write]`: what ClearDial adds to a softphone's lawful call, beside the same page without it: by
 * a socket, through a port to a worker, and as a message to a frame; and what the browser's gate adds to a link's
 * (browser-gate.ts). The clicks' own delay is in `dials`, the telephone system's in `gate`.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serveSockets } from "../../e2e/kit/socket-server.ts";
import { both, type Both, each, label, sides, untilMarked, withBothSides } from "../both-sides.ts";
import { ms, quantile, titled } from "../table.ts";
import { writeFigures } from "../write.ts";
import { browserGate } from "./browser-gate.ts";

const ROUNDS = 15;
/** Calls of one page, by each carrier. More than 120 a minute are refused. */
const CALLS = 20;
const carriers = ["a socket", "a port to a worker", "a message to a frame"] as const;
type Carrier = (typeof carriers)[number];

/** Clear numbers: every third of these is listed. Those of the page are known before they are called. */
const shown = Array.from({ length: CALLS }, (_, i) => `02079460${String(i * 3 + 1).padStart(3, "0")}`);

const frame = `<script>onmessage = ({ data }) => parent.postMessage({ back: data.id }, "*");</script>`;
/** `call` resolves with how long its message took to the other end and back, in milliseconds. */
const html = `<!doctype html><meta charset="utf-8"><title>Bench</title><link rel="icon" href="data:,">
${shown.map((number) => `<p>${number}</p>`).join("")}<iframe id="frame" src="/frame"></iframe><script>
  const backs = new Map();
  const back = (id) => { backs.get(id)?.(performance.now()); backs.delete(id); };
  const socket = new WebSocket("ws://" + location.host + "/sip", "sip");
  const worker = new Worker(URL.createObjectURL(new Blob(["onmessage = ({ data }) => postMessage({ back: data.id })"])));
  socket.onmessage = ({ data }) => back(data.split(" ").at(-1));
  for (const far of [worker, window]) far.addEventListener("message", ({ data }) => back(data.back));
  const sends = {
    "a socket": (text) => socket.send(text),
    "a port to a worker": (text, id) => worker.postMessage({ id, text }),
    "a message to a frame": (text, id) => frame.contentWindow.postMessage({ id, text }, "*"),
  };
  let ids = 0;
  window.ready = new Promise((done) => (socket.onopen = done));
  window.call = (carrier, number) => new Promise((done) => {
    const id = "call-" + ++ids;
    const text = ["INVITE sip:" + number + "@pbx.example SIP/2.0", "Via: SIP/2.0/WS x.invalid;branch=z9hG4bK" + id,
      "To: <sip:" + number + "@pbx.example>", "From: <sip:a@pbx.example>;tag=me", "Call-ID: " + id, "CSeq: 1 INVITE",
      "Content-Length: 0", "", ""].join("\\r\\n");
    const from = performance.now();
    const late = setTimeout(() => { backs.delete(id); done(null); }, 5000);
    backs.set(id, (at) => { clearTimeout(late); done(at - from); });
    sends[carrier](text, id);
  });
</script>`;

interface Called {
  ready: Promise<unknown>;
  call: (carrier: string, number: string) => Promise<number | null>;
}

export async function layers(write: boolean): Promise<void> {
  const gate =
    (await browserGate()) ??
    "The browser's gate: not measured, as that wants root, a mount namespace of its own and Debian's Chromium.";
  const said = `${await softphones()}\n\n${gate}`;
  console.log(`\n${said}`);
  if (write) await writeFigures("layers", said, "npm run bench -- layers");
}

async function softphones(): Promise<string> {
  const server = createServer((request, response) =>
    response.setHeader("content-type", "text/html").end(request.url === "/frame" ? frame : html),
  );
  serveSockets(server, (text, line) => {
    const [, id = ""] = /^Call-ID: (.*)\r$/m.exec(text) ?? [];
    if (text.startsWith("INVITE ")) line.hears(`heard ${id}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const took = Object.fromEntries(carriers.map((carrier) => [carrier, both<number>()])) as Record<
    Carrier,
    Both<number>
  >;
  try {
    await withBothSides(site, async (tabs) => {
      for (let round = 0; round < ROUNDS; round++)
        await each(tabs, async (side, tab) => {
          for (const carrier of carriers) {
            await tab.goto(site);
            if (side === "with") await untilMarked(tab, CALLS);
            const times = await tab.evaluate(
              async ([by, numbers]) => {
                const { ready, call } = window as unknown as Called;
                await ready;
                const all: (number | null)[] = [];
                for (const number of numbers) all.push(await call(by, number));
                return all;
              },
              [carrier, shown] as const,
            );
            // Each has to come back: a call that is held would be no call.
            const lost = times.filter((time) => time === null).length;
            if (lost > 0) throw new Error(`${lost} clear calls by ${carrier} were held`);
            took[carrier][side].push(...times.map(Number));
          }
        });
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
  return titled(
    `From a softphone's message to the other end and back, of calls to numbers that are known to be clear (${ROUNDS * CALLS} calls each)`,
    [
      ["", ...sides.flatMap((side) => ["p50", "p95"].map((q) => `${label[side]} ${q}`)), "added p50", "p95"],
      ...carriers.map((carrier) => {
        const of = (q: number) => sides.map((side) => quantile(took[carrier][side], q)) as [number, number];
        const [p50, p95] = [of(0.5), of(0.95)];
        const all = [p50[0], p95[0], p50[1], p95[1], p50[1] - p50[0], p95[1] - p95[0]];
        return [carrier, ...all.map((time) => ms(Math.max(0, time)))];
      }),
    ],
  );
}
