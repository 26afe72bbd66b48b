/** A verdict's reasons; on request each with the rule, the source and the day on which it was looked up. */
import { useState } from "react";
import type { Because } from "../../../shared/check/api-explain.ts";
import type { Facts, Reason } from "../../../shared/check/api.ts";
import { becauseOf } from "../../../shared/check/explain.ts";
import type { Medium } from "../../../shared/dials/schemes.ts";
import { lawTextsFor, sayElse, sayRule } from "../../../shared/texts/law/law.ts";
import { sayReason } from "../../../shared/texts/check/verdicts.ts";
import { decisionContext, type PolicyContext } from "../../policy-context.ts";
import { texts, words as t } from "../words.ts";

const law = lawTextsFor(navigator.language);

interface ReasonsProps {
  reasons: readonly Reason[];
  context: PolicyContext | null;
  /** Null where they are not known, or the number is not. */
  facts: Facts | null;
  medium: Medium;
}

export function Reasons({ reasons, context, facts, medium }: ReasonsProps) {
  const [explained, setExplained] = useState(false);
  const lists = context?.stamp.lists ?? [];
  const known = facts && context && { facts, context: { ...decisionContext(context, Date.now()), medium } };
  return (
    <>
      <ul aria-label={t.reasons}>
        {reasons.map((reason, i) => (
          <li key={i}>
            {sayReason(texts, reason, lists)}
            {explained && <Behind because={becauseOf(reason, known)} />}
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

function Behind({ because }: { because: Because }) {
  if (because.rules.length === 0) return <p className="hint">{sayElse(law, because)}</p>;
  return because.rules.map((rule) => (
    <p key={rule.id} className="hint">
      {sayRule(law, rule)}{" "}
      <a href={rule.url} target="_blank" rel="noreferrer">
        {new URL(rule.url).host}
      </a>
    </p>
  ));
}
