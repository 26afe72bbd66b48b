/** A field to check any number: the verdict and its reasons in words. */
import { useEffect, useRef, useState } from "react";
import { plural } from "../../shared/texts/language.ts";
import { sayReason, sayVerdict } from "../../shared/texts/check/verdicts.ts";
import { type Decision, unknownFor } from "../../shared/check/verdict.ts";
import { judgeChecked, titleOfChecked } from "../checked-number.ts";
import { type Answer, ask } from "../messages.ts";
import type { PolicyContext } from "../policy-context.ts";
import { VerdictIcon } from "../ui/icons.tsx";
import { texts, ui } from "../ui/our-pages.ts";
import { Wrong, wrongOf } from "../ui/wrong.tsx";

type Outcome = Answer<"ui.check"> | "failed" | null;

export function Check() {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>(null);
  const [wrong, setWrong] = useState<string | null>(null);

  const field = useRef<HTMLInputElement>(null);

  async function check(written: string) {
    if (written.trim() === "") {
      setOutcome(null);
      setWrong(ui.check.empty);
      return field.current?.focus();
    }
    setBusy(true);
    setOutcome(await ask("ui.check", { text: written }).catch(() => "failed" as const));
    setBusy(false);
  }

  // A number asked about by menu or address bar is filled in and checked at once. The field has the focus.
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    void ask("ui.asked", {})
      .then(({ text: asked }) => {
        if (asked === null) return;
        setText(asked);
        void check(asked);
      })
      .catch(() => undefined);
  }, []);

  return (
    <section className="panel">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void check(text);
        }}
      >
        <label htmlFor="number">{ui.check.label}</label>
        <div className="row">
          <input
            id="number"
            ref={field}
            className="grow"
            autoComplete="off"
            spellCheck={false}
            placeholder={ui.check.hint}
            value={text}
            {...wrongOf("number-wrong", wrong)}
            onChange={(event) => {
              setText(event.target.value);
              setWrong(null);
            }}
          />
          <button type="submit" disabled={busy}>
            {busy ? ui.check.busy : ui.check.button}
          </button>
        </div>
        <Wrong id="number-wrong" text={wrong} />
      </form>
      <div className="results" role="status">
        {!busy && <Results outcome={outcome} />}
      </div>
    </section>
  );
}

function Results({ outcome }: { outcome: Outcome }) {
  if (outcome === null) return null;
  if (outcome === "failed") return <p className="bad">{ui.failed}</p>;
  if (!outcome.ok)
    return outcome.trouble === "not-joined" || outcome.trouble === "too-old" ? (
      <p>{outcome.trouble === "too-old" ? ui.trouble["too-old"].what : ui.notJoined}</p>
    ) : (
      <Result
        title=""
        decision={unknownFor(outcome.trouble === "signed-out" ? "signed-out" : "offline")}
        context={null}
      />
    );
  return (
    <>
      {outcome.numbers.length > 1 && (
        <p className="quiet">{plural(texts, ui.check.results, outcome.numbers.length)}</p>
      )}
      {outcome.numbers.map((number, i) => (
        <Result
          key={i}
          title={titleOfChecked(texts, number)}
          decision={judgeChecked(number, outcome.context, Date.now())}
          context={outcome.context}
        />
      ))}
    </>
  );
}

interface ResultProps {
  title: string;
  decision: Decision;
  context: PolicyContext | null;
}

function Result({ title, decision, context }: ResultProps) {
  const lists = context?.stamp.lists ?? [];
  return (
    <div className="result" data-verdict={decision.verdict}>
      <VerdictIcon verdict={decision.verdict} size={18} />
      <div>
        <p className="number breakable">{title}</p>
        <p>{sayVerdict(texts, decision, lists)}</p>
        {decision.verdict !== "clear" && (
          <ul>
            {decision.reasons.map((reason, i) => (
              <li key={i}>{sayReason(texts, reason, lists)}</li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
