/** Messages to the window of a vendor's frame: stopped before its receiver, answered, or delivered again as they were. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ruling } from "../../../../extension/page/protocols/calls.ts";
import { openWindow } from "../../../../extension/page/protocols/windows.ts";
import { settle } from "../../clock.ts";

const BARRED = "+441134960001";
const CLEAR = "+441134960008";
const CRM = "https://crm.example";

let page: EventTarget;
let got: { data: unknown; origin: string; source: unknown; ports: readonly unknown[] }[];
let answered: unknown[];
let ruling: (number: string) => Ruling | Promise<Ruling>;
const crm = { postMessage: (data: unknown, options: object) => void answered.push([data, options]) };

/** As a browser delivers one. Node's own takes ports alone for a source. */
class Message extends Event {
  readonly data: unknown;
  readonly origin: string;
  readonly source: unknown;
  readonly ports: readonly unknown[];
  constructor(type: string, init: Partial<Message> = {}) {
    super(type);
    this.data = init.data;
    this.origin = init.origin ?? "";
    this.source = init.source ?? null;
    this.ports = init.ports ?? [];
  }
}

function open(hostname: string, isFramed = true): void {
  page = new EventTarget();
  vi.stubGlobal("MessageEvent", Message);
  Object.assign(page, { location: { hostname }, parent: isFramed ? new EventTarget() : page });
  const own = openWindow(page as Window, {
    judge: ({ numbers }) => ruling(numbers.join()),
    ended: () => {},
    isLate: false,
    now: () => performance.now(),
    later: (run, ms) => void setTimeout(run, ms),
    signal: new AbortController().signal,
  });
  own.listen();
  own.listen();
  page.addEventListener("message", (event) => {
    const { data, origin, source, ports } = event as Message;
    got.push({ data, origin, source, ports });
  });
}
const post = (data: unknown, origin = CRM, ports: unknown[] = []) =>
  page.dispatchEvent(new Message("message", { data, origin, source: crm, ports }));
const dial = (number: string) => ({ name: "apm_app_dial_number", value: { phone_number: number } });

beforeEach(() => {
  [got, answered] = [[], []];
  ruling = (number) => (number === BARRED ? "refuse" : "go");
});
afterEach(() => void vi.unstubAllGlobals());

describe("in any frame", () => {
  const invite = (number: string, tag = "") =>
    [
      `INVITE sip:${number}@pbx.example SIP/2.0`,
      `To: <sip:${number}@pbx.example>${tag}`,
      ...["From: <sip:a@pbx.example>;tag=me", "Call-ID: c1", "CSeq: 1 INVITE", "", ""],
    ].join("\r\n");

  it("SIP never reaches the receiver for a barred number, as a text or in a wrapper; for a clear one it does", async () => {
    open("dialler.example");
    post(invite(BARRED));
    await vi.waitFor(() => expect(answered).toHaveLength(2));
    expect(JSON.stringify(answered)).toContain("603");
    for (const wrap of [(text: string) => ({ frame: [text] }), (text: string) => JSON.stringify({ text })]) {
      post(wrap(invite(BARRED)));
      post(wrap(invite(CLEAR)));
    }
    await settle();
    expect(got.map(({ data }) => data)).toEqual([
      { frame: [invite(CLEAR)] },
      JSON.stringify({ text: invite(CLEAR) }),
    ]);
    // A later step is judged where the frame sends it.
    post({ text: invite(BARRED, ";tag=them") });
    expect(got).toHaveLength(3);
  });

  it("a page that is in none has no listener", () => {
    open("dialler.example", false);
    post(invite(BARRED));
    expect(got).toHaveLength(1);
  });
});

describe("in the vendor's frame", () => {
  it("a barred call never reaches the receiver; its sender is answered, at its origin", async () => {
    open("workspace.aircall.io");
    post(dial(BARRED));
    await vi.waitFor(() => expect(answered).toHaveLength(1));
    expect(got).toEqual([]);
    expect(answered[0]).toMatchObject([
      { name: "apm_phone_dial_number_response", value: { success: false } },
      { targetOrigin: CRM },
    ]);
  });

  it("a clear one, and every other message, is the browser's own event", () => {
    open("workspace.aircall.io");
    const sent = [dial(CLEAR), { name: "apm_app_isready" }, "a text", 5, null];
    for (const data of sent) post(data);
    expect(got.map(({ data }) => data)).toEqual(sent);
  });

  it("one that waited is delivered again with its origin, its source and its ports, once", async () => {
    open("workspace.aircall.io");
    const { promise, resolve } = Promise.withResolvers<Ruling>();
    ruling = () => promise;
    const port = {};
    post(dial(CLEAR), CRM, [port]);
    expect(got).toEqual([]);
    resolve("go");
    await settle();
    expect(got).toEqual([{ data: dial(CLEAR), origin: CRM, source: crm, ports: [port] }]);
  });

  it("RingCentral's widget shows our words in place of a call", async () => {
    open("apps.ringcentral.com");
    post({ type: "rc-adapter-new-call", phoneNumber: BARRED, toCall: true });
    await vi.waitFor(() => expect(got).toHaveLength(1));
    expect(got[0]).toMatchObject({ data: { path: "/custom-alert-message" }, origin: CRM });
  });

  it("a frame without an origin is answered", async () => {
    open("workspace.aircall.io");
    post(dial(BARRED), "null");
    await vi.waitFor(() => expect(answered).toMatchObject([[{}, { targetOrigin: "*" }]]));
  });
});

describe("elsewhere", () => {
  it("a message of the same shape is another app's", () => {
    open("other.example");
    post(dial(BARRED));
    post({ type: "rc-adapter-new-call", phoneNumber: BARRED, toCall: true });
    expect(got).toHaveLength(2);
  });

  it("a page that nobody framed is not listened to, unless it is a vendor's", () => {
    const listens = vi.spyOn(EventTarget.prototype, "addEventListener");
    open("other.example", false);
    expect(listens.mock.calls.filter(([, , how]) => how !== undefined)).toEqual([]);
    listens.mockRestore();
  });

  it("HubSpot's page is whoever spoke to the calling app first", () => {
    open("dialler.example");
    const number = { type: "DIAL_NUMBER", messageId: "m", data: { phoneNumber: BARRED } };
    // As long as nobody did, whoever dials is judged.
    post(number, "https://app.hubspot.com");
    expect(got).toEqual([]);
    post({ type: "SYNC", messageId: "s" }, "https://app.hubspot.com");
    post(number, "https://other.example");
    expect(got).toHaveLength(2);
    post(number, "https://app.hubspot.com");
    expect(got).toHaveLength(2);
  });
});
