/**
 * Where the agent is asked: one modal at a time, in the top document of the tab where we run there, else in the frame.
 * The modal's script is loaded when it is first needed.
 */
import type { HeldDial, NewConsent, Outcome } from "../../held-dial.ts";
import { type Answer, ask } from "../../messages.ts";
import { type DialogProps, dialogHandle, type Modal } from "./handle.ts";
import type { Host } from "../host.ts";

/** A page that dials in a loop must not bury the agent: what comes beyond is held without a word. */
const MOST_WAITING = 4;

/** A question of this document's, or of a frame's. */
interface Question {
  id: string;
  documentId: string | null;
  asking: HeldDial;
}

export interface DialogQueueDeps {
  host: Host;
  /** This document is the tab's own. */
  top: boolean;
  /** An answer to a question of this document's. */
  answered: (id: string, outcome: Outcome) => void;
  suppress: DialogProps["suppress"];
  key: () => string;
  /** The tab is behind another one. */
  hidden: () => boolean;
  signal: AbortSignal;
}

export function openDialogQueue({ host, top, answered, suppress, key, hidden, signal }: DialogQueueDeps) {
  const questions: Question[] = [];
  const ended = new Set<string>();
  let modal: Modal | null = null;
  let drawing = Promise.resolve();

  async function load(): Promise<Modal | null> {
    if (!dialogHandle.get()) await ask("page.card", {}).catch(() => null);
    return signal.aborted ? null : (dialogHandle.get()?.(host.root) ?? null);
  }

  async function draw(): Promise<void> {
    if (questions.length === 0) return modal?.hide();
    modal ??= await load();
    const { role } = await ask("page.who", {}).catch(() => ({ role: null }));
    const question = questions[0];
    if (!question) return modal?.hide();
    // Without a modal nobody can say that it may go on.
    if (!modal) return answer(question, { kind: "stop" });
    modal.show({
      ...question.asking,
      id: question.id,
      role,
      answer: (outcome) => answer(question, outcome),
      suppress,
      consent: (consent) => record(question.id, consent),
    });
  }
  /** One drawing after the other: each shows what is asked by then. */
  const redraw = () => void (drawing = drawing.then(draw, draw));

  function answer({ id, documentId }: Question, outcome: Outcome): void {
    if (outcome.kind === "stop") drop(id);
    if (documentId === null) answered(id, outcome);
    else void ask("page.answer", { documentId, id, outcome }).catch(() => drop(id));
  }

  const keys = new Map<string, string>();
  /** The same words are the same consent, however often they are sent. */
  function record(id: string, consent: NewConsent): Promise<Answer<"page.consent">> {
    const words = `${id} ${JSON.stringify(consent)}`;
    const its = keys.get(words) ?? key();
    keys.set(words, its);
    return ask("page.consent", { key: its, consent });
  }

  function put(documentId: string | null, id: string, asking: HeldDial): void {
    if (ended.has(id)) return;
    const at = questions.find((q) => q.id === id);
    if (at) at.asking = asking;
    else if (questions.length < MOST_WAITING) questions.push({ id, documentId, asking });
    else return answer({ id, documentId, asking }, { kind: "stop" });
    redraw();
  }

  function drop(id: string): void {
    ended.add(id);
    const at = questions.findIndex((q) => q.id === id);
    if (at < 0) return;
    questions.splice(at, 1);
    // At once: the page is the agent's again.
    if (at === 0) modal?.hide();
    if (questions.length > 0) redraw();
  }

  signal.addEventListener("abort", () => modal?.remove());

  return {
    show(id: string, asking: HeldDial): void {
      if (top) return put(null, id, asking);
      void ask("page.ask", { id, asking })
        .catch(() => ({ shown: false }))
        .then(({ shown }) => shown || put(null, id, asking));
    },
    close(id: string): void {
      drop(id);
      if (!top) void ask("page.asked", { id }).catch(() => null);
    },
    /** A frame's question, in the top document. */
    put,
    drop,
    isOpen: () => questions.length > 0,
    /** The page may have put something above us. */
    raise: () => modal?.raise(),
    beat(): void {
      // Nobody sees us behind another tab, and nothing covers us: no raise is used up there.
      if (questions.length === 0 || !modal || hidden()) return;
      // The page took our element away.
      if (!host.isAttached()) host.raise();
      if (!modal.onTop()) modal.raise();
    },
  };
}
