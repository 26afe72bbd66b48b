/** The two forms of the card: onto the do-not-call list, and which country. */
import { useId, useLayoutEffect, useRef, useState } from "react";
import { regionOf } from "../../../shared/phone/phone.ts";
import { regions } from "../../../shared/law/regions.ts";
import type { ObjectionScope } from "../../../shared/do-not-call/api.ts";
import { fill } from "../../../shared/texts/language.ts";
import type { Entered } from "../../carried.ts";
import type { CardProps } from "./handle.ts";
import { texts, words as t } from "./words.ts";

const scopes = ["unsaid", "line", "person", "company"] as const;

/** Puts the number on the do-not-call list: asks for the reason, saves, and says how that went. */
export function DoNotCall({
  e164,
  suppress,
  done,
  setBusy,
}: Pick<CardProps, "e164" | "suppress"> & { done: () => void; setBusy: (busy: boolean) => void }) {
  const [reason, setReason] = useState("");
  const [state, setState] = useState<"asking" | "saving" | "saved" | "waits" | "held">("asking");
  const [problem, setProblem] = useState("");
  const [scope, setScope] = useState<ObjectionScope>("unsaid");
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    field.current?.focus();
  }, []);

  async function save(): Promise<void> {
    if (reason.trim() === "") {
      setProblem(t.doNotCallNeedsReason);
      field.current?.focus();
      return;
    }
    setState("saving");
    setProblem("");
    const answer = await suppress(e164!, reason.trim(), scope).catch((): Entered => ({
      ok: false,
      trouble: "offline",
      detail: "",
    }));
    if (answer.ok) {
      setState(answer.waits ? "waits" : "saved");
      setBusy(false);
    } else if (answer.held) {
      setState("held");
      setBusy(false);
    } else {
      setState("asking");
      setProblem(fill(t.failed[answer.trouble], { detail: answer.detail }));
    }
  }

  if (state === "held") return <p role="alert">{t.doNotCallHeld}</p>;
  if (state === "saved" || state === "waits")
    return (
      <p className="done" role="status">
        {state === "saved" ? t.doNotCallDone : t.doNotCallWaits}
      </p>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label htmlFor={id}>{t.doNotCallWhy}</label>
      <input
        id={id}
        ref={field}
        value={reason}
        maxLength={500}
        placeholder={t.doNotCallExample}
        aria-invalid={problem !== ""}
        onChange={(event) => {
          setReason(event.target.value);
          setProblem("");
        }}
      />
      <p className="hint">{t.doNotCallHint}</p>
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
      {problem && <p role="alert">{problem}</p>}
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

/** Asks for the country: of this number, or of all numbers without a code on this site. */
export function Country({
  e164,
  readings,
  country,
  done,
}: Pick<CardProps, "e164" | "readings" | "country"> & { done: () => void }) {
  const likely = [
    ...new Set([...readings.map(regionOf), ...Object.keys(regions), e164 === null ? null : regionOf(e164)]),
  ];
  const choices = likely.filter((r) => r !== null);
  const [region, setRegion] = useState(choices[0] ?? "");
  const [other, setOther] = useState("");
  const [wholeSite, setWholeSite] = useState(false);
  const names = new Intl.DisplayNames(texts.language, { type: "region" });
  const id = useId();
  const chosen = region === "" ? other.trim().toUpperCase() : region;

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (/^[A-Z]{2}$/.test(chosen)) country(chosen, wholeSite);
      }}
    >
      <label htmlFor={id}>{t.countryUnclear}</label>
      <select id={id} value={region} onChange={(event) => setRegion(event.target.value)}>
        {choices.map((code) => (
          <option key={code} value={code}>
            {names.of(code)}
          </option>
        ))}
        <option value="">{t.countryOther}</option>
      </select>
      {region === "" && (
        <input
          aria-label={t.countryOther}
          value={other}
          maxLength={2}
          onChange={(event) => setOther(event.target.value)}
        />
      )}
      <label className="check">
        <input type="checkbox" checked={wholeSite} onChange={(event) => setWholeSite(event.target.checked)} />
        {t.countryWholeSite}
      </label>
      <div className="row">
        <button type="submit" className="main" disabled={!/^[A-Z]{2}$/.test(chosen)}>
          {t.countrySave}
        </button>
        <button type="button" onClick={done}>
          {t.cancel}
        </button>
      </div>
    </form>
  );
}
