/**
 * The vendors' own kits in real pages, against servers that stand for the vendors': what reaches them, what the softphone
 * says, what the dialog says, and what is on record. guard/softphone-frames.long.test.ts has those that post to a frame.
 */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { call, daysAgo } from "../../../scripts/lib/seed.ts";
import { CANARY } from "../../../shared/canary/number.ts";
import { sipServer } from "../../softphones/sip-server.ts";
import { expectAccessible } from "../kit/axe.ts";
import { inFront } from "../kit/harness.ts";
import { closed, modal, says } from "../kit/modal.ts";
import { emailOf } from "../kit/setup.ts";
import { shot } from "../kit/shots.ts";
import { jsSip, plivo, ringCentral, sipJs, telnyxKit, twilioKit } from "../kit/softphone-kits.ts";
import {
  BARRED,
  CLEAR,
  nextUnheard,
  openPhones,
  type Phones,
  type PhoneWindow,
  READ_FIRST,
  unseen,
} from "../kit/softphones.ts";
import type { Line } from "../kit/socket-server.ts";
import { tally } from "../kit/tally.ts";

let phones: Phones;
let sip: ReturnType<typeof sipServer>;
/** The calls that reached a server which speaks JSON: its messages, parsed. */
let begun: Message[] = [];
/** Everything that reached the socket `/raw`. */
let raw: string[] = [];

interface Message {
  id?: string;
  method?: string;
  type?: string;
  params?: { dialogParams?: { callID: string; destination_number: string } };
  payload?: { callsid: string; twilio?: { params: string } };
}

function telnyx(text: string, line: Line): void {
  if (text.startsWith("#")) return;
  const message = JSON.parse(text) as Message;
  const { id, method, params } = message;
  const says = (more: object) => line.hears(JSON.stringify({ jsonrpc: "2.0", ...more }));
  if (method === "login") {
    says({ id, result: { sessid: "s1" } });
    return says({ id: "ready", method: "telnyx_rtc.clientReady", params: {} });
  }
  if (method === "telnyx_rtc.gatewayState")
    return says({ id, result: { params: { state: "REGED" }, sessid: "s1" } });
  if (method === "telnyx_rtc.invite") begun.push(message);
  if (method) says({ id, result: { callID: params?.dialogParams?.callID, sessid: "s1" } });
}

function twilio(text: string, line: Line): void {
  if (text.trim() === "") return;
  const message = JSON.parse(text) as Message;
  const says = (type: string, payload: object) =>
    line.hears(JSON.stringify({ type, payload, version: "1.6" }));
  if (message.type === "listen") says("connected", { edge: "ashburn", region: "us1", token: "t" });
  if (message.type !== "invite") return;
  begun.push(message);
  says("ringing", { callsid: message.payload!.callsid });
}

/** A softphone whose protocol nobody knows: all that is seen of it is that it offers audio. */
let unknown: Page;

beforeAll(async () => {
  phones = await openPhones({
    hosts: ["rtc.telnyx.com", "*.plivo.com", "*.twilio.com", "pbx.example"],
    hear(text, line, address) {
      if (address.startsWith("rtc.telnyx.com")) telnyx(text, line);
      else if (address.includes("twilio.com")) twilio(text, line);
      else if (address.endsWith("/raw")) raw.push(text);
      else sip.hear(text, line);
    },
  });
  // Its record is made ten seconds later.
  unknown = await phones.guarded(`const connection = new RTCPeerConnection();
    connection.addTransceiver("audio", { direction: "recvonly" });
    connection.setLocalDescription().then(() => {
      connection.addTransceiver("audio");
      return connection.setLocalDescription();
    });`);
  await inFront(phones.page);
});
afterAll(() => phones?.close());
/** Opens a page with a script. The page before has ended then, and says nothing more to its server. */
async function open(script: string): Promise<void> {
  sip = sipServer();
  await phones.open(`window.said = []; ${script}`);
  sip = sipServer();
  begun = [];
  raw = [];
}

/** The numbers that reached a server, in the order of their calls. */
const bySip = () => sip.called().map((uri) => `+${/(\d{8,})/.exec(uri)?.[1]}`);
const byTwilio = () => begun.map(({ payload }) => new URLSearchParams(payload!.twilio!.params).get("To"));
const byTelnyx = () => begun.map(({ params }) => params!.dialogParams!.destination_number);
const kits = [
  { name: "SIP.js", script: sipJs, ended: "603", reached: bySip },
  { name: "JsSIP", script: jsSip, ended: "remote Rejected", reached: bySip },
  { name: "Plivo's kit", script: plivo, ended: "failed Rejected", reached: bySip },
  { name: "RingCentral's web phone", script: ringCentral, ended: "disposed, 0 open", reached: bySip },
  { name: "Twilio's kit", script: twilioKit, ended: "error 31005", reached: byTwilio },
  { name: "Telnyx's kit", script: telnyxKit, ended: "CALL_REJECTED 603", reached: byTelnyx },
];

