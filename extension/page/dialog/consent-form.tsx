/** Records what the called person said, with its evidence: what they agreed to, who, when, how, in which words. */
import { useId, useLayoutEffect, useRef, useState } from "react";
import { readDate, readMoment } from "../../../shared/core/read-date.ts";
import type { ConsentGiver } from "../../../shared/do-not-call/api-consents.ts";
import { askTexts } from "../../../shared/texts/dials/dialog.ts";
import { fill, inLanguage } from "../../../shared/texts/language.ts";
import type { Campaign } from "../../../shared/policy/policy.ts";
import type { NewConsent } from "../../held-dial.ts";
import type { DialogProps } from "./handle.ts";
import { CallKind, kindsFor, meantOf } from "../card/call-kind.tsx";
import { Giver } from "../card/giver.tsx";
import { useOwnAct } from "../card/own-act.ts";
import { texts, words } from "../card/words.ts";
import { Wrong, wrongOf } from "../../ui/wrong.tsx";

const t = inLanguage(askTexts, navigator.language);
const hows = Object.keys(t.consent.hows) as (keyof typeof t.consent.hows)[];
const kinds = ["solicited", "notification", "prior"] as const;

/** As readMoment reads it: `25/11/2026, 14:30`. */
const writeMoment = (at: Date) =>
  at.toLocaleString(texts.language, {
    ...({ day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" } as const),
  });
/** The device's day. */
const today = () => readMoment(writeMoment(new Date()))!.slice(0, 10);

const empty = { kind: "", call: "", givenBy: "", giver: "", givenAt: "", words: "", proof: "", until: "" };
type Field = keyof typeof empty;

interface ConsentProps extends Pick<DialogProps, "e164" | "medium" | "consent"> {
  /** What the call may be for: what was said is for one of these kinds. */
  calls: readonly Campaign[];
  /** Shown above the fields; null: what an agent's entry allows before its review, once its kind of call is known. */
  hint: string | null;
  armed: boolean;
  /** True for events that may let a dial go on: a person's, while the dialog is in sight. */
  trusted: (event: React.SyntheticEvent) => boolean;
  /** It is on record. */
  done: () => void;
  back: () => void;
}

export function ConsentForm(props: ConsentProps) {
  const { e164, medium, calls, consent, hint, armed, trusted, done, back } = props;
  const [opened] = useState(() => new Date());
  const [at, setAt] = useState({ ...empty, givenAt: writeMoment(opened) });
  const [how, setHow] = useState(hows[0]!);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<{ field?: Field; text: string } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => form.current?.querySelector("input")?.focus(), []);
  const { heard, isOwn } = useOwnAct();
  const id = useId();
  const asked = at.kind === "solicited";
  const possible = at.kind === "" ? [] : kindsFor(calls, at.kind as NonNullable<NewConsent["kind"]>);
  const call = meantOf(possible, at.call);
  // Before its review an entry counts for a general call alone.
  const counts = call ?? meantOf(calls, "");
  const says =
    hint ?? (counts && t.consent[medium === "call" && counts === "general" ? "review" : "reviewFirst"]);

  // Unchanged, the field means now, to the second, as the field has minutes only.
  const given = at.givenAt === writeMoment(opened) ? opened : new Date(readMoment(at.givenAt) ?? Number.NaN);
  const until = readDate(at.until);

  // What counts for no such call is not offered: a notification is about general ones.
  const offered = kinds.filter((one) => kindsFor(calls, one).length > 0);

  const wrong = (): typeof problem => {
    const { consent: c } = t;
    if (at.kind === "") return { field: "kind", text: c.kindNeeded };
    if (call === undefined) return { field: "call", text: words.callKind.needed };
    if (at.givenBy.trim() === "") return { field: "givenBy", text: c.givenByNeeded };
    if (at.giver === "") return { field: "giver", text: words.giver.needed };
    if (!(given.getTime() <= Date.now())) return { field: "givenAt", text: c.givenAtNeeded };
    if (at.words.trim() === "") return { field: "words", text: c.wordsNeeded };
    if (at.proof.trim() === "" && at.kind === "prior") return { field: "proof", text: c.proofNeeded };
    if (at.until.trim() !== "" && (until === null || until < today()))
      return { field: "until", text: c.untilNeeded };
    return null;
  };

  const entry = (): NewConsent => ({
    ...{ number: e164!, kind: at.kind as NewConsent["kind"], givenBy: at.givenBy.trim() },
    ...{ giver: at.giver as ConsentGiver, givenAt: given.toISOString(), how, words: at.words.trim() },
    ...(at.proof.trim() !== "" && { proof: at.proof.trim() }),
    ...(until !== null && { [asked ? "day" : "until"]: until }),
    ...((at.kind === "prior" || call !== "general") && { calls: [call!] }),
    ...(medium === "message" && { medium }),
  });

  async function save(): Promise<void> {
    const found = wrong();
    setProblem(found);
    if (found) {
      form.current?.querySelector<HTMLElement>(`[name="${found.field}"]`)?.focus();
      return;
    }
    setSaving(true);
    const answer = await consent(entry()).catch(
      () => ({ ok: false, trouble: "offline", detail: "" }) as const,
    );
    setSaving(false);
    if (answer.ok) return done();
    setProblem({ text: fill(words.failed[answer.trouble], { detail: answer.detail }) });
  }

  const change = (name: Field, value: string) => {
    setAt({ ...at, [name]: value });
    setProblem(null);
  };
  const wrongIn = (name: Field) => (problem?.field === name ? problem.text : null);
  const bound = (name: Field) => ({
    id: `${id}-${name}`,
    name,
    value: at[name],
    ...wrongOf(`${id}-wrong`, wrongIn(name)),
    onChange: ({ target }: { target: { value: string } }) => change(name, target.value),
  });
  const field = (name: Field, label: string, input: React.ReactElement) => (
    <div className="field">
      <label htmlFor={`${id}-${name}`}>{label}</label>
      {input}
      <Wrong id={`${id}-wrong`} text={wrongIn(name)} />
    </div>
  );

  return (
    <form
      ref={form}
      {...heard}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isOwn(event) && armed && !saving && trusted(event)) void save();
      }}
    >
      {says && <p className="hint">{says}</p>}
      <fieldset aria-describedby={wrongIn("kind") ? `${id}-wrong` : undefined}>
        <legend>{t.consent.kind}</legend>
        {offered.map((one) => (
          <label key={one} className="choice">
            <input type="radio" name="kind" checked={at.kind === one} onChange={() => change("kind", one)} />
            {t[medium].kinds[one]}
          </label>
        ))}
      </fieldset>
      <Wrong id={`${id}-wrong`} text={wrongIn("kind")} />
      <CallKind
        kinds={possible}
        kind={at.call}
        choose={(kind) => change("call", kind)}
        wrong={wrongIn("call")}
      />
      {field(
        "givenBy",
        t.consent.givenBy,
        <input {...bound("givenBy")} maxLength={200} placeholder={t.consent.givenByExample} />,
      )}
      <Giver giver={at.giver} choose={(giver) => change("giver", giver)} wrong={wrongIn("giver")} />
      <div className="pair">
        {field("givenAt", t.consent.givenAt, <input {...bound("givenAt")} autoComplete="off" />)}
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
        "words",
        t.consent.words,
        <textarea {...bound("words")} maxLength={1800} placeholder={t.consent.wordsExample} />,
      )}
      {field(
        "proof",
        t.consent.proof,
        <input {...bound("proof")} maxLength={500} placeholder={t.consent.proofExample} />,
      )}
      {field(
        "until",
        asked ? t.consent.day : t.consent.until,
        <input {...bound("until")} placeholder={words.dayExample} autoComplete="off" />,
      )}
      {problem && !problem.field && <p role="alert">{problem.text}</p>}
      <div className="row">
        <button type="submit" disabled={!armed || saving}>
          {saving ? words.saving : t.consent.save}
        </button>
        <button type="button" onClick={back}>
          {t.back}
        </button>
      </div>
    </form>
  );
}
