/**
 * The held dials that the agent is asked about, one dialog at a time: in the top document of the tab if we run there,
 * else in the frame itself. Loads the dialog's script when first needed.
 */
import type { HeldDial, NewConsent, Outcome } from "../../held-dial.ts";
import { type Answer, ask } from "../../messages.ts";
import { type DialogProps, dialogHandle, type Modal } from "./handle.ts";
import type { Host } from "../host.ts";

/** Most dials in the queue. A page that dials in a loop must not bury the agent: further dials are stopped silently. */
const MOST_WAITING = 4;

/** A held dial of this document (`documentId` is null), or of a frame in the tab. */
interface Question {
  id: string;
  documentId: string | null;
  asking: HeldDial;
}

export interface DialogQueueDeps {
  host: Host;
  /** This is the top document of the tab. */
  top: boolean;
  /** The agent answered about a dial of this document. */
  answered: (id: string, outcome: Outcome) => void;
  suppress: DialogProps["suppress"];
  key: () => string;
  /** True while the tab is behind another one. */
  hidden: () => boolean;
  signal: AbortSignal;
}

export function openDialogQueue({ host, top, answered, suppress, key, hidden, signal }: DialogQueueDeps) {
  const questions: Question[] = [];
  const ended = new Set<string>();
  let modal: Modal | null = null;
  let drawing = Promise.resolve();

  async function load(): Promise<Modal | null> {
    // A picture's document has no place for it.
    if (!host.isAttached()) host.raise();
    if (!host.isAttached()) return null;
    if (!dialogHandle.get()) await ask("page.card", {}).catch(() => null);
    return signal.aborted ? null : (dialogHandle.get()?.(host.root) ?? null);
  }

  async function draw(): Promise<void> {
    if (questions.length === 0) return modal?.hide();
    modal ??= await load();
    const { role } = await ask("page.who", {}).catch(() => ({ role: null }));
    const question = questions[0];
    if (!question) return modal?.hide();
    // Without a dialog nobody can let the dial go on.
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
  /** One drawing at a time: each shows the first dial in the queue by then. */
  const redraw = () => void (drawing = drawing.then(draw, draw));

  function answer({ id, documentId }: Question, outcome: Outcome): void {
    if (outcome.kind === "stop") drop(id);
    if (documentId === null) answered(id, outcome);
    else void ask("page.answer", { documentId, id, outcome }).catch(() => drop(id));
  }

  const keys = new Map<string, string>();
  /** The same words get the same key, so a consent that is sent twice is stored once. */
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
    // At once, so that the agent can use the page again.
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
    /** Adds a frame's held dial (in the top document), or updates it. */
    put,
    drop,
    isOpen: () => questions.length > 0,
    /** Puts the dialog above what the page opened since. */
    raise: () => modal?.raise(),
    beat(): void {
      // Behind another tab nothing is seen, so nothing covers us: use up no attempt to raise.
      if (questions.length === 0 || !modal || hidden()) return;
      // The page removed our element.
      if (!host.isAttached()) host.raise();
      if (!modal.onTop()) modal.raise();
    },
  };
}
