/** How to override a blocked verdict: on a basis that policy allows, with the agent's reason. */
import { useId, useLayoutEffect, useRef, useState } from "react";
import { askTexts } from "../../../shared/texts/dials/dialog.ts";
import { inLanguage } from "../../../shared/texts/language.ts";
import type { Basis } from "../../held-dial.ts";
import { useOwnAct } from "../card/own-act.ts";
import { Wrong, wrongOf } from "../../ui/wrong.tsx";
import type { DialogProps } from "./handle.ts";

const t = inLanguage(askTexts, navigator.language);

interface OverrideProps extends Pick<DialogProps, "medium"> {
  bases: readonly Basis[];
  armed: boolean;
  /** True for events that may let a dial go on: a person's, while the dialog is in sight. */
  trusted: (event: React.SyntheticEvent) => boolean;
  done: (basis: Basis, reason: string) => void;
  back: () => void;
}

export function Override({ bases, medium, armed, trusted, done, back }: OverrideProps) {
  const words = t[medium];
  const [basis, setBasis] = useState<Basis | null>(bases.length === 1 ? bases[0]! : null);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const { heard, isOwn } = useOwnAct();
  const id = useId();
  const wrong = problem ? t.reasonNeeded : null;
  useLayoutEffect(() => first.current?.focus(), []);

  return (
    <form
      {...heard}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isOwn(event) || !basis || !armed || !trusted(event)) return;
        if (reason.trim() !== "") return done(basis, reason.trim());
        setProblem(true);
        field.current?.focus();
      }}
    >
      <fieldset>
        <legend>{words.otherTitle}</legend>
        {bases.map((one, i) => (
          <label key={one} className="choice">
            <input
              ref={i === 0 ? first : null}
              type="radio"
              name={id}
              checked={basis === one}
              onChange={() => setBasis(one)}
            />
            {words.bases[one]}
          </label>
        ))}
      </fieldset>
      {basis && (
        <div className="field">
          <label htmlFor={id}>{t.reason}</label>
          <input
            id={id}
            ref={field}
            value={reason}
            maxLength={500}
            placeholder={t.reasonExample}
            aria-describedby={`${id}-hint`}
            {...wrongOf(`${id}-wrong ${id}-hint`, wrong)}
            onChange={(event) => {
              setReason(event.target.value);
              setProblem(false);
            }}
          />
          <Wrong id={`${id}-wrong`} text={wrong} />
          <p className="hint" id={`${id}-hint`}>
            {t.reasonHint}
          </p>
        </div>
      )}
      <div className="row">
        {basis && (
          <button type="submit" disabled={!armed}>
            {words.overrideGo}
          </button>
        )}
        <button type="button" onClick={back}>
          {t.back}
        </button>
      </div>
    </form>
  );
}
