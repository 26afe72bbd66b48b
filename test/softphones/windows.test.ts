/** Aircall's and HubSpot's kits themselves, in a CRM's window and in a frame in it, with our listener in the frame. */
import { createRequire } from "node:module";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ruling } from "../../extension/page/protocols/calls.ts";
import { openWindow } from "../../extension/page/protocols/windows.ts";
import { FakeWindow, Message } from "./fake-window.ts";

const BARRED = "+441134960001";
const CLEAR = "+441134960008";
/** Not known at first; clear by the Worker's word. */
const LATER = "+441134960009";
const CRM = "https://crm.example";
const require = createRequire(import.meta.url);

let crm: FakeWindow;
let frame: FakeWindow;
let judged: string[];
function open(vendor: string): void {
  crm = new FakeWindow(CRM);
  frame = new FakeWindow(vendor);
  frame.parent = crm.seenFrom(frame);
  openWindow(frame as unknown as Window, {
    judge({ numbers }) {
      judged.push(numbers.join());
      const later = () => new Promise<Ruling>((done) => setTimeout(done, 20, "go"));
      return numbers[0] === BARRED ? "refuse" : numbers[0] === LATER ? later() : "go";
    },
    ended: () => {},
    isLate: false,
    now: () => performance.now(),
    later: (run, ms) => void setTimeout(run, ms),
    signal: new AbortController().signal,
  }).listen();
}

beforeEach(() => {
  judged = [];
  vi.stubGlobal("MessageEvent", Message);
});
afterEach(() => void vi.unstubAllGlobals());

describe("Aircall's kit", () => {
  type Done = (ok: boolean, said: unknown) => void;
  interface Workspace {
    send: (name: string, value: object, done: Done) => void;
  }

  it("is told that a barred call is refused; a clear one, and one that waited, reach the workspace once", async () => {
    open("https://workspace.aircall.io");
    const got: string[] = [];
    frame.addEventListener("message", (event) => {
      const { data, source } = event as Message;
      const { name, value } = data as { name: string; value: { phone_number: string } };
      if (name !== "apm_app_dial_number") return;
      got.push(value.phone_number);
      const answer = { name: "apm_phone_dial_number_response", value: { success: true, data: "calling" } };
      (source as { postMessage: (data: unknown) => void }).postMessage(answer);
    });
    const { default: Kit } = require("aircall-everywhere") as { default: new (options: object) => Workspace };
    const ready = Promise.withResolvers<void>();
    const workspace = new Kit({ window: crm, onLogin: ready.resolve, debug: false });
    crm.seenFrom(frame).postMessage({ name: "apm_phone_loaded", value: { email: "a@b.example" } });
    await ready.promise;
    const dial = (number: string) =>
      new Promise((done) => {
        workspace.send("dial_number", { phone_number: number }, (ok, said) => done([ok, said]));
      });
    const refused = { code: "in_call", message: "This number may not be called" };
    expect(await dial(BARRED)).toEqual([false, refused]);
    expect(await dial(CLEAR)).toEqual([true, "calling"]);
    expect(await dial(LATER)).toEqual([true, "calling"]);
    expect([got, judged]).toEqual([
      [CLEAR, LATER],
      [BARRED, CLEAR, LATER],
    ]);
  });
});

describe("HubSpot's kit", () => {
  it("never runs its app's dialling for a barred number; for the others once", async () => {
    open("https://dialler.example");
    for (const name of ["self", "window"]) vi.stubGlobal(name, frame);
    vi.stubGlobal("document", {
      referrer: `${CRM}/contacts`,
      createElement: () => ({
        href: "",
        get protocol() {
          return new URL(this.href).protocol;
        },
        get host() {
          return new URL(this.href).host;
        },
      }),
    });
    const { default: Kit } = require("@hubspot/calling-extensions-sdk") as {
      default: new (options: object) => unknown;
    };
    const dialled: unknown[] = [];
    const onDialNumber = ({ phoneNumber }: { phoneNumber: string }) => void dialled.push(phoneNumber);
    new Kit({ eventHandlers: { onReady: () => {}, onDialNumber } });
    const heard: string[] = [];
    crm.addEventListener("message", (event) =>
      heard.push(((event as Message).data as { type: string }).type),
    );
    const toApp = frame.seenFrom(crm);
    toApp.postMessage({ type: "SYNC", messageId: "1", hostUrl: CRM });
    await vi.waitFor(() => expect(heard).toContain("SYNC_ACK"));
    let id = 1;
    for (const phoneNumber of [BARRED, CLEAR, LATER])
      toApp.postMessage({ type: "DIAL_NUMBER", messageId: `h${++id}`, data: { phoneNumber } });
    await vi.waitFor(() => expect(dialled).toEqual([CLEAR, LATER]));
    expect(judged).toEqual([BARRED, CLEAR, LATER]);
    // The CRM is told of no call, as none began.
    expect(heard).toEqual(["SYNC_ACK"]);
  });
});
