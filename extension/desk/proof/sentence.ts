/** A proof in one sentence: what anybody asks first, from the same events and figures as the rest of the sheet. */
import type { Verdict } from "../../../shared/check/api.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import type { ProofEvent } from "../../../shared/proof/api-events.ts";
import type { CompanyProof, NumberProof, Proof } from "../../../shared/proof/api.ts";
import { proofEn } from "../../../shared/texts/proof/desk.en.ts";
import { fill, plural, sayCount, sayDate, texts } from "../parts/texts.ts";

const text = proofEn.sentence;
const list = new Intl.ListFormat(texts.language, { type: "conjunction" });

/** One call of the period, whatever saw it. */
interface Call {
  held: boolean;
  /** A log has it, so it was made whatever held it. */
  logged: boolean;
  verdict: Verdict;
  overridden: boolean;
}

/** The calls to the number: a dial that several layers saw is one, and so are a logged call and its dial. */
function callsOf(events: readonly ProofEvent[]): Call[] {
  const calls = new Map<string, Call>();
  const keys = new Map<string, string>();
  for (const event of events)
    if (event.what === "dial" && event.medium !== "message") {
      const key = event.sighting ?? event.ref;
      keys.set(event.ref, key);
      const seen = calls.get(key);
      const overridden = event.action === "overridden" && !event.refused;
      const held = event.action === "held" || event.refused;
      calls.set(key, {
        held: held || seen?.held === true,
        logged: false,
        verdict: seen ? stricter(seen.verdict, event.workerVerdict) : event.workerVerdict,
        overridden: overridden || seen?.overridden === true,
      });
    }
  for (const event of events)
    if (event.what === "call" && event.direction === "outbound" && event.verdict !== null) {
      const key = event.dial === null ? `call ${event.ref}` : (keys.get(event.dial) ?? event.dial);
      const seen = calls.get(key);
      calls.set(key, {
        held: seen?.held === true,
        logged: true,
        verdict: seen ? stricter(seen.verdict, event.verdict) : event.verdict,
        overridden: event.overridden || seen?.overridden === true,
      });
    }
  return [...calls.values()];
}

const order: readonly Verdict[] = ["clear", "caution", "unknown", "blocked"];
const stricter = (a: Verdict, b: Verdict): Verdict => (order.indexOf(a) >= order.indexOf(b) ? a : b);

export const sentenceOf = (proof: Proof): string =>
  proof.about === "number" ? ofNumber(proof) : ofCompany(proof);

function ofNumber(proof: NumberProof): string {
  const calls = callsOf(proof.events.filter(({ at }) => dayIn(at, proof.zone) >= proof.from));
  const made = calls.filter(({ held, logged }) => logged || !held);
  const held = calls.length - made.length;
  const overridden = made.filter((call) => call.overridden);
  const others = made.filter((call) => !call.overridden);
  const barred = others.filter(({ verdict }) => verdict === "blocked").length;
  const unknown = others.filter(({ verdict }) => verdict === "unknown").length;
  const open = others.length - barred - unknown;
  const frame = { ...frameOf(proof), number: sayNumber(proof.number) };
  const parts = [
    ...(barred > 0 ? [plural(texts, text.barred, barred)] : []),
    ...(unknown > 0 ? [plural(texts, text.unknown, unknown)] : []),
    ...(overridden.length > 0 ? [plural(texts, text.overridden, overridden.length)] : []),
    ...(open > 0 && open < made.length ? [plural(texts, text.open, open)] : []),
  ];
  const clauses = [
    made.length === 0
      ? fill(text.none, frame)
      : plural(texts, parts.length === 0 ? text.fair : text.made, made.length, {
          ...frame,
          parts: list.format(parts),
        }),
    ...(held > 0 ? [plural(texts, text.held, held)] : []),
    ...((proof.altered?.length ?? 0) > 0 ? [text.altered] : []),
  ];
  return `${clauses.join("; ")}.`;
}

function ofCompany(proof: CompanyProof): string {
  const { dials, calls } = proof.figures;
  const passed = dials.passed + dials.overridden;
  const clauses = [
    plural(texts, text.company, passed, { ...frameOf(proof), held: sayCount(dials.held) }),
    ...(dials.overridden > 0 ? [plural(texts, text.overrides, dials.overridden)] : []),
    plural(
      texts,
      calls.blocked > 0 ? text.loggedBarred : text.logged,
      calls.blocked > 0 ? calls.blocked : calls.outbound,
    ),
  ];
  return `${clauses.join("; ")}.`;
}

const dayIn = (at: string, zone: string): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(Date.parse(at));

function frameOf({ company, from, to }: Proof) {
  const says = from === to ? text.day : text.days;
  return {
    company: company || proofEn.unnamed,
    when: fill(says, { from: sayDate(texts, from), to: sayDate(texts, to) }),
  };
}
