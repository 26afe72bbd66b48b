/** How many numbers of each verdict are on the page. */
import { verdictOrder } from "../../shared/texts/check/verdicts.ts";
import type { Counts as Numbers } from "../carried.ts";
import { VerdictIcon } from "../ui/icons.tsx";
import { texts, ui } from "../ui/our-pages.ts";

export function Counts({ counts }: { counts: Numbers }) {
  const none = verdictOrder.every((verdict) => counts[verdict] === 0);
  return (
    <section className="panel" aria-labelledby="counts">
      <h2 id="counts">{ui.countsTitle}</h2>
      {none ? (
        <p className="quiet">{ui.countsNone}</p>
      ) : (
        <dl className="counts">
          {verdictOrder.map((verdict) => (
            <div key={verdict} data-verdict={verdict}>
              <dt>{ui.counts[verdict]}</dt>
              <dd>
                <VerdictIcon verdict={verdict} />
                {counts[verdict].toLocaleString(texts.language)}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
