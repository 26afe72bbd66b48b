/** How many numbers of each verdict are on the page; each count goes to the next of its numbers. */
import { useState } from "react";
import type { Verdict } from "../../shared/check/api.ts";
import { fill } from "../../shared/texts/language.ts";
import { verdictOrder } from "../../shared/texts/check/verdicts.ts";
import type { Counts as Numbers } from "../carried.ts";
import { ask } from "../messages.ts";
import { VerdictIcon } from "../ui/icons.tsx";
import { texts, ui } from "../ui/our-pages.ts";

export function Counts({ tabId, counts }: { tabId: number; counts: Numbers }) {
  const [at, setAt] = useState<{ verdict: Verdict; place: number; of: number } | null>(null);
  const none = verdictOrder.every((verdict) => counts[verdict] === 0);
  const say = (n: number) => n.toLocaleString(texts.language);

  async function goOn(verdict: Verdict): Promise<void> {
    const from = at?.verdict === verdict ? at.place + 1 : 0;
    const there = await ask("ui.jump", { tabId, verdict, from }).catch(() => ({ place: 0, of: 0 }));
    setAt({ verdict, ...there });
  }

  if (none) return <p className="quiet">{ui.countsNone}</p>;
  return (
    <div className="this-page">
      <h2 className="unseen">{ui.countsTitle}</h2>
      <dl className="counts">
        {verdictOrder.map((verdict) => (
          <div key={verdict} data-verdict={verdict}>
            <dt>{ui.counts[verdict]}</dt>
            <dd>
              <button
                type="button"
                disabled={counts[verdict] === 0}
                aria-label={fill(ui.countsGo, { n: say(counts[verdict]), verdict: ui.counts[verdict] })}
                title={counts[verdict] === 0 ? undefined : ui.countsShow}
                onClick={() => void goOn(verdict)}
              >
                <VerdictIcon verdict={verdict} />
                {say(counts[verdict])}
              </button>
            </dd>
          </div>
        ))}
      </dl>
      <p className="quiet" role="status">
        {at &&
          (at.of === 0
            ? ui.countsGone
            : fill(ui.countsAt, { n: say(at.place + 1), of: say(at.of), verdict: ui.counts[at.verdict] }))}
      </p>
    </div>
  );
}
