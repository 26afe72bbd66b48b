/**
 * The modal dialog around an Escape without a fresh gesture, for which Chrome closes it by itself: first it is closed, and in a later
 * task it tells. A heartbeat or new facts may come between the two.
 */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Outcome } from "../../../../extension/held-dial.ts";
import { type DialogProps, dialogHandle, type Modal } from "../../../../extension/page/dialog/handle.ts";

/** As much of a dialog as is asked of it. What takes it out of the page leaves `open`, as in a browser. */
class FakeDialog extends EventTarget {
  open = false;
  isConnected = true;
  role = "";
  shows = 0;
  #modal = false;
  setAttribute() {}
  querySelector = () => null;
  getBoundingClientRect = () => ({ left: 0, top: 0, width: 400, height: 400, bottom: 400 });
  contains = () => true;
  remove() {}
  matches = () => this.#modal;
  showModal() {
    this.shows++;
    this.open = this.#modal = true;
  }
  close() {
    this.open = this.#modal = false;
    setTimeout(() => this.dispatchEvent(new Event("close")));
  }
  leavesPage() {
    this.isConnected = this.#modal = false;
  }
}

const element = "../../../../extension/page/card/element.ts";
const visibility = "../../../../extension/page/dialog/visibility.ts";
const view = "../../../../extension/page/dialog/view.tsx";
const mocked = ["react-dom", "react-dom/client", element, visibility, view];
let dialog: FakeDialog;
beforeAll(async () => {
  vi.doMock("react-dom", () => ({ flushSync: (run: () => void) => run() }));
  vi.doMock("react-dom/client", () => ({ createRoot: () => ({ render() {}, unmount() {} }) }));
  vi.doMock(element, () => ({ openDialog: () => dialog }));
  vi.doMock(view, () => ({ HeldDialView: () => null }));
  vi.doMock(visibility, () => ({
    watchVisibility: () => ({ seen: () => true, look() {}, subscribe: () => () => {}, end() {} }),
  }));
  vi.stubGlobal("HTMLElement", class {});
  vi.stubGlobal("innerHeight", 800);
  vi.resetModules();
  await import("../../../../extension/page/dialog/dialog.tsx");
});
afterAll(() => {
  for (const path of mocked) vi.doUnmock(path);
  vi.resetModules();
  vi.unstubAllGlobals();
  delete (globalThis as { cleardialAsk?: unknown }).cleardialAsk;
});

let modal: Modal;
let answers: Outcome["kind"][];
const asked = (id: string): DialogProps =>
  ({ id, answer: ({ kind }: Outcome) => void answers.push(kind) }) as unknown as DialogProps;
const told = () => new Promise((done) => void setTimeout(done, 5));
beforeEach(() => {
  dialog = new FakeDialog();
  answers = [];
  modal = dialogHandle.get()!({ activeElement: null, elementFromPoint: () => ({}) } as unknown as ShadowRoot);
});

it("stops the dial, though a heartbeat comes before Chrome tells that it has closed the dialog", async () => {
  modal.show(asked("one"));
  dialog.close();
  expect(modal.onTop()).toBe(false);
  modal.raise();
  await told();
  expect([answers, dialog.shows]).toEqual([["stop"], 1]);
});

it("and though the dial's facts come then", async () => {
  modal.show(asked("one"));
  dialog.close();
  modal.show(asked("one"));
  await told();
  expect([answers, dialog.shows]).toEqual([["stop"], 1]);
});

it("stops no other dial, which is shown by then", async () => {
  modal.show(asked("one"));
  dialog.close();
  modal.show(asked("two"));
  await told();
  expect([answers, dialog.open]).toEqual([[], true]);
});

it("what is raised above the page, or was taken out of it, is shown again, and stops nothing", async () => {
  dialog.isConnected = false;
  modal.show(asked("one"));
  dialog.isConnected = true;
  modal.raise();
  modal.raise();
  dialog.leavesPage();
  modal.raise();
  dialog.isConnected = true;
  modal.raise();
  await told();
  expect([answers, dialog.open, dialog.shows]).toEqual([[], true, 3]);
  modal.hide();
  modal.show(asked("two"));
  await told();
  expect([answers, dialog.open]).toEqual([[], true]);
});
