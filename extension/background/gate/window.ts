/**
 * Shows the questions about held dials: in the page that began the dial, or, where none of our scripts runs, in a small
 * window of our own (tabs/held.tsx). To the page they are a frame's questions, whose answers come back by `page.answer`.
 */
import type { HeldDial, Outcome } from "../../held-dial.ts";
import type { PageMessage } from "../../messages.ts";
import type { Place } from "./place.ts";

/** Takes the place of a document's id: the answers are for us. */
export const GATE = "gate";
/** Most questions that wait. A page that dials in a loop must not bury the agent: further dials are held silently. */
const MOST = 4;
/** Chrome stops a service worker that does nothing for 30 seconds, and the question with it. */
const AWAKE_MS = 20_000;

interface Question {
  place: Place;
  /** The tab that shows it. */
  shownIn: number | null;
  asking: HeldDial;
  answered: (outcome: Outcome) => void;
}

export interface WindowDeps {
  /** Sends a message to a document of a tab; true if it was taken. */
  tell: (tabId: number, documentId: string | null, message: PageMessage) => Promise<boolean>;
  /** Opens our window; resolves with its tab. */
  openWindow: () => Promise<number>;
  every: (run: () => void, ms: number) => () => void;
  /** False where the page that shows a question was left. Asking Chrome keeps us awake. */
  isThere: (place: Place) => Promise<boolean>;
}

export function openGateWindow({ tell, openWindow, every, isThere }: WindowDeps) {
  const questions = new Map<string, Question>();
  /** The tab of our window. */
  let ours: Promise<number> | null = null;
  let rest: (() => void) | null = null;

  async function lookAfter(): Promise<void> {
    for (const [id, { place, answered }] of questions) {
      if (await isThere(place)) continue;
      over(id);
      answered({ kind: "stop" });
    }
  }

  function over(id: string): Question | undefined {
    const question = questions.get(id);
    questions.delete(id);
    if (questions.size === 0) {
      rest?.();
      rest = null;
    }
    return question;
  }

  /** In our window. It asks for what waits as soon as it is there. */
  async function inWindow(id: string): Promise<void> {
    ours ??= openWindow();
    const tabId = await ours;
    const question = questions.get(id);
    if (!question) return;
    question.shownIn = tabId;
    await tell(tabId, null, { kind: "ask.show", documentId: GATE, id, asking: question.asking });
  }

  async function put(id: string, question: Question): Promise<void> {
    const { tabId, frame } = question.place;
    if (!frame) return inWindow(id);
    const message = { kind: "ask.show", documentId: GATE, id, asking: question.asking } as const;
    if (!(await tell(tabId, frame.documentId, message))) return inWindow(id);
    question.shownIn = tabId;
  }

  return {
    /** Shows a held dial, or its new state. */
    show(id: string, place: Place, asking: HeldDial, answered: Question["answered"]): void {
      const before = questions.get(id);
      if (!before && questions.size >= MOST) return answered({ kind: "stop" });
      const question = { place, asking, answered, shownIn: before?.shownIn ?? null };
      questions.set(id, question);
      rest ??= every(() => void lookAfter(), AWAKE_MS);
      void put(id, question).catch((error: unknown) => console.error("gate", error));
    },
    close(id: string): void {
      const { place, shownIn } = over(id) ?? {};
      if (place && shownIn !== null && shownIn !== undefined)
        void tell(shownIn, shownIn === place.tabId ? (place.frame?.documentId ?? null) : null, {
          kind: "ask.close",
          id,
        });
    },
    /** The agent's answer. False where the question is not known any more: Chrome stopped us meanwhile. */
    answered(id: string, outcome: Outcome): boolean {
      const question = questions.get(id);
      question?.answered(outcome);
      return question !== undefined;
    },
    /** What our window shows when it opens. */
    waiting: (tabId: number | undefined): { documentId: string; id: string; asking: HeldDial }[] =>
      [...questions].flatMap(([id, { place, asking, shownIn }]) =>
        !place.frame || shownIn === tabId ? { documentId: GATE, id, asking } : [],
      ),
    /** A tab is gone: nobody answers there any more. */
    async closed(tabId: number): Promise<void> {
      if (ours && (await ours.catch(() => tabId)) === tabId) ours = null;
      for (const [id, { shownIn, answered }] of questions)
        if (shownIn === tabId) {
          over(id);
          answered({ kind: "stop" });
        }
    },
  };
}

export type GateWindow = ReturnType<typeof openGateWindow>;
