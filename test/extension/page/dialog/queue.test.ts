/** The queue of held dials: one dialog at a time, in the top document if we run there, and never without a way out. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HeldDial, NewConsent, Outcome } from "../../../../extension/held-dial.ts";
import type { Ask } from "../../../../extension/messages.ts";
import { type DialogProps, dialogHandle } from "../../../../extension/page/dialog/handle.ts";
import { openDialogQueue } from "../../../../extension/page/dialog/queue.ts";
import type { Host } from "../../../../extension/page/host.ts";
import { settle } from "../../clock.ts";

const asking = (written: string): HeldDial => ({
  ...{ rings: [], offers: [] },
  ...{ written, e164: null, readings: [], medium: "call", handling: "hold", hidden: null, context: null },
  decision: { verdict: "unknown", reasons: [{ code: "offline" }] },
  facts: null,
  problem: null,
});

let sent: Ask[];
/** What the background answers; `undefined` is no answer. */
let answers: Record<string, unknown>;
let shown: DialogProps | null;
let raised: number;
let onTop: boolean;
let hidden: boolean;

const modal = {
  show: (asked: DialogProps) => void (shown = asked),
  hide: () => void (shown = null),
  raise: () => void raised++,
  onTop: () => onTop,
  remove: () => {},
};

beforeEach(() => {
  sent = [];
  answers = { "page.card": null, "page.who": { role: "agent" }, "page.answer": null, "page.asked": null };
  [shown, raised, onTop, hidden] = [null, 0, true, false];
  vi.stubGlobal("chrome", {
    runtime: {
      sendMessage: (message: Ask) => {
        sent.push(message);
        return Promise.resolve(answers[message.kind]);
      },
    },
  });
  dialogHandle.set(() => modal);
});
afterEach(() => {
  vi.unstubAllGlobals();
  delete (globalThis as { cleardialAsk?: unknown }).cleardialAsk;
});

function open(top = true) {
  const heard: [string, Outcome["kind"]][] = [];
  let n = 0;
  const host = { isAttached: vi.fn(() => true), root: {}, raise: vi.fn() };
  const room = openDialogQueue({
    ...{ host: host as unknown as Host, top, key: () => `key-${n++}`, hidden: () => hidden },
    answered: (id, outcome) => void heard.push([id, outcome.kind]),
    suppress: () => Promise.resolve({ ok: true }),
    signal: new AbortController().signal,
  });
  return { room, heard, host };
}
const kinds = () => sent.map((m) => m.kind);

describe("in the top document", () => {
  it("one at a time, the next one once the last has found its end", async () => {
    const { room, heard } = open();
    room.show("a", asking("1"));
    room.show("b", asking("2"));
    await settle();
    expect(shown).toMatchObject({ id: "a", written: "1", role: "agent" });
    shown!.answer({ kind: "stop" });
    await settle();
    expect(heard).toEqual([["a", "stop"]]);
    expect(shown).toMatchObject({ id: "b" });
    // Any other answer leaves the dialog open until the judge has acted on it.
    shown!.answer({ kind: "check" });
    await settle();
    expect(shown).toMatchObject({ id: "b" });
    room.show("b", asking("3"));
    await settle();
    expect(shown).toMatchObject({ id: "b", written: "3" });
    room.close("b");
    expect(shown).toBeNull();
    expect(room.isOpen()).toBe(false);
    // A settled dial is not shown again by a late message.
    room.show("b", asking("4"));
    await settle();
    expect(shown).toBeNull();
  });

  it("a page that dials in a loop buries nobody", async () => {
    const { room, heard } = open();
    for (let i = 0; i < 50; i++) room.show(`q${i}`, asking(String(i)));
    await settle();
    expect(heard).toHaveLength(46);
    expect(heard.every(([, kind]) => kind === "stop")).toBe(true);
  });

  it("without the modal's script nothing goes on", async () => {
    delete (globalThis as { cleardialAsk?: unknown }).cleardialAsk;
    const { room, heard } = open();
    room.show("a", asking("1"));
    await settle();
    expect(kinds()).toContain("page.card");
    expect(heard).toEqual([["a", "stop"]]);
  });

  it("answers a frame's question to the document that asked", async () => {
    const { room, heard } = open();
    room.put("DOC", "f", asking("1"));
    await settle();
    shown!.answer({ kind: "call" });
    expect(sent.at(-1)).toMatchObject({
      kind: "page.answer",
      documentId: "DOC",
      id: "f",
      outcome: { kind: "call" },
    });
    expect(heard).toEqual([]);
    room.drop("f");
    expect(shown).toBeNull();
  });

  it("the same words are the same consent, however often they are sent", async () => {
    const { room } = open();
    answers["page.consent"] = { ok: true };
    const consent: NewConsent = {
      ...{ number: "+442079460001", kind: "notification", givenBy: "Ada", words: "x" },
      giver: "subscriber",
      givenAt: "2026-11-25T10:00:00.000Z",
    };
    room.show("a", asking("1"));
    await settle();
    await shown!.consent(consent);
    await shown!.consent(consent);
    await shown!.consent({ ...consent, words: "y" });
    const keys = sent.flatMap((m) => (m.kind === "page.consent" ? m.key : []));
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it("comes back to the top, and into the page, where something took its place", async () => {
    const { room, host } = open();
    room.beat();
    expect(raised).toBe(0);
    room.show("a", asking("1"));
    await settle();
    room.beat();
    expect(raised).toBe(0);
    onTop = false;
    host.isAttached.mockReturnValue(false);
    // Behind another tab nothing covers us.
    hidden = true;
    room.beat();
    expect(raised).toBe(0);
    hidden = false;
    room.beat();
    expect(host.raise).toHaveBeenCalledOnce();
    expect(raised).toBe(1);
  });
});

describe("in a frame", () => {
  it("asks in the top document, and says there when it has found its end", async () => {
    answers["page.ask"] = { shown: true };
    const { room } = open(false);
    room.show("a", asking("1"));
    await settle();
    expect(shown).toBeNull();
    room.close("a");
    expect(kinds()).toEqual(["page.ask", "page.asked"]);
  });

  it("asks in the frame itself where nobody of ours is in the top document", async () => {
    answers["page.ask"] = { shown: false };
    const { room, heard } = open(false);
    room.show("a", asking("1"));
    await settle();
    await settle();
    expect(shown).toMatchObject({ id: "a" });
    shown!.answer({ kind: "stop" });
    expect(heard).toEqual([["a", "stop"]]);
  });
});
