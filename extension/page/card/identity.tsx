/** What the agent must say and show on the call, by the law of the called place and by policy: for the card and the dialog. */
import type { Facts } from "../../../shared/check/api.ts";
import { openingOf } from "../../../shared/check/opening.ts";
import { kindsOf } from "../../../shared/check/verdict.ts";
import type { Medium } from "../../../shared/dials/schemes.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { fill } from "../../../shared/texts/language.ts";
import { lawTextsFor, sayFirst } from "../../../shared/texts/law/law.ts";
import { decisionContext, type PolicyContext } from "../../policy-context.ts";
import { texts, words as t } from "./words.ts";

const law = lawTextsFor(navigator.language);

/** Without `facts` it says what policy wants alone. */
interface IdentityProps {
  context: PolicyContext;
  facts: Facts | null;
  medium: Medium;
  /** The agent makes it as a service call, which offers nothing. */
  isService?: boolean;
}

export function Identity({ context, facts, medium, isService = false }: IdentityProps) {
  const { company, line, address, freephone, presentationNumber } = context.policy.identity;
  const contact = [address, freephone].filter(Boolean).join(", ");
  const opening = facts && openingOf(facts, { ...decisionContext(context, Date.now()), medium });
  const says = new Map(opening?.says);
  // Said only to who asks, so it has a line of its own.
  const owesContact = says.delete("contact");
  const first = sayFirst(law, { says });
  const shows = [...(opening?.shows.keys() ?? [])];
  const unset = [
    ...(line ? [] : [t.noLine]),
    ...(owesContact && !contact ? [t.noContact] : []),
    ...(presentationNumber === null ? [t.noNumberShown] : []),
  ];
  return (
    <div className="identity">
      <h3>{t.identity}</h3>
      {line && <p>“{line}”</p>}
      {first && <p>{first}</p>}
      {company && medium === "call" && (
        <p>
          {fill(t.screened, {
            company,
            what: isService
              ? t.service
              : kindsOf(context.policy, context.purpose)
                  .map((kind) => t.calls[kind])
                  .join(", "),
          })}
        </p>
      )}
      {contact && <p>{fill(t.onRequest, { contact })}</p>}
      {presentationNumber !== null && <p>{fill(t.ourNumber, { number: sayNumber(presentationNumber) })}</p>}
      {/* The number that policy names is one's own. */}
      {shows
        .filter((wanted) => wanted !== "own" || presentationNumber === null)
        .map((wanted) => (
          <p key={wanted}>{law.shows[wanted]}</p>
        ))}
      {unset.length > 0 && (
        <p className="hint">{fill(t.unset, { what: new Intl.ListFormat(texts.language).format(unset) })}</p>
      )}
    </div>
  );
}
