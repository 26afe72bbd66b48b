/** A verdict's reasons; on request each with the rule, the source and the day on which it was looked up. */
import { useState } from "react";
import type { Reason } from "../../../shared/check/api.ts";
import { becauseOf } from "../../../shared/check/explain.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { lawTextsFor, sayBecause } from "../../../shared/texts/law/law.ts";
import { sayReason } from "../../../shared/texts/check/verdicts.ts";
import { texts, words as t } from "../words.ts";

const law = lawTextsFor(navigator.language);

export function Reasons({ reasons, lists }: { reasons: readonly Reason[]; lists: readonly RegisterHead[] }) {
  const [explained, setExplained] = useState(false);
  return (
    <>
      <ul aria-label={t.reasons}>
        {reasons.map((reason, i) => (
          <li key={i}>
            {sayReason(texts, reason, lists)}
            {explained && <Because reason={reason} />}
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="link small"
        aria-expanded={explained}
        onClick={() => setExplained(!explained)}
      >
        {explained ? law.hideWhy : law.why}
      </button>
    </>
  );
}

function Because({ reason }: { reason: Reason }) {
  const because = becauseOf(reason);
  return (
    <p className="hint">
      {sayBecause(law, because)}
      {because.rule && (
        <>
          {" "}
          <a href={because.rule.url} target="_blank" rel="noreferrer">
            {new URL(because.rule.url).host}
          </a>
        </>
      )}
    </p>
  );
}
