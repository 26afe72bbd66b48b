/** The clauses that matter at work, in the popup: a manager changes them here, everybody else reads them. */
import { useId, useState } from "react";
import { clauses, clauseValue } from "../../shared/clauses.ts";
import type { Policy } from "../../shared/policy.ts";
import { fill, plural, sayDate } from "../../shared/texts/index.ts";
import {
  policyEn,
  policyPanelEn as words,
  sayChange,
  sayClause,
  sayValue,
} from "../../shared/texts/policy.en.ts";
import type { PopupState } from "../messages.ts";
import { LockIcon } from "./icons.tsx";
import { openDesk, texts } from "./page.ts";
import { type PolicyDraft, type SaveFailure, usePolicy } from "./usePolicy.ts";

interface Row {
  path: string;
  title: string;
  options: readonly unknown[];
  locked: boolean;
}

/** Each register has a row of its own. */
function rowsOf(state: PopupState): Row[] {
  const lists = state.ground?.stamp.lists ?? [];
  return clauses
    .filter((clause) => clause.popup)
    .flatMap(({ path, kind, options = [], locked = false }): Row[] =>
      kind === "registers"
        ? lists.map(({ id, name }) => ({ path: `${path}.${id}`, title: name, options, locked }))
        : [{ path, title: sayClause(path), options: kind === "switch" ? [true, false] : options, locked }],
    );
}

export function PolicyPanel({ state }: { state: PopupState }) {
  const draft = usePolicy(state.ground?.stamp.policy);
  const mayChange = ["manager", "admin"].includes(state.person?.role ?? "") && !!draft.saved;
  const policy = draft.policy ?? state.ground?.policy;
  if (!policy) return null;
  return (
    <section className="panel policy" aria-labelledby="policy">
      <h2 id="policy">{words.title}</h2>
      {rowsOf(state).map((row) => (
        <Clause key={row.path} row={row} policy={policy} set={mayChange ? draft.set : null} />
      ))}
      {mayChange && <Save draft={draft} />}
      <p className="quiet">{describe(draft.saved)}</p>
      <p className="quiet links">
        {state.person?.role !== "agent" && (
          <button type="button" className="link" onClick={() => openDesk("/policy")}>
            {words.whole}
          </button>
        )}
        {state.workerUrl && (
          <a href={`${state.workerUrl}/policy`} target="_blank" rel="noreferrer">
            {words.public}
          </a>
        )}
        {state.person?.role === "agent" && words.readOnly}
      </p>
    </section>
  );
}

function describe(saved: PolicyDraft["saved"]): string {
  if (!saved) return "";
  if (saved.version === 0 || !saved.at) return words.defaults;
  const date = sayDate(texts, saved.at.slice(0, 10));
  return fill(words.version, { n: saved.version, by: saved.byName ?? "?", date });
}

interface ClauseProps {
  row: Row;
  policy: Policy;
  set: PolicyDraft["set"] | null;
}

/** A row of choices; only read where it is locked or not for this person to change. */
function Clause({ row: { path, title, options, locked }, policy, set }: ClauseProps) {
  const name = useId();
  const value = clauseValue(policy, path);
  if (locked || !set)
    return (
      <div className="clause" data-clause={path}>
        <span className="grow">{title}</span>
        <span className="value">
          {locked && <LockIcon />} {sayValue(path, value)}
        </span>
      </div>
    );
  return (
    <fieldset className="clause" data-clause={path} title={policyEn.clauses[path]?.[1]}>
      <legend className="grow">{title}</legend>
      <span className="choices">
        {options.map((option) => (
          <label key={String(option)}>
            <input type="radio" name={name} checked={option === value} onChange={() => set(path, option)} />
            <span>{sayValue(path, option)}</span>
          </label>
        ))}
      </span>
    </fieldset>
  );
}

/** What was changed and is not saved yet. A change of policy wants a reason: it stands in the history. */
function Save({ draft }: { draft: PolicyDraft }) {
  const [why, setWhy] = useState("");
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const { changes, failure } = draft;

  async function save() {
    if (!why.trim()) return setSaid(words.needsWhy);
    setBusy(true);
    setSaid("");
    const saved = await draft.save(why.trim());
    setBusy(false);
    if (saved) setWhy("");
    setSaid(saved ? words.saved : "");
  }

  return (
    <>
      {(changes.length > 0 || failure) && (
        <form
          className="staged"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <strong>{plural(texts, words.staged, changes.length)}</strong>
          <ul>
            {changes.map((change) => (
              <li key={change.path}>{sayChange(change)}</li>
            ))}
          </ul>
          {failure && (
            <p className="bad" role="alert">
              {sayFailure(failure, changes.length)}
            </p>
          )}
          {changes.length > 0 && (
            <>
              <label htmlFor="policy-why">{words.why}</label>
              <input
                id="policy-why"
                value={why}
                maxLength={500}
                placeholder={words.whyHint}
                onChange={(event) => setWhy(event.target.value)}
              />
              <div className="row">
                <button type="submit" className="first" disabled={busy}>
                  {busy ? words.saving : words.save}
                </button>
                <button type="button" disabled={busy} onClick={draft.undo}>
                  {words.undo}
                </button>
              </div>
            </>
          )}
        </form>
      )}
      <p className="quiet" role="status">
        {said}
      </p>
    </>
  );
}

function sayFailure(failure: SaveFailure, mine: number): string {
  if (failure.kind === "offline") return words.offline;
  if (failure.kind === "refused") return fill(words.failed, { detail: failure.detail });
  if (mine === 0) return fill(words.movedSame, { by: failure.by });
  return fill(words.moved, { by: failure.by, changes: failure.theirs.map(sayChange).join("; ") });
}
