/**
 * A verdict's reasons, as far as they are read in a second; on request all of them, each with the rule, the source and the
 * day on which it was looked up.
 */
import { useState } from "react";
import type { Because } from "../../../shared/check/api-explain.ts";
import type { Facts, Reason } from "../../../shared/check/api.ts";
import { becauseOf } from "../../../shared/check/explain.ts";
import { toRead } from "../../../shared/check/to-read.ts";
import type { Medium } from "../../../shared/dials/schemes.ts";
import { lawTextsFor, sayElse, sayRule } from "../../../shared/texts/law/law.ts";
import { sayReason } from "../../../shared/texts/check/verdicts.ts";
import { decisionContext, type PolicyContext } from "../../policy-context.ts";
import { texts, words as t } from "./words.ts";

const law = lawTextsFor(navigator.language);

interface ReasonsProps {
  reasons: readonly Reason[];
  context: PolicyContext | null;
  /** Null where they are not known, or the number is not. */
  facts: Facts | null;
  medium: Medium;
  /** The heading names the registers that the number is not on. */
  headed?: boolean;
}

export function Reasons({ reasons, context, facts, medium, headed = false }: ReasonsProps) {
  const [explained, setExplained] = useState(false);
  const lists = context?.stamp.lists ?? [];
  const deciding = context && { ...decisionContext(context, Date.now()), medium };
  const known = facts && deciding && { facts, context: deciding };
  // Beside what speaks against a call, the registers that say nothing are no news.
  const news = reasons.filter(({ code }) => code !== "not-listed");
  const shown = explained || (news.length === 0 && !headed) ? reasons : news;
  return (
    <>
      {shown.length > 0 && (
        <ul aria-label={t.reasons}>
          {shown.map((reason, i) => (
            <li key={i}>
              {sayReason(texts, reason, lists)}
              <Quoted words={toRead(reason, deciding && { facts, context: deciding })} />
              {explained && <Behind because={becauseOf(reason, known)} />}
            </li>
          ))}
        </ul>
      )}
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

const Quoted = ({ words }: { words: string }) => words !== "" && <q>{words}</q>;

export function Behind({ because }: { because: Because }) {
  const other = sayElse(law, because);
  return (
    <>
      {because.rules.map((rule) => (
        <p key={rule.id} className="hint">
          {sayRule(law, rule)}{" "}
          <a href={rule.url} target="_blank" rel="noreferrer">
            {new URL(rule.url).host}
          </a>
        </p>
      ))}
      {other && <p className="hint">{other}</p>}
    </>
  );
}
