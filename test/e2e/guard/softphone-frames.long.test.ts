/**
 * Softphones in a vendor's frame, and in a worker: the vendors' kits post to stand-ins on the vendors' own hosts. What
 * reaches the frame, what the page is told, and what the dialog says.
 */
import { readFileSync } from "node:fs";
import type { Frame } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at } from "../../../scripts/lib/paths.ts";
import { says } from "../kit/modal.ts";
import { tally } from "../kit/tally.ts";
import { BARRED, bundle, CLEAR, nextUnheard, openPhones, type Phones, unseen } from "../kit/softphones.ts";

const WORKSPACE = "https://workspace.aircall.io";
const PANEL = "https://acme.my.connect.aws";
const APP = "https://dialler.example";
const WIDGET = "https://apps.ringcentral.com";
const ZOOM = "https://applications.zoom.us";
const CALLBAR = "https://acme.zoom.us";
const DIALPAD = "https://dialpad.com";

let phones: Phones;
beforeAll(async () => {
  phones = await openPhones({
    vendors: [WORKSPACE, PANEL, APP, WIDGET, ZOOM, CALLBAR, DIALPAD],
    hear: () => undefined,
  });
});
afterAll(() => phones?.close());

interface Got {
  data: { name?: string; type?: string; event?: string };
  origin: string;
}
/** In a frame: keeps what it gets. */
const KEEPS = `window.got = []; addEventListener("message", ({ data, origin }) => got.push({ data, origin }));`;
/** In the page: the vendor's frame, to which it posts what a document says. */
const postsTo = (vendor: string, path: string, message: string) => `
  const frame = document.createElement("iframe");
  frame.src = "${vendor}${path}";
  document.querySelector("#phone").append(frame);
  window.begin = async (number) => frame.contentWindow.postMessage(${message}, "${vendor}");`;
const got = (frame: Frame) => frame.evaluate(() => (window as unknown as { got: Got[] }).got);
const written = async (frame: Frame) => JSON.stringify(await got(frame));

/** `ended`: what the page is told of a call that was refused; null where the vendor's protocol has no word for it. */
const kits = [
  {
    name: "Aircall's kit",
    vendor: WORKSPACE,
    path: "/",
    inside: `${KEEPS} parent.postMessage({ name: "apm_phone_loaded", value: { email: "a@b.example" } }, "*");`,
    outside: () => `${bundle("aircall-everywhere")}
      const ready = new Promise((onLogin) => {
        window.phone = new kit.Kit({ domToLoadWorkspace: "#phone", onLogin });
      });
      window.begin = async (number) => {
        await ready;
        phone.send("dial_number", { phone_number: number }, (ok, data) => said.push(ok + " " + (data && data.code)));
      };`,
    ended: "false in_call",
  },
  {
    name: "Amazon Connect's Streams",
    vendor: PANEL,
    path: "/ccp-v2",
    // The panel speaks first.
    inside: `${KEEPS} parent.postMessage({ event: "acknowledge", data: { id: "ccp" } }, "*");`,
    outside:
      () => `${readFileSync(at("test/softphones/node_modules/amazon-connect-streams/release/connect-streams.js"), "utf8")}
      connect.core.initCCP(document.querySelector("#phone"), { ccpUrl: "${PANEL}/ccp-v2", loginPopup: false });
      const ready = new Promise((done) => {
        const look = () => connect.core.initialized ? done() : setTimeout(look, 20);
        look();
      });
      window.begin = async (number) => {
        await ready;
        connect.core.getClient().call(
          connect.ClientMethods.CREATE_OUTBOUND_CONTACT,
          { endpoint: { type: "phone_number", phoneNumber: number } },
          { success: () => said.push("success"), failure: (error) => said.push(String(error)) });
      };`,
    ended: "may not be called",
  },
  {
    name: "HubSpot's SDK at both ends",
    vendor: APP,
    path: "/app",
    inside: `${bundle("@hubspot/calling-extensions-sdk")} window.got = [];
      new kit.Kit({ eventHandlers: { onReady() {}, onDialNumber: (data) => got.push({ data }) } });`,
    outside: () => `${bundle("@hubspot/calling-extensions-sdk")}
      const ready = new Promise((onReady) => {
        window.host = new kit.Kit({
          iFrameOptions: { src: "${APP}/app", width: "300", height: "300", hostElementSelector: "#phone" },
          eventHandlers: { onReady },
        });
      });
      window.begin = async (phoneNumber) => {
        await ready;
        host.iFrameManager.sendMessage({ type: "DIAL_NUMBER", data: { phoneNumber } });
      };`,
    ended: null,
  },
  {
    name: "RingCentral's widget",
    vendor: WIDGET,
    path: "/integration",
    inside: KEEPS,
    outside: () => `const frame = document.createElement("iframe");
      frame.src = "${WIDGET}/integration/ringcentral-embeddable/latest/app.html";
      document.querySelector("#phone").append(frame);
      window.begin = async (phoneNumber) =>
        frame.contentWindow.postMessage({ type: "rc-adapter-new-call", phoneNumber, toCall: true }, "*");`,
    ended: null,
  },
  {
    name: "Zoom Phone's Smart Embed, by its document",
    vendor: ZOOM,
    path: "/integration/phone/embeddablephone/home",
    inside: KEEPS,
    outside: () =>
      postsTo(
        ZOOM,
        "/integration/phone/embeddablephone/home",
        `{ type: "zp-make-call", data: { number, callerId: "", autoDial: true } }`,
      ),
    ended: null,
  },
  {
    name: "Zoom Contact Center's Smart Embed, by its document",
    vendor: CALLBAR,
    path: "/cci/callbar/crm/",
    inside: KEEPS,
    outside: () =>
      postsTo(
        CALLBAR,
        "/cci/callbar/crm/",
        `{ type: "onclicktoact", data: { id: "c-1", name: "Jo", phone: number, userEntity: "Contact" } }`,
      ),
    ended: null,
  },
  {
    name: "Dialpad's mini dialer, by its document",
    vendor: DIALPAD,
    path: "/apps/client",
    inside: KEEPS,
    outside: () =>
      postsTo(
        DIALPAD,
        "/apps/client",
        `{ api: "opencti_dialpad", version: "1.0", method: "initiate_call", payload: { enable_current_tab: true, phone_number: number } }`,
      ),
    ended: null,
  },
];

