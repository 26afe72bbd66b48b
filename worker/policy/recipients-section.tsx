/** Of the public page of the policy: who receives data, and who receives without being described. */
import { fill } from "../../shared/texts/language.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { policyEn } from "../../shared/texts/policy/clauses.en.ts";
import { publicPolicyEn as t } from "../../shared/texts/policy/public.en.ts";
import type { TakenOver } from "./taken-over.ts";

const regionName = (code: string) => new Intl.DisplayNames("en-GB", { type: "region" }).of(code) ?? code;

/** Without their hosts, which are of use to nobody but an attacker. */
export function Recipients({
  recipients,
  undescribed,
}: Pick<Policy, "recipients"> & { undescribed: readonly TakenOver[] }) {
  if (recipients.length + undescribed.length === 0) return null;
  const word = (value: string) => policyEn.values[value] ?? value;
  const sayKind = ({ kind, host }: TakenOver) =>
    host !== "" ? word(kind) : kind === "export" ? t.exports : fill(t.own, { kind: word(kind) });
  return (
    <section>
      <h2>{t.recipients}</h2>
      {recipients.length > 0 && <p>{t.recipientsText}</p>}
      <ul>
        {recipients.map(({ name, kind, role, country, contract, fields }) => (
          <li>
            {fill(t.recipient, {
              ...{ name, kind: word(kind), role: word(role), country: regionName(country) },
              ...{ contract: contract && `${contract}.`, fields: fields.join(", ") },
            })}
          </li>
        ))}
      </ul>
      {undescribed.length > 0 && <p>{t.undescribedText}</p>}
      <ul>
        {[...new Set(undescribed.map(sayKind))].map((kind) => (
          <li>{fill(t.undescribed, { kind })}</li>
        ))}
      </ul>
    </section>
  );
}