describe.each(kits)("$name in a page", ({ name, script, ended, reached }) => {
  /** How often the phone said that a call was refused. */
  const ends = async () => (await phones.said()).filter((one) => one.includes(ended)).length;

  it("ends a barred call in its own words, and nothing of it reaches the server; a clear one does", async () => {
    await open(script(phones.plain));
    void phones.begin(BARRED).catch(() => {});
    await expect.poll(ends).toBe(1);
    await says(phones.page, "was ended");
    await phones.closeDialog();
    expect(reached()).toEqual([]);
    await expect.poll(() => phones.dials(BARRED)).toContain("protocol held");
    void phones.begin(CLEAR).catch(() => {});
    await expect.poll(reached).toEqual([CLEAR]);
    expect(await modal(phones.page)).toBeNull();
    tally(name, "the call protocol", { held: 1, passed: 1 });
  });

  it("waits where the number is not known: for the Worker's word, and no longer than a call may wait", async () => {
    await open(script(phones.plain));
    void phones.begin(unseen.barred).catch(() => {});
    await expect.poll(ends).toBe(1);
    await phones.closeDialog();
    await phones.deaf(true);
    try {
      void phones.begin(nextUnheard()).catch(() => {});
      await expect.poll(ends).toBe(2);
    } finally {
      await phones.deaf(false);
    }
    await phones.closeDialog();
    expect(reached()).toEqual([]);
    await phones.beginUntil(unseen.clear, () => reached().length > 0);
    expect(reached()).toEqual([unseen.clear]);
    tally(name, "the call protocol", { held: 2, passed: 1 });
  });
});

it("a call that is read first goes on, and the agent is warned", async () => {
  await open(sipJs(phones.plain));
  await phones.begin(READ_FIRST);
  await says(phones.page, "goes on");
  await expect.poll(bySip).toEqual([READ_FIRST]);
  await phones.closeDialog();
});

describe("a socket of a page", () => {
  interface SocketWindow {
    socket: WebSocket;
    said: string[];
  }
  beforeEach(() =>
    open(`window.socket = new WebSocket("ws://${phones.plain}/raw");
      socket.addEventListener("message", ({ data }) => said.push(String(data)));
      window.opened = new Promise((done) => socket.addEventListener("open", done));`),
  );
  afterEach(() => phones.page.evaluate(() => (window as unknown as SocketWindow).socket.close()));
  const invite = (number: string, callID: string) =>
    JSON.stringify({
      ...{ jsonrpc: "2.0", id: "1", method: "telnyx_rtc.invite" },
      params: { sessid: "s", sdp: "v=0\r\nm=audio 9", dialogParams: { callID, destination_number: number } },
    });
  const send = (text: string, as: "text" | "bytes" | "blob" = "text") =>
    phones.page.evaluate(
      async ([what, how]) => {
        const own = window as unknown as SocketWindow & { opened: Promise<unknown> };
        await own.opened;
        const bytes = new TextEncoder().encode(what);
        own.socket.send(how === "text" ? what : how === "bytes" ? bytes : new Blob([bytes]));
      },
      [text, as] as const,
    );

  it("refuses a barred call by its own messages, however it is sent", async () => {
    for (const as of ["text", "bytes", "blob"] as const) {
      const before = (await phones.said()).length;
      await send(invite(BARRED, as), as);
      await send(`after ${as}`);
      await expect.poll(async () => (await phones.said()).length).toBe(before + 2);
      await phones.closeDialog();
    }
    await expect.poll(() => raw).toEqual(["after text", "after bytes", "after blob"]);
  });

  it("passes a clear one as it was, and everything else", async () => {
    const sent = ["hello", invite(CLEAR, "clear"), "after"];
    for (const text of sent) await send(text, text === "after" ? "blob" : "text");
    await expect.poll(() => raw).toEqual(sent);
  });

  it("cannot be opened by a verdict that the page makes up", async () => {
    await send("first");
    await phones.page.evaluate(
      (text) => {
        for (const name of ["sends", "asks", "keeps", "cleardial-hello", "gives"])
          for (const target of [document, window])
            target.dispatchEvent(new MouseEvent(name, { cancelable: true }));
        const forged: [object, string, () => unknown][] = [
          [JSON, "parse", () => ({})],
          [String.prototype, "includes", () => false],
          [RegExp.prototype, "exec", () => null],
          [WeakMap.prototype, "get", () => undefined],
          [EventTarget.prototype, "dispatchEvent", () => true],
          [Event.prototype, "preventDefault", () => undefined],
        ];
        const kept = forged.map(([owner, name]) => Reflect.get(owner, name) as unknown);
        for (const [owner, name, forge] of forged) Reflect.set(owner, name, forge);
        try {
          (window as unknown as SocketWindow).socket.send(text);
        } finally {
          forged.forEach(([owner, name], i) => Reflect.set(owner, name, kept[i]));
        }
      },
      invite(BARRED, "forged"),
    );
    await says(phones.page, "was ended");
    await expect.poll(() => raw).toEqual(["first"]);
    await phones.closeDialog();
  });
});

