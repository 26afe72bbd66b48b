/**
 * The unsaved changes of the policy, at the bottom of the popup wherever it is scrolled to: what they would have done to the
 * last month's dials, the reason for them, which the policy's history shows, Save and Undo.
 */
import { useEffect, useState } from "react";
import type { PolicyPreview, PolicySaved } from "../../shared/policy/api.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { english, fill, plural } from "../../shared/texts/language.ts";
import {
  policyPanelEn as words,
  sayAtOnce,
  sayChange,
  sayWaits,
} from "../../shared/texts/policy/clauses.en.ts";
import { api } from "../ui/api.ts";
import { Wrong, wrongOf } from "../ui/wrong.tsx";
import type { PolicyDraft, SaveFailure } from "../ui/usePolicy.ts";

export function SaveBar({ draft }: { draft: PolicyDraft }) {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const [lacking, setLacking] = useState(false);
  const { changes, waiting, failure, why, setWhy } = draft;
  const open = changes.length > 0 || failure !== null;

  async function save(form: HTMLFormElement) {
    setLacking(!why.trim());
    if (!why.trim()) return form.querySelector("input")?.focus();
    setBusy(true);
    setSaid("");
    const saved = await draft.save();
    setBusy(false);
    setSaid(saved === null ? "" : words[saidOf(saved)]);
  }

  return (
    <div className={open || said !== "" ? "save-bar" : undefined} lang={english.language}>
      {open && (
        <form
          className="staged"
          aria-label={plural(english, words.staged, changes.length)}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void save(event.currentTarget);
          }}
        >
          <ul tabIndex={changes.length > 2 ? 0 : undefined}>
            {changes.map((change) => (
              <li key={change.path}>{sayChange(change)}</li>
            ))}
          </ul>
          {changes.length > 0 && <Effect policy={draft.policy!} />}
          {waiting.length > 0 && <p role="status">{sayWaits(waiting, draft.alone)}</p>}
          {draft.atOnce.length > 0 && <p role="status">{sayAtOnce(draft.atOnce)}</p>}
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
                {...wrongOf("policy-why-wrong", lacking && words.needsWhy)}
                onChange={(event) => {
                  setWhy(event.target.value);
                  setLacking(false);
                }}
              />
              <Wrong id="policy-why-wrong" text={lacking && words.needsWhy} />
              <div className="row">
                <button type="submit" className="first" disabled={busy}>
                  {busy ? words.saving : waiting.length === changes.length ? words.propose : words.save}
                </button>
                <button
                  type="button"
                  disabled={busy}
                  onClick={() => {
                    setLacking(false);
                    draft.undo();
                  }}
                >
                  {words.undo}
                </button>
              </div>
            </>
          )}
        </form>
      )}
      <p role="status">{!open && said}</p>
    </div>
  );
}

/** Clicks follow one another. */
const SETTLE_MS = 200;

/** In numbers; nothing while they are counted, or where the Worker does not count them. */
function Effect({ policy }: { policy: Policy }) {
  const [found, setFound] = useState<{ of: string; preview: PolicyPreview | null }>();
  const of = JSON.stringify(policy);
  useEffect(() => {
    let gone = false;
    const take = (preview: PolicyPreview | null) => {
      if (!gone) setFound({ of, preview });
    };
    const timer = setTimeout(
      () =>
        void api<PolicyPreview>("POST", "/v1/policy/preview", { policy: JSON.parse(of) as Policy }).then(
          take,
          () => take(null),
        ),
      SETTLE_MS,
    );
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [of]);
  const preview = found?.of === of ? found.preview : undefined;
  return (
    <p className="effect" role="status">
      {preview === undefined ? words.counting : preview === null ? words.notCounted : sayEffect(preview)}
    </p>
  );
}

function sayEffect({ days, looked, held, freed, warned, stopped }: PolicyPreview): string {
  if (!looked) return words.notLooked;
  const say = (n: number) => n.toLocaleString(english.language);
  const parts = [
    ...(freed > 0 ? [fill(words.freed, { days: say(days), held: say(held), n: say(freed) })] : []),
    ...(stopped > 0 ? [fill(words.stopped, { days: say(days), warned: say(warned), n: say(stopped) })] : []),
  ];
  return parts.length > 0 ? parts.join(" ") : fill(words.same, { days: say(days), held: say(held) });
}

const saidOf = ({ proposed }: PolicySaved) =>
  !proposed ? "saved" : proposed.alone ? "proposedAlone" : "proposed";

function sayFailure(failure: SaveFailure, mine: number): string {
  if (failure.kind === "offline") return words.offline;
  if (failure.kind === "refused") return fill(words.failed, { detail: failure.detail });
  if (mine === 0) return fill(words.movedSame, { by: failure.by });
  return fill(words.moved, { by: failure.by, changes: failure.theirs.map(sayChange).join("; ") });
}
