/** A field for any number: what pages show by badges, here in words. */
import { useState } from "react";
import { fill, plural, sayReason, sayVerdict } from "../../shared/texts/index.ts";
import { decide, decideReadings, type Decision, unknownFor } from "../../shared/verdict.ts";
import { type Answer, ask, type CheckedNumber, type Ground } from "../messages.ts";
import { VerdictIcon } from "./icons.tsx";
import { texts, ui } from "./page.ts";

type Outcome = Answer<"ui.check"> | "empty" | "failed" | null;

export function Check() {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>(null);

  async function check() {
    if (text.trim() === "") return setOutcome("empty");
    setBusy(true);
    setOutcome(await ask("ui.check", { text }).catch(() => "failed" as const));
    setBusy(false);
  }

  return (
    <section className="panel">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void check();
        }}
      >
        <label htmlFor="number">{ui.check.label}</label>
        <div className="row">
          <input
            id="number"
            className="grow"
            autoComplete="off"
            spellCheck={false}
            placeholder={ui.check.hint}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <button type="submit" disabled={busy}>
            {busy ? ui.check.busy : ui.check.button}
          </button>
        </div>
      </form>
      <div className="results" role="status">
        {!busy && <Results outcome={outcome} />}
      </div>
    </section>
  );
}

function Results({ outcome }: { outcome: Outcome }) {
  if (outcome === null) return null;
  if (outcome === "empty") return <p>{ui.check.empty}</p>;
  if (outcome === "failed") return <p className="bad">{ui.failed}</p>;
  if (!outcome.ok)
    return outcome.trouble === "not-joined" || outcome.trouble === "too-old" ? (
      <p>{outcome.trouble === "too-old" ? ui.trouble["too-old"].what : ui.notJoined}</p>
    ) : (
      <Result title="" decision={unknownFor(outcome.trouble)} ground={null} />
    );
  return (
    <>
      {outcome.numbers.length > 1 && (
        <p className="quiet">{plural(texts, ui.check.results, outcome.numbers.length)}</p>
      )}
      {outcome.numbers.map((number, i) => (
        <Result
          key={i}
          title={titleOf(number)}
          decision={judge(number, outcome.ground)}
          ground={outcome.ground}
        />
      ))}
    </>
  );
}

interface ResultProps {
  title: string;
  decision: Decision;
  ground: Ground | null;
}

function Result({ title, decision, ground }: ResultProps) {
  const lists = ground?.stamp.lists ?? [];
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

function judge({ e164, readings, facts }: CheckedNumber, ground: Ground): Decision {
  const { policy, purpose, clockOffset } = ground;
  const context = { policy, purpose, lists: ground.stamp.lists, now: Date.now() + clockOffset };
  const decisions = facts.map((f) => decide(f, context));
  if (e164 !== null) return decisions[0] ?? unknownFor("not-a-number");
  return readings.length > 0 ? decideReadings(decisions) : unknownFor("not-a-number");
}

function titleOf({ e164, said, written }: CheckedNumber): string {
  if (e164 !== null) return said[0] ?? e164;
  if (said.length === 0) return fill(ui.check.unread, { text: written });
  const numbers = new Intl.ListFormat(texts.language, { type: "disjunction" }).format(said);
  return `${fill(ui.check.unread, { text: written })}: ${fill(ui.check.readAs, { numbers })}`;
}
