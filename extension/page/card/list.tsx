/** The numbers of an icon that is for several, each with its verdict. One that is chosen shows its own card. */
import { useLayoutEffect, useRef, useState } from "react";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { plural } from "../../../shared/texts/language.ts";
import { sayVerdict } from "../../../shared/texts/check/verdicts.ts";
import { VerdictIcon } from "../../ui/icons.tsx";
import { MOST_LISTED } from "../badge/layout.ts";
import type { CardProps } from "./handle.ts";
import { showWritten, texts, words as t } from "./words.ts";

/** The card's heading, which names it. */
export const TITLE = "card-title";

export const isMasked = ({ decision, context }: CardProps): boolean =>
  decision.verdict === "blocked" && context?.policy.maskBlocked === true;

/** What the card calls a number. */
export const nameOf = (props: CardProps): string =>
  isMasked(props) ? t.masked : props.e164 === null ? showWritten(props.written) : sayNumber(props.e164);

export function List({
  list,
  one,
  close,
}: {
  list: CardProps[];
  one: (props: CardProps) => React.ReactNode;
  close: () => void;
}) {
  const [chosen, setChosen] = useState<CardProps | null>(null);
  const back = useRef<HTMLButtonElement>(null);
  // The button that was pressed is gone.
  useLayoutEffect(() => back.current?.focus(), [chosen]);
  // What is listed changes with the page: never another number under the same hand.
  const same = list.filter(({ written }) => written === chosen?.written);
  const props = same.find(({ e164 }) => e164 === chosen?.e164) ?? same[0];
  if (props)
    return (
      <>
        <button type="button" className="link small" ref={back} onClick={() => setChosen(null)}>
          {plural(texts, t.backToList, list.length)}
        </button>
        {one(props)}
      </>
    );
  return (
    <section>
      <header>
        <div>
          <h2 id={TITLE}>{plural(texts, t.numbersHere, list.length)}</h2>
        </div>
        <button type="button" className="close" aria-label={t.close} onClick={close}>
          ×
        </button>
      </header>
      <ul className="list">
        {list.slice(0, MOST_LISTED).map((props, i) => (
          // The same number may stand there twice.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={`${i} ${props.written}`}>
            <button type="button" onClick={() => setChosen(props)}>
              <VerdictIcon verdict={props.decision.verdict} size={18} />
              <span>
                {nameOf(props)}
                <small>{sayVerdict(texts, props.decision, props.context?.stamp.lists ?? [])}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {list.length > MOST_LISTED && (
        <p className="hint">{plural(texts, t.moreHere, list.length - MOST_LISTED)}</p>
      )}
    </section>
  );
}
