/** The policy's main clauses, in the popup: managers and administrators change them here, everyone else reads them. */
import { useId, useMemo } from "react";
import { type Clause, clauses, clauseValue, hasClause } from "../../shared/policy/clauses.ts";
import { isLawRegister } from "../../shared/law/law.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { english, fill, sayDate } from "../../shared/texts/language.ts";
import {
  policyEn,
  policyPanelEn as words,
  sayClause,
  saySource,
  sayValue,
} from "../../shared/texts/policy/clauses.en.ts";
import type { PopupState } from "../carried.ts";
import { countries } from "../ui/countries.ts";
import { LockIcon } from "../ui/icons.tsx";
import { DRAFT, mayChangePolicy, openDesk } from "../ui/our-pages.ts";
import { draftStorage, type PolicyDraft, usePolicy } from "../ui/usePolicy.ts";
import { SaveBar } from "./SaveBar.tsx";

interface Row {
  path: string;
  title: string;
  options: readonly unknown[];
  locked: true | undefined;
}

/** Each register has a row of its own. */
function rowsOf({ path, kind, options = [], locked }: Clause, state: PopupState): Row[] {
  const lists = state.context?.stamp.lists ?? [];
  return kind === "registers"
    ? lists.map(({ id, name }) => ({
        ...{ path: `${path}.${id}`, title: name, options },
        locked: isLawRegister(id) ? true : locked,
      }))
    : [{ path, title: sayClause(path), options: kind === "switch" ? [true, false] : options, locked }];
}

export function PolicyPanel({ state }: { state: PopupState }) {
  const { person, workerUrl } = state;
  const mine = mayChangePolicy(person?.role);
  // Chrome closes the popup when it loses the focus, so unsaved changes are kept in storage.
  const key = mine ? `${DRAFT}${workerUrl}:${person?.id}` : null;
  const storage = useMemo(() => (key === null ? undefined : draftStorage(key)), [key]);
  const draft = usePolicy(state.context?.stamp.policy, person?.role, storage);
  const mayChange = mine && !!draft.saved;
  const policy = draft.policy ?? state.context?.policy;
  if (!policy) return null;
  const panel = (
    // In English only, like the desk. Who changes it finds it open; to everybody else it is one line.
    <details className="panel policy" lang={english.language} open={mine}>
      <summary>
        <h2>{words.title}</h2> <span className="quiet">{describe(draft.saved)}</span>
      </summary>
      {clauses
        .filter((clause) => clause.popup && hasClause(policy, clause))
        .map((clause) => (
          <Clauses
            key={clause.path}
            clause={clause}
            state={state}
            policy={policy}
            set={mayChange && (!clause.admin || person?.role === "admin") ? draft.set : null}
          />
        ))}
      <p className="quiet links">
        {person?.role !== "agent" && (
          <button type="button" className="link" onClick={() => openDesk("/policy")}>
            {words.whole}
          </button>
        )}
        {workerUrl && (
          <a href={`${workerUrl}/policy`} target="_blank" rel="noreferrer">
            {words.public}
          </a>
        )}
        {!mine && words.readOnly}
      </p>
    </details>
  );
  return (
    <>
      {panel}
      {mayChange && <SaveBar draft={draft} />}
    </>
  );
}

function describe(saved: PolicyDraft["saved"]): string {
  if (!saved) return "";
  if (saved.version === 0 || !saved.at) return words.defaults;
  const date = sayDate(english, saved.at.slice(0, 10));
  return fill(words.version, { n: saved.version, by: saved.byName ?? "?", date });
}

interface ClauseProps {
  clause: Clause;
  state: PopupState;
  policy: Policy;
  set: PolicyDraft["set"] | null;
}

/** The rows of a clause, and below them what it does and its source. */
function Clauses({ clause, state, policy, set }: ClauseProps) {
  const about = useId();
  const { path, source } = clause;
  const rows = rowsOf(clause, state);
  if (rows.length === 0) return null;
  return (
    <div>
      {rows.map((row) =>
        clause.kind === "region" && set ? (
          <Country key={row.path} clause={clause} policy={policy} set={set} about={about} />
        ) : (
          <Choices key={row.path} row={row} policy={policy} set={set} about={about} />
        ),
      )}
      <p className="about" id={about} data-about={path}>
        {policyEn.clauses[path]?.[1]}{" "}
        {source === "company" ? (
          <span>{saySource(source)}</span>
        ) : (
          <a href={source.url} target="_blank" rel="noreferrer">
            {saySource(source)}
          </a>
        )}
      </p>
    </div>
  );
}

interface CountryProps extends Omit<ChoicesProps, "row" | "set"> {
  clause: Clause;
  set: PolicyDraft["set"];
}

/** A country; where the clause may have none, the first choice says what that means. */
function Country({ clause: { path, optional }, policy, set, about }: CountryProps) {
  const value = clauseValue(policy, path) as string | null;
  return (
    <label className="clause" data-clause={path}>
      <span className="grow">{sayClause(path)}</span>
      <select
        aria-describedby={about}
        value={value ?? ""}
        onChange={(event) => set(path, event.target.value || null)}
      >
        {optional && <option value="">{sayValue(path, null)}</option>}
        {countries.map(({ value: code, label }) => (
          <option key={code} value={code}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface ChoicesProps {
  row: Row;
  policy: Policy;
  set: PolicyDraft["set"] | null;
  /** The id of the clause's description. */
  about: string;
}

/** A row of choices; read-only if it is locked or this person may not change it. */
function Choices({ row: { path, title, options, locked }, policy, set, about }: ChoicesProps) {
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
    <fieldset className="clause" data-clause={path} aria-describedby={about}>
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
