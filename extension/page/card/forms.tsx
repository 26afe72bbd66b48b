/** The two forms of the card: onto the do-not-call list, and which country. */
import { useId, useLayoutEffect, useRef, useState } from "react";
import { regionOf } from "../../../shared/phone/phone.ts";
import { regions } from "../../../shared/law/regions.ts";
import type { ObjectionScope } from "../../../shared/do-not-call/api.ts";
import { fill } from "../../../shared/texts/language.ts";
import type { Decision } from "../../../shared/check/verdict.ts";
import type { Entered, NewObjection } from "../../carried.ts";
import type { CardProps } from "./handle.ts";
import { Listed, noteListed } from "./undo.tsx";
import { texts, words as t } from "./words.ts";
import { Wrong, wrongOf } from "../../ui/wrong.tsx";

const scopes = ["unsaid", "line", "person", "company"] as const;
const sources = ["person", "colleague", "letter"] as const;
type Field = "from" | "reason";

/** What the way to the list is called: on it for another reason, they objected as well. */
export const doNotCallOf = ({ reasons }: Decision): string =>
  reasons.some(({ code }) => code === "house") ? t.doNotCallToo : t.doNotCall;

/** Puts the number on the do-not-call list: asks who said so and what, saves, and says how that went. */
export function DoNotCall({
  e164,
  suppress,
  done,
  setBusy,
}: Pick<CardProps, "e164" | "suppress"> & { done: () => void; setBusy: (busy: boolean) => void }) {
  const [from, setFrom] = useState<NewObjection["from"]>();
  const [reason, setReason] = useState("");
  const [state, setState] = useState<"asking" | "saving" | "saved" | "undoable" | "waits" | "held">("asking");
  const [problem, setProblem] = useState<{ field?: Field; text: string } | null>(null);
  const [scope, setScope] = useState<ObjectionScope>("unsaid");
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  const focus = (name: Field) => form.current?.querySelector<HTMLInputElement>(`[name="${name}"]`)?.focus();
  useLayoutEffect(() => focus("from"), []);

  async function save(): Promise<void> {
    const lacks = from === undefined ? "from" : reason.trim() === "" ? "reason" : null;
    if (lacks !== null) {
      setProblem({ field: lacks, text: lacks === "from" ? t.from.needed : t.doNotCallNeedsReason });
      return focus(lacks);
    }
    setState("saving");
    setProblem(null);
    const answer = await suppress({ number: e164!, reason: reason.trim(), scope, from: from! }).catch(
      (): Entered => ({ ok: false, trouble: "offline", detail: "" }),
    );
    if (answer.ok) {
      if (answer.undo !== undefined) noteListed(e164!, answer.undo);
      setState(answer.waits ? "waits" : answer.undo === undefined ? "saved" : "undoable");
      setBusy(false);
    } else if (answer.held) {
      setState("held");
      setBusy(false);
    } else {
      setState("asking");
      setProblem({ text: fill(t.failed[answer.trouble], { detail: answer.detail }) });
    }
  }

  if (state === "held") return <p role="alert">{t.doNotCallHeld}</p>;
  if (state === "undoable") return <Listed number={e164!} />;
  if (state === "saved" || state === "waits")
    return (
      <p className="done" role="status">
        {state === "saved" ? t.doNotCallDone : t.doNotCallWaits}
      </p>
    );
  const wrong = (name: Field) => (problem?.field === name ? problem.text : null);
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (state === "asking") void save();
      }}
    >
      <fieldset aria-describedby={wrong("from") ? `${id}-wrong` : undefined}>
        <legend>{t.from.title}</legend>
        {sources.map((one) => (
          <label key={one} className="choice">
            <input
              type="radio"
              name="from"
              checked={from === one}
              onChange={() => {
                setFrom(one);
                setProblem(null);
              }}
            />
            {t.from[one]}
          </label>
        ))}
      </fieldset>
      <Wrong id={`${id}-wrong`} text={wrong("from")} />
      <div className="field">
        <label htmlFor={id}>{t.doNotCallWhy}</label>
        <input
          id={id}
          name="reason"
          value={reason}
          maxLength={500}
          placeholder={t.doNotCallExample}
          {...wrongOf(`${id}-wrong`, wrong("reason"))}
          onChange={(event) => {
            setReason(event.target.value);
            setProblem(null);
          }}
        />
      </div>
      <Wrong id={`${id}-wrong`} text={wrong("reason")} />
      <fieldset>
        <legend>{t.scope.title}</legend>
        {scopes.map((one) => (
          <label key={one} className="choice">
            <input type="radio" name={`${id}-scope`} checked={scope === one} onChange={() => setScope(one)} />
            {t.scope[one]}
          </label>
        ))}
      </fieldset>
      <p className="hint">{t.scope.hint}</p>
      {problem && !problem.field && <p role="alert">{problem.text}</p>}
      <div className="row">
        <button type="submit" className="main" disabled={state === "saving"}>
          {state === "saving" ? t.saving : t.doNotCallSave}
        </button>
        <button type="button" onClick={done}>
          {t.cancel}
        </button>
      </div>
    </form>
  );
}