describe.each(kits)("$name", ({ name, vendor, path, inside, outside, ended }) => {
  it("never gets a barred number to its frame, known or not; a clear one once, from the page's own origin", async () => {
    const frame = await phones.framed(vendor, path, inside, `window.said = []; ${outside()}`);
    const ends = async () => (await phones.said()).filter((one) => one.includes(ended!)).length;
    for (const [i, number] of [BARRED, unseen.barred].entries()) {
      await phones.begin(number);
      await says(phones.page, "was ended");
      if (ended !== null) await expect.poll(ends).toBe(i + 1);
      await phones.closeDialog();
    }
    await phones.begin(CLEAR);
    await expect.poll(() => written(frame)).toContain(CLEAR);
    await phones.beginUntil(unseen.clear, async () => (await written(frame)).includes(unseen.clear));
    const late = nextUnheard();
    await phones.deaf(true);
    try {
      await phones.begin(late);
      await says(phones.page, "was ended");
    } finally {
      await phones.deaf(false);
    }
    const all = await written(frame);
    for (const number of [BARRED, unseen.barred, late]) expect(all).not.toContain(number);
    for (const number of [CLEAR, unseen.clear]) expect(all.split(number)).toHaveLength(2);
    for (const { origin = phones.url } of await got(frame)) expect(origin).toBe(phones.url);
    tally(name, "the call protocol", { held: 3, passed: 2 });
  });
});

it("RingCentral's widget gets our words in place of a barred call, and a field to fill in as it was", async () => {
  const widget = kits[3]!;
  const frame = await phones.framed(widget.vendor, widget.path, widget.inside, widget.outside());
  const post = (message: object) =>
    phones.page.evaluate(
      (what) => document.querySelector("iframe")!.contentWindow!.postMessage(what, "*"),
      message,
    );
  await post({ type: "rc-adapter-new-call", phoneNumber: BARRED, toCall: false });
  await phones.begin(BARRED);
  await expect
    .poll(async () => (await got(frame)).map(({ data }) => data.type))
    .toEqual(["rc-adapter-new-call", "rc-adapter-message-request"]);
  await phones.closeDialog();
});

it("a worker that has the socket is never told of a barred call; the page is answered as by the worker", async () => {
  const worker = `onmessage = ({ data }) => postMessage({ type: "heard", data });`;
  await phones.open(`window.said = [];
    const worker = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(worker)}])));
    worker.addEventListener("message", ({ data }) => said.push(data.type));
    window.begin = async (number) => worker.postMessage({ type: "workerRequest", requestId: "q", request: {
      type: "request",
      data: ["INVITE sip:" + number + "@sip.ringcentral.com SIP/2.0", "Via: SIP/2.0/WSS x.invalid;branch=z9hG4bK1",
        "To: <sip:" + number + "@sip.ringcentral.com>", "From: <sip:a@sip.ringcentral.com>;tag=me",
        "Call-ID: " + number, "CSeq: 1 INVITE", "Content-Length: 0", "", ""].join("\\r\\n"),
    } });`);
  await phones.begin(BARRED);
  await expect.poll(() => phones.said()).toEqual(["workerResponse"]);
  await phones.closeDialog();
  await phones.begin(CLEAR);
  await expect.poll(() => phones.said()).toEqual(["workerResponse", "heard"]);
});

