/** How old our copies of the registers are. */
import type { RegisterHead } from "../../shared/registers/api.ts";
import { ageInDays, isTooOld, maxAgeOf } from "../../shared/registers/age.ts";
import { fill, plural, sayDate } from "../../shared/texts/language.ts";
import type { PolicyContext } from "../policy-context.ts";
import { VerdictIcon, WarningIcon } from "../ui/icons.tsx";
import { openDesk, texts, ui } from "../ui/our-pages.ts";

/** One line, the worst of them, that unfolds. */
export function Registers({ context }: { context: PolicyContext | null }) {
  const lists = context?.stamp.lists.filter((l) => context.policy.registers[l.id] !== "off") ?? [];
  const now = Date.now() + (context?.clockOffset ?? 0);
  const worst =
    context &&
    lists
      .map((list) => ({ list, ...freshness(list, context, now) }))
      .toSorted((a, b) => badness.indexOf(b.verdict) - badness.indexOf(a.verdict))[0];
  return (
    <details className="panel">
      <summary>
        <h2>{ui.lists.title}</h2>{" "}
        <span className="quiet">
          {!context && ui.lists.waiting}
          {context && !worst && ui.lists.none}
          {worst &&
            (worst.verdict === "clear" ? ui.lists.fine : `${worst.list.name}: ${ui.lists[worst.state]}`)}
        </span>
      </summary>
      {context && (
        <ul className="registers">
          {lists.map((list) => (
            <Register key={list.id} list={list} context={context} />
          ))}
        </ul>
      )}
    </details>
  );
}
const badness = ["clear", "caution", "unknown"];

function Register({ list, context }: { list: RegisterHead; context: PolicyContext }) {
  const { state, verdict } = freshness(list, context, Date.now() + context.clockOffset);
  const age = list.asOf === null ? 0 : Math.max(0, ageInDays(list.asOf, Date.now() + context.clockOffset));
  const dated =
    list.lookup !== undefined
      ? ui.lists.lookup
      : list.asOf === null
        ? ui.lists.never
        : fill(ui.lists.dated, {
            date: sayDate(texts, list.asOf),
            age: age === 0 ? ui.lists.today : plural(texts, ui.lists.age, age),
          });
  return (
    <li data-list={list.id} data-state={state}>
      <VerdictIcon verdict={verdict} />
      <div>
        <p>
          <strong>{list.name}</strong> {dated}
        </p>
        <p className="quiet">
          {list.asOf !== null && `${plural(texts, ui.lists.numbers, list.numbers)}, `}
          {ui.lists[state]}
        </p>
      </div>
    </li>
  );
}

/** At the top of the popup, if a register is too old or soon will be. */
export function OldRegisters({ context, mayLoad }: { context: PolicyContext | null; mayLoad: boolean }) {
  if (!context) return null;
  const now = Date.now() + context.clockOffset;
  const old = context.stamp.lists.flatMap((list) => {
    if (context.policy.registers[list.id] === "off") return [];
    const { state } = freshness(list, context, now);
    return state === "ageing" || state === "stale" ? [{ list, state }] : [];
  });
  const first = old[0]?.list;
  if (!first) return null;
  const words = ui.lists.old;
  return (
    <div className="age-banner" role="status">
      <WarningIcon />
      <div>
        {old.map(({ list, state }) => (
          <p key={list.id}>
            <strong>{fill(words[state], { list: list.name, days: daysLeft(list, context, now) })}</strong>
          </p>
        ))}
        <p className="more">{mayLoad ? words.load : words.ask}</p>
        {mayLoad && (
          <button type="button" onClick={() => openDesk(`/lists/${first.id}`)}>
            {words.button}
          </button>
        )}
      </div>
    </div>
  );
}

const daysLeft = (list: RegisterHead, { policy }: PolicyContext, now: number): string =>
  plural(texts, ui.lists.old.days, maxAgeOf(list, policy) - ageInDays(list.asOf ?? "", now));

type State = "fine" | "ageing" | "stale" | "neverNote" | "lookupNote";

/** The icon is the best verdict that a register in this state can lead to. */
function freshness(list: RegisterHead, { policy }: PolicyContext, now: number) {
  const { asOf, version, lookup } = list;
  const of = (state: State, verdict: "clear" | "caution" | "unknown") => ({ state, verdict });
  if (lookup !== undefined) return of("lookupNote", "clear");
  if (asOf === null || version === 0) return of("neverNote", "unknown");
  if (isTooOld(asOf, maxAgeOf(list, policy), now)) return of("stale", "unknown");
  return ageInDays(asOf, now) >= policy.screening.warnListAgeDays
    ? of("ageing", "caution")
    : of("fine", "clear");
}
