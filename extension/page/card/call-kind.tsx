/** For which kind of call something was said: asked where it may be several. */
import { useId } from "react";
import type { ConsentKind } from "../../../shared/do-not-call/api.ts";
import { kindsOf } from "../../../shared/check/verdict.ts";
import { callsOf } from "../../../shared/do-not-call/kind.ts";
import type { Campaign } from "../../../shared/policy/policy.ts";
import type { PolicyContext } from "../../policy-context.ts";
import { Wrong } from "../../ui/wrong.tsx";
import { words as t } from "./words.ts";

/** The kinds of call for which words may be: as the call is judged where the agent said which it is, else each that policy runs. */
export const askedKinds = (
  context: Pick<PolicyContext, "policy" | "purpose"> | null,
): readonly Campaign[] => {
  if (!context) return ["general"];
  const { policy, purpose } = context;
  return purpose ? kindsOf(policy, purpose) : policy.campaigns.runs;
};

/** Of these kinds of call those for which such words may be. */
export const kindsFor = (kinds: readonly Campaign[], said: ConsentKind): Campaign[] =>
  kinds.filter((kind) => callsOf(said).includes(kind));

/** The one that is meant: the only one, or the one that was chosen. */
export const meantOf = (kinds: readonly Campaign[], chosen: string): Campaign | undefined =>
  kinds.length === 1 ? kinds[0] : kinds.find((kind) => kind === chosen);

interface CallKindProps {
  kinds: readonly Campaign[];
  kind: string;
  choose: (kind: Campaign) => void;
  wrong: string | null;
}

export function CallKind({ kinds, kind, choose, wrong }: CallKindProps) {
  const id = useId();
  if (kinds.length < 2) return null;
  return (
    <>
      <fieldset aria-describedby={wrong ? `${id}-wrong` : undefined}>
        <legend>{t.callKind.title}</legend>
        {kinds.map((one) => (
          <label key={one} className="choice">
            <input type="radio" name="call" checked={kind === one} onChange={() => choose(one)} />
            {t.calls[one]}
          </label>
        ))}
      </fieldset>
      <Wrong id={`${id}-wrong`} text={wrong} />
    </>
  );
}
