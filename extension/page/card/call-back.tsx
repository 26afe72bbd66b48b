/** "Not now, ring on …": the number is held until the day before, and counts as asked for on that day. */
import { useId, useLayoutEffect, useRef, useState } from "react";
import { readDate } from "../../../shared/core/read-date.ts";
import type { Decision } from "../../../shared/check/verdict.ts";
import type { ConsentGiver } from "../../../shared/do-not-call/api-consents.ts";
import { fill } from "../../../shared/texts/language.ts";
import { ask } from "../../messages.ts";
import { askedKinds, CallKind, kindsFor, meantOf } from "./call-kind.tsx";
import { Giver } from "./giver.tsx";
import type { CardProps } from "./handle.ts";
import { useOwnAct } from "./own-act.ts";
import { words as card } from "./words.ts";
import { Wrong, wrongOf } from "../../ui/wrong.tsx";

const t = card.callBack;
const fields = ["on", "call", "givenBy", "giver", "words"] as const;
type Field = (typeof fields)[number];
const needed: Record<Field, string> = {
  ...{ on: t.onNeeded, call: card.callKind.needed, givenBy: t.givenByNeeded },
  ...{ giver: card.giver.needed, words: t.wordsNeeded },
};
const empty: Record<Field, string> = { on: "", call: "", givenBy: "", giver: "", words: "" };

/** The device's day, YYYY-MM-DD. */
const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

/** After one, no agent's word that they want a call counts. */
export const hasObjection = ({ reasons }: Decision): boolean =>
  reasons.some(({ code }) => code === "objection");

/** `crypto.randomUUID` exists on https pages only. */
const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

export function CallBack({
  e164,
  context,
  done,
  setBusy,
}: Pick<CardProps, "e164" | "context"> & { done: () => void; setBusy: (busy: boolean) => void }) {
  const [values, setValues] = useState(empty);
  const [state, setState] = useState<"asking" | "saving" | "saved">("asking");
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<{ field?: Field; text: string } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => form.current?.querySelector("input")?.focus(), []);
  const key = useRef(newKey());
  const { heard, isOwn } = useOwnAct();
  const id = useId();
  const kinds = kindsFor(askedKinds(context), "solicited");
  const call = meantOf(kinds, values.call);
  const on = readDate(values.on);

  async function save(): Promise<void> {
    const lacking = fields.find(
      (name) =>
        (name === "call" ? call === undefined && kinds.length > 0 : values[name].trim() === "") ||
        (name === "on" && (on === null || on < today())),
    );
    if (lacking) {
      setProblem({ field: lacking, text: needed[lacking] });
      form.current?.querySelector<HTMLInputElement>(`[name="${lacking}"]`)?.focus();
      return;
    }
    setState("saving");
    setProblem(null);
    const [givenBy, words] = [values.givenBy.trim(), values.words.trim()];
    const giver = values.giver as ConsentGiver;
    const callBack = { number: e164!, on: on!, givenBy, giver, words, ...(call && { calls: [call] }) };
    // Until a field changes it is the same entry, which is stored once.
    const answer = await ask("page.callBack", { key: key.current, callBack }).catch(
      () => ({ ok: false, trouble: "offline", detail: "" }) as const,
    );
    if (answer.ok) {
      setNote(answer.note ?? "");
      setState("saved");
      setBusy(false);
    } else {
      setState("asking");
      setProblem({ text: fill(card.failed[answer.trouble], { detail: answer.detail }) });
    }
  }

  if (state === "saved")
    return (
      <p className="done" role="status">
        {note === "" ? t.done : fill(t.held, { why: note })}
      </p>
    );
  const change = (name: Field, value: string) => {
    setValues({ ...values, [name]: value });
    setProblem(null);
    key.current = newKey();
  };
  const wrong = (name: Field) => (problem?.field === name ? problem.text : null);
  const field = (name: Field, label: string, more: React.ComponentProps<"input">) => (
    <div className="field">
      <label htmlFor={`${id}-${name}`}>{label}</label>
      <input
        {...{ ...more, name, id: `${id}-${name}`, value: values[name] }}
        {...wrongOf(`${id}-wrong`, wrong(name))}
        onChange={({ target }) => change(name, target.value)}
      />
      <Wrong id={`${id}-wrong`} text={wrong(name)} />
    </div>
  );
  return (
    <form
      ref={form}
      {...heard}
      noValidate
      aria-label={t.title}
      onSubmit={(event) => {
        event.preventDefault();
        if (isOwn(event) && state === "asking") void save();
      }}
    >
      {field("on", t.on, { placeholder: card.dayExample, autoComplete: "off" })}
      <CallKind
        {...{ kinds, kind: values.call, choose: (kind) => change("call", kind), wrong: wrong("call") }}
      />
      {field("givenBy", t.givenBy, { maxLength: 200 })}
      <Giver giver={values.giver} choose={(giver) => change("giver", giver)} wrong={wrong("giver")} />
      {field("words", t.words, { maxLength: 2000, placeholder: t.wordsExample })}
      <p className="hint">{call === "general" ? t.hint : t.hintReview}</p>
      {problem && !problem.field && <p role="alert">{problem.text}</p>}
      <div className="row">
        <button type="submit" className="main" disabled={state === "saving"}>
          {state === "saving" ? card.saving : t.save}
        </button>
        <button type="button" onClick={done}>
          {card.cancel}
        </button>
      </div>
    </form>
  );
}
