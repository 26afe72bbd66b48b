/** How to override a blocked verdict: on a basis that policy allows, or by recording a consent. */
import { useId, useLayoutEffect, useRef, useState } from "react";
import { askTexts } from "../../../shared/texts/dials/dialog.ts";
import { fill, inLanguage } from "../../../shared/texts/language.ts";
import type { Basis } from "../../held-dial.ts";
import type { DialogProps } from "./handle.ts";
import { words } from "../words.ts";

const t = inLanguage(askTexts, navigator.language);

interface OverrideProps extends Pick<DialogProps, "e164" | "medium" | "consent"> {
  bases: Basis[];
  armed: boolean;
  /** True for events that may let a dial go on: a person's, while the dialog is in sight. */
  trusted: (event: React.SyntheticEvent) => boolean;
  done: (basis: Basis, reason: string) => void;
  back: () => void;
}

/** The choice of a basis, with the agent's reason. */
export function Override(props: OverrideProps) {
  const { bases, medium, armed, trusted, done, back } = props;
  const words = t[medium];
  const [basis, setBasis] = useState<Basis | null>(null);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useLayoutEffect(() => first.current?.focus(), []);

  const choice = (
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
  );
  if (basis === "consent")
    return (
      <ConsentForm {...props} above={choice} go={words.consentGo} done={(said) => done("consent", said)} />
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!basis || !armed || !trusted(event)) return;
        if (reason.trim() !== "") return done(basis, reason.trim());
        setProblem(true);
        field.current?.focus();
      }}
    >
      {choice}
      {basis && (
        <div className="field">
          <label htmlFor={id}>{t.reason}</label>
          <input
            id={id}
            ref={field}
            value={reason}
            maxLength={500}
            placeholder={t.reasonExample}
            aria-invalid={problem}
            aria-describedby={`${id}-hint`}
            onChange={(event) => {
              setReason(event.target.value);
              setProblem(false);
            }}
          />
          <p className="hint" id={`${id}-hint`}>
            {t.reasonHint}
          </p>
          {problem && <p role="alert">{t.reasonNeeded}</p>}
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

const hows = Object.keys(t.consent.hows) as (keyof typeof t.consent.hows)[];

/** `2026-11-25T14:30`, the value of a datetime-local field. */
const localTime = (at: Date) =>
  new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

interface ConsentProps extends Pick<DialogProps, "e164" | "consent"> {
  /** Shown above the fields. */
  above: React.ReactNode;
  /** The button's label. */
  go: string;
  armed: boolean;
  trusted: (event: React.SyntheticEvent) => boolean;
  /** The consent is on record; `said`: who gave it and how. */
  done: (said: string) => void;
  back: () => void;
}

/** Records a consent with its evidence: who, when, how, their words, and its last day where it has one. */
export function ConsentForm({ e164, consent, above, go, armed, trusted, done, back }: ConsentProps) {
  const [opened] = useState(() => new Date());
  const [at, setAt] = useState({ givenBy: "", givenAt: localTime(opened), evidence: "", until: "" });
  const [how, setHow] = useState(hows[0]!);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<{ field?: keyof typeof at; text: string } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const id = useId();

  // Unchanged, the field means now, to the second, as the field has minutes only.
  const given = at.givenAt === localTime(opened) ? opened : new Date(at.givenAt);

  const wrong = (): typeof problem => {
    if (at.givenBy.trim() === "") return { field: "givenBy", text: t.consent.givenByNeeded };
    if (!(given.getTime() <= Date.now())) return { field: "givenAt", text: t.consent.givenAtNeeded };
    if (at.evidence.trim() === "") return { field: "evidence", text: t.consent.evidenceNeeded };
    if (at.until !== "" && at.until < localTime(new Date()).slice(0, 10))
      return { field: "until", text: t.consent.untilNeeded };
    return null;
  };

  async function save(): Promise<void> {
    const found = wrong();
    setProblem(found);
    if (found) {
      form.current?.querySelector<HTMLElement>(`[name="${found.field}"]`)?.focus();
      return;
    }
    setSaving(true);
    const evidence = `${t.consent.hows[how]}: ${at.evidence.trim()}`;
    const answer = await consent({
      number: e164!,
      basis: "consent",
      givenBy: at.givenBy.trim(),
      givenAt: given.toISOString(),
      evidence,
      ...(at.until === "" ? {} : { until: at.until }),
    }).catch(() => ({ ok: false, trouble: "offline", detail: "" }) as const);
    setSaving(false);
    if (answer.ok) return done(`${at.givenBy.trim()}. ${evidence}`);
    setProblem({ text: fill(words.failed[answer.trouble], { detail: answer.detail }) });
  }

  const field = (name: keyof typeof at, label: string, input: React.ReactElement) => (
    <div className="field">
      <label htmlFor={`${id}-${name}`}>{label}</label>
      {input}
    </div>
  );
  const bound = (name: keyof typeof at) => ({
    id: `${id}-${name}`,
    name,
    value: at[name],
    "aria-invalid": problem?.field === name,
    onChange: ({ target }: { target: { value: string } }) => {
      setAt({ ...at, [name]: target.value });
      setProblem(null);
    },
  });

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (armed && !saving && trusted(event)) void save();
      }}
    >
      {above}
      {field(
        "givenBy",
        t.consent.givenBy,
        <input {...bound("givenBy")} maxLength={200} placeholder={t.consent.givenByExample} />,
      )}
      <div className="pair">
        {field("givenAt", t.consent.givenAt, <input type="datetime-local" {...bound("givenAt")} />)}
        <div className="field">
          <label htmlFor={`${id}-how`}>{t.consent.how}</label>
          <select
            id={`${id}-how`}
            value={how}
            onChange={(event) => setHow(event.target.value as (typeof hows)[number])}
          >
            {hows.map((one) => (
              <option key={one} value={one}>
                {t.consent.hows[one]}
              </option>
            ))}
          </select>
        </div>
      </div>
      {field(
        "evidence",
        t.consent.evidence,
        <textarea {...bound("evidence")} maxLength={1800} placeholder={t.consent.evidenceExample} />,
      )}
      {field("until", t.consent.until, <input type="date" {...bound("until")} />)}
      {problem && <p role="alert">{problem.text}</p>}
      <div className="row">
        <button type="submit" disabled={!armed || saving}>
          {saving ? words.saving : go}
        </button>
        <button type="button" onClick={back}>
          {t.back}
        </button>
      </div>
    </form>
  );
}
