/** What was put on the do-not-call list here a moment ago: says so, and undoes it for half a minute. */
import { useEffect, useState } from "react";
import { UNDO_MS } from "../../../shared/do-not-call/undo.ts";
import { fill } from "../../../shared/texts/language.ts";
import { ask } from "../../messages.ts";
import { words as t } from "./words.ts";

/** The second click of a double click on "Put on the list" undoes nothing. */
const ARM_MS = 700;

interface Fresh {
  id: string;
  until: number;
}
/** By number: its card may close and open meanwhile. */
const listed = new Map<string, Fresh>();

/** It is on the list, and whoever pressed the button may undo that. */
export function noteListed(number: string, id: string): void {
  listed.set(number, { id, until: Date.now() + UNDO_MS });
}
export const isFresh = (number: string | null): boolean =>
  number !== null && (listed.get(number)?.until ?? 0) > Date.now();

export function Listed({ number }: { number: string }) {
  const [opened] = useState(() => Date.now());
  const [state, setState] = useState<"listed" | "undoing" | "undone">("listed");
  const [problem, setProblem] = useState("");
  const [over, setOver] = useState(!isFresh(number));
  useEffect(() => {
    const left = (listed.get(number)?.until ?? 0) - Date.now();
    const timer = setTimeout(() => setOver(true), Math.max(0, left));
    return () => clearTimeout(timer);
  }, [number]);

  async function undo(): Promise<void> {
    const fresh = listed.get(number);
    if (!fresh || state !== "listed") return;
    setState("undoing");
    setProblem("");
    const answer = await ask("page.undo", { id: fresh.id, number }).catch(
      () => ({ ok: false, trouble: "offline", detail: "" }) as const,
    );
    if (answer.ok) listed.delete(number);
    else setProblem(fill(t.undo.failed[answer.trouble], { detail: answer.detail }));
    setState(answer.ok ? "undone" : "listed");
  }

  return (
    <div className="done">
      <p role="status">{state === "undone" ? t.undo.done : t.doNotCallDone}</p>
      {problem && <p role="alert">{problem}</p>}
      {state !== "undone" && !over && (
        <button
          type="button"
          aria-disabled={state === "undoing"}
          onClick={({ nativeEvent }) => {
            // It may let calls be made again: a person's own act, and on this button.
            if (nativeEvent.isTrusted && Date.now() > opened + ARM_MS) void undo();
          }}
        >
          {state === "undoing" ? t.undo.busy : t.undo.button}
        </button>
      )}
    </div>
  );
}
