/** How the agent must identify the company on the call, by policy: the card and the dialog show it. */
import { sayNumber } from "../../../shared/phone/phone.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { fill } from "../../../shared/texts/language.ts";
import { words as t } from "../words.ts";

export function Identity({ line, address, freephone, presentationNumber }: Policy["identity"]) {
  const contact = [address, freephone].filter(Boolean).join(", ");
  return (
    <div className="identity">
      <h3>{t.identity}</h3>
      <p>{line ? `“${line}”` : t.noIdentity}</p>
      {contact && <p>{fill(t.onRequest, { contact })}</p>}
      {presentationNumber && <p>{fill(t.ourNumber, { number: sayNumber(presentationNumber) })}</p>}
    </div>
  );
}