it("a call that only its audio shows is on record, without a number; audio that a call explains is not", async () => {
  await expect.poll(() => phones.unexplained()).toEqual(["localhost"]);
  await unknown.close();
});

describe("an agent who tries their own softphone is told", () => {
  const isTried = () => phones.own.locator("section:has(> #try)");
  const reads = (text: string) => isTried().getByRole("status").getByText(text).waitFor();
  async function begins(): Promise<void> {
    await isTried()
      .getByRole("button", { name: /^(?:Begin|Try once more)$/ })
      .click();
    await reads("Listening: dial +44 306 999 0879 now.");
  }
  const site = () => new URL(phones.url).host;

  it("that its call protocol holds it, and nothing of the call reaches the server", async () => {
    await open(sipJs(phones.plain));
    await begins();
    void phones.begin(CANARY).catch(() => {});
    await reads(`Held, by the softphone's call protocol on ${site()}`);
    await expect.poll(() => phones.said()).toContain("603");
    expect(bySip()).toEqual([]);
    await inFront(phones.page);
    await phones.closeDialog();
  });

  it("that the page's guard holds a click on a link", async () => {
    await begins();
    await phones.page.evaluate((number) => {
      const link = document.createElement("a");
      link.href = `tel:${number}`;
      document.body.append(link);
      link.click();
    }, CANARY);
    await reads(`Held, by the page's guard on ${site()}`);
    await inFront(phones.page);
    await phones.page.keyboard.press("Escape");
    await closed(phones.page);
  });

  it("that the telephone system's gate holds it, and whether it said for whom", async () => {
    const { workerUrl, tokens } = inject("e2e");
    const system = { name: "An exchange", scopes: ["gate"], until: daysAgo(-30) };
    const made = await call<{ token: string }>(workerUrl, tokens.admin, "POST", "/v1/tokens", system);
    const asks = (asked: { agent?: string; callId: string }) =>
      call(workerUrl, made.token, "POST", "/v1/gate", { to: CANARY, ...asked });
    await begins();
    expect(await asks({ callId: "unnamed" })).toMatchObject({ answer: "deny" });
    await reads("It did not say for whom");
    await begins();
    const agent = emailOf("agent");
    expect(await asks({ callId: "named", agent })).toMatchObject({ answer: "deny" });
    await reads("Held, by the telephone system's gate");
  });

  it("that nothing holds it, and what to do", async () => {
    const { own } = phones;
    const other = await phones.unguarded(`window.said = []; ${sipJs(phones.plain)}`);
    await begins();
    await other.evaluate((to) => void (window as unknown as PhoneWindow).begin(to), CANARY);
    await expect.poll(bySip).toEqual([CANARY]);
    await isTried().getByRole("button", { name: "I dialled, and nothing held it" }).click();
    await reads("Not held: no layer of ClearDial saw this call.");
    await expect.poll(() => isTried().locator("ul li").count()).toBe(4);
    await expect.poll(() => isTried().getByText("could not be asked").count()).toBe(0);
    await other.close();
    for (const colorScheme of ["light", "dark"] as const) {
      await own.emulateMedia({ colorScheme });
      await expectAccessible(own);
      await isTried().scrollIntoViewIfNeeded();
      await shot(own, colorScheme === "light" ? "softphone-try" : "softphone-try-dark");
    }
  });
});

it("the options page names each softphone that was never tried on its vendor's real service, or is not held", async () => {
  const { own } = phones;
  await own.reload();
  const rows = own.locator("section:has(> #softphones) li");
  const untried = rows.filter({ hasText: "Never tried with the vendor's real service" });
  await expect.poll(() => untried.filter({ hasText: "Twilio" }).count()).toBe(1);
  const notHeld = rows.filter({ hasText: "Calls made in it are not held" });
  await expect.poll(() => notHeld.locator(".grow").allTextContents()).toEqual(["Vonage"]);
  const byDocument = rows.filter({ hasText: "On, as the vendor's document says it" });
  await expect
    .poll(() => byDocument.locator(".grow").allTextContents())
    .toEqual(["Zoom Phone and Zoom Contact Center (Smart Embed)", "Dialpad's mini dialer"]);
});