const names = new Intl.DisplayNames(texts.language, { type: "region", fallback: "none" });
const collator = new Intl.Collator(texts.language);
/** Groups of states, pseudo-locales and unknown regions, which `Intl` names as it does countries. */
const notCountries = /^(?:EU|EZ|UN|XA|XB|ZZ|QO)$/;
const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
/** Every country, by its name in the reader's language. */
const everyCountry = (): Map<string, string> =>
  new Map(
    letters
      .flatMap((a) => letters.map((b) => a + b))
      .flatMap((code) => {
        const name = notCountries.test(code) ? undefined : names.of(code);
        return name === undefined ? [] : [[name, code] as const];
      })
      .sort(([a], [b]) => collator.compare(a, b)),
  );

/** Asks for the country, by its name: of this number, or of all numbers without a code on this site. */
export function Country({
  e164,
  readings,
  country,
  done,
}: Pick<CardProps, "e164" | "readings" | "country"> & { done: () => void }) {
  const [all] = useState(everyCountry);
  const [text, setText] = useState("");
  const [wholeSite, setWholeSite] = useState(false);
  const [problem, setProblem] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useLayoutEffect(() => field.current?.focus(), []);
  // What it may be comes first, then the countries whose law is known here, then the others.
  const likely = [...readings.map(regionOf), ...Object.keys(regions), e164 === null ? null : regionOf(e164)]
    .flatMap((code) => (code === null ? [] : [names.of(code)]))
    .filter((name) => name !== undefined);
  const listed = new Set([...likely, ...all.keys()]);
  const same = (a: string, b: string) => a.localeCompare(b, texts.language, { sensitivity: "base" }) === 0;
  const codeOf = (said: string): string | undefined => {
    const written = said.trim();
    const name = [...all.keys()].find((one) => same(one, written));
    if (name !== undefined) return all.get(name);
    // The one that begins so, or its two letters.
    const begin = [...all.keys()].filter(
      (one) => written.length > 2 && same(one.slice(0, written.length), written),
    );
    if (begin.length === 1) return all.get(begin[0]!);
    const code = written.toUpperCase();
    return [...all.values()].includes(code) ? code : undefined;
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const code = codeOf(text);
        if (code !== undefined) return country(code, wholeSite);
        setProblem(true);
        field.current?.focus();
      }}
    >
      <label htmlFor={id}>{t.countryUnclear}</label>
      <input
        id={id}
        ref={field}
        list={`${id}-all`}
        value={text}
        autoComplete="off"
        placeholder={t.countryExample}
        {...wrongOf(`${id}-wrong`, problem ? t.countryNeeded : null)}
        onChange={(event) => {
          setText(event.target.value);
          setProblem(false);
        }}
      />
      <datalist id={`${id}-all`}>
        {[...listed].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Wrong id={`${id}-wrong`} text={problem ? t.countryNeeded : null} />
      <label className="check">
        <input type="checkbox" checked={wholeSite} onChange={(event) => setWholeSite(event.target.checked)} />
        {t.countryWholeSite}
      </label>
      <div className="row">
        <button type="submit" className="main">
          {t.countrySave}
        </button>
        <button type="button" onClick={done}>
          {t.cancel}
        </button>
      </div>
    </form>
  );
}
