/** A message to the background arrives although Chrome stops the service worker, more than once if need be. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ask } from "../../extension/messages.ts";

/** What becomes of each sending, in turn: an error, or the answer. */
let outcomes: unknown[];
let sent: number;

beforeEach(() => {
  vi.useFakeTimers();
  sent = 0;
  vi.stubGlobal("chrome", {
    runtime: {
      sendMessage: () => {
        const outcome = outcomes[sent++];
        return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
      },
    },
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const closed = new Error("The message port closed before a response was received.");
const dropped = new Error("A listener indicated an asynchronous response, but the message channel closed");
const unheard = new Error("Could not establish connection. Receiving end does not exist.");
const gone = new Error("Extension context invalidated.");

async function answerOf(...all: unknown[]): Promise<unknown> {
  outcomes = all;
  const answer = ask("page.who", {}).catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  return answer;
}

describe("a message to the background", () => {
  it.each([[[closed]], [[unheard]], [[dropped, unheard, closed]]])(
    "is sent again after %s",
    async (errors) => {
      expect(await answerOf(...errors, { role: "agent" })).toEqual({ role: "agent" });
      expect(sent).toBe(errors.length + 1);
    },
  );

  it("fails once the worker was stopped again and again", async () => {
    expect(await answerOf(closed, closed, closed, closed, closed, closed)).toBe(closed);
    expect(sent).toBe(6);
  });

  it("fails at once where the extension is gone, or the background has no answer", async () => {
    expect(await answerOf(gone)).toBe(gone);
    expect(sent).toBe(1);
    sent = 0;
    expect(String(await answerOf(undefined))).toContain("No answer to page.who");
    expect(sent).toBe(1);
  });
});