it.each([
  ["in a list of a member", "(text) => ({ to: 'socket', args: [7, text] })"],
  ["in JSON", "(text) => JSON.stringify({ frame: { raw: text } })"],
  ["in an object of a class", "(text) => new (class Frame { raw = text })()"],
])("a worker is not told of a barred call in another wrapper: %s; of a clear one it is", async (_, wrap) => {
  const worker = `onmessage = ({ data }) => postMessage(JSON.stringify(data));`;
  await phones.open(`window.said = [];
    const worker = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(worker)}])));
    worker.addEventListener("message", ({ data }) => said.push(data));
    window.begin = async (number) => worker.postMessage((${wrap})(
      ["INVITE sip:" + number + "@pbx.example SIP/2.0", "Via: SIP/2.0/WSS x.invalid;branch=z9hG4bK1",
        "To: <sip:" + number + "@pbx.example>", "From: <sip:a@pbx.example>;tag=me",
        "Call-ID: " + number, "CSeq: 1 INVITE", "Content-Length: 0", "", ""].join("\\r\\n")));`);
  for (const number of [BARRED, unseen.barred]) {
    await phones.begin(number);
    await says(phones.page, "was ended");
    await phones.closeDialog();
  }
  await phones.begin(CLEAR);
  await expect.poll(async () => (await phones.said()).length).toBe(1);
  expect((await phones.said())[0]).toContain(CLEAR);
});

it("a message with a canvas that is handed on arrives, also where a text in it looks like SIP; with a barred call it does not", async () => {
  const worker = `onmessage = ({ data }) => postMessage(data.canvas.constructor.name + " " + data.text);`;
  await phones.open(`window.said = [];
    const worker = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(worker)}])));
    worker.addEventListener("message", ({ data }) => said.push(data));
    window.post = (text) => {
      const canvas = document.createElement("canvas").transferControlToOffscreen();
      worker.postMessage({ canvas, text }, [canvas]);
    };
    window.begin = async (number) => post(["INVITE sip:" + number + "@pbx.example SIP/2.0",
      "Via: SIP/2.0/WSS x.invalid;branch=z9hG4bK1", "To: <sip:" + number + "@pbx.example>",
      "From: <sip:a@pbx.example>;tag=me", "Call-ID: " + number, "CSeq: 1 INVITE", "", ""].join("\\r\\n"));`);
  await phones.page.evaluate(() =>
    (window as unknown as { post: (text: string) => void }).post("https://cdn.example/lib/2.0/"),
  );
  await expect.poll(() => phones.said()).toEqual(["OffscreenCanvas https://cdn.example/lib/2.0/"]);
  await phones.begin(BARRED);
  await says(phones.page, "was ended");
  await phones.closeDialog();
  await phones.begin(CLEAR);
  await expect.poll(async () => (await phones.said()).length).toBe(2);
  expect((await phones.said())[1]).toContain(CLEAR);
});

it("the sockets and ports of frames that are taken out of the page are gone with them", async () => {
  await phones.open(`window.left = [];
    window.use = async () => {
      const text = "OPTIONS sip:pbx.example SIP/2.0\\r\\nCall-ID: o\\r\\n\\r\\n";
      for (let i = 0; i < 20; i++) {
        const frame = document.createElement("iframe");
        document.body.append(frame);
        const { WebSocket, MessageChannel } = frame.contentWindow;
        const socket = new WebSocket("ws://${phones.plain}/");
        await new Promise((open) => socket.addEventListener("open", open));
        socket.send(text);
        const { port1 } = new MessageChannel();
        port1.postMessage(text);
        left.push(new WeakRef(socket), new WeakRef(port1));
        frame.remove();
      }
    };`);
  const inPage = <T>(run: (page: { left: WeakRef<object>[]; use: () => Promise<void> }) => T) =>
    phones.page.evaluate<Awaited<T>>(`(${run.toString()})(window)`);
  await inPage((page) => page.use());
  const left = async () => {
    await phones.page.requestGC();
    return inPage((page) => page.left.filter((one) => one.deref()).length);
  };
  expect(await inPage((page) => page.left.length)).toBe(40);
  await expect.poll(left, { timeout: 20_000 }).toBeLessThan(5);
});
