/** A number's history in three lines and where it comes from, on request; and what else may be done with it. */
import { Fragment, useEffect, useState } from "react";
import type { HistoryAnswer } from "../../../shared/check/api-history.ts";
import { fill } from "../../../shared/texts/language.ts";
import { type Answer, ask } from "../../messages.ts";
import { texts, words as card } from "./words.ts";

const t = card.history;
const moment = new Intl.DateTimeFormat(texts.language, { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat(texts.language, { dateStyle: "medium" });
type Found = Answer<"page.history"> | "asking" | null;

export function History({ e164 }: { e164: string }) {
  const [found, setFound] = useState<Found>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  const [office, setOffice] = useState(false);
  useEffect(() => {
    let gone = false;
    // Agents have no desk.
    ask("page.who", {}).then(
      ({ role }) => gone || setOffice(role !== null && role !== "agent"),
      () => {},
    );
    return () => {
      gone = true;
    };
  }, []);

  async function open(): Promise<void> {
    if (found !== null) return setFound(null);
    setFound("asking");
    setFound(
      await ask("page.history", { number: e164 }).catch(
        () => ({ ok: false, trouble: "offline", detail: "" }) as const,
      ),
    );
  }

  return (
    <div className="history">
      <span className="tools">
        <button type="button" className="link" aria-expanded={found !== null} onClick={() => void open()}>
          {found === null ? t.open : t.close}
        </button>
        <button type="button" className="link" onClick={() => void copy(e164).then(setCopied)}>
          {copied === true ? t.copied : t.copy}
        </button>
        {office && (
          <button type="button" className="link" onClick={() => void ask("page.desk", { number: e164 })}>
            {t.desk}
          </button>
        )}
      </span>
      <div role="status">
        {copied === false && <p>{t.notCopied}</p>}
        {found === "asking" && <p className="hint">{t.asking}</p>}
        {found !== null &&
          found !== "asking" &&
          (found.ok ? <Lines {...found.history} /> : <p>{sayFailed(found)}</p>)}
      </div>
    </div>
  );
}

const sayFailed = ({ trouble, detail }: Extract<Answer<"page.history">, { ok: false }>) =>
  trouble === "refused" ? fill(t.refused, { detail }) : t.noAnswer;

export function Lines({ called, held, objections, crm }: HistoryAnswer) {
  const say = ({ at, by }: { at: string; by: string | null }) =>
    fill(by === null ? t.at : t.by, { at: moment.format(Date.parse(at)), by: by ?? "" });
  return (
    <dl>
      <dt>{t.called}</dt>
      <dd>{called ? say(called) : t.never}</dd>
      <dt>{t.held}</dt>
      <dd>{held ? say(held) : t.never}</dd>
      <dt>{t.objections}</dt>
      {objections.length === 0 && <dd>{t.none}</dd>}
      {objections.map((one) => (
        <dd key={one.at}>
          {say(one)}
          {one.endedAt !== null && ` ${fill(t.ended, { at: day.format(Date.parse(one.endedAt)) })}`}
        </dd>
      ))}
      <dt>{t.from}</dt>
      {crm.length === 0 && <dd>{t.noCrm}</dd>}
      {crm.map(({ name, object, since, from = [] }) => (
        <Fragment key={`${name} ${object}`}>
          <dd>
            {since === null
              ? fill(t.crm, { name, object })
              : fill(t.crmSince, { name, object, at: day.format(Date.parse(since)) })}
          </dd>
          {from.map((one, i) => (
            <dd key={i}>
              {(["source", "since", "notice"] as const)
                .flatMap((what) =>
                  one[what] === undefined ? [] : fill(t.crmFrom[what], { said: one[what] }),
                )
                .join(", ")}
            </dd>
          ))}
        </Fragment>
      ))}
    </dl>
  );
}

/** Whether the number is in the clipboard. A page without https has none, nor one whose frame may not write to it. */
const copy = (text: string): Promise<boolean> =>
  Promise.resolve(navigator.clipboard as Clipboard | undefined)
    .then((clipboard) => clipboard?.writeText(text).then(() => true) ?? false)
    .catch(() => false);
