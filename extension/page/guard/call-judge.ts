/**
 * The judge of calls that softphones begin (protocols/). A softphone cannot wait for a person: a call is decided within a
 * second and a half. Barred, or still not known by then, it is refused, and the agent is told why; a caution goes on, and
 * the agent is warned. What an agent has just overridden for this tab goes on, too.
 */
import { ringsOf } from "../../../shared/check/verdict.ts";
import type { Withheld } from "../../../shared/dials/withheld.ts";
import type { DialRequest } from "../../../shared/dials/api.ts";
import type { Answer } from "../../messages.ts";
import { type Ruling, WAIT_MS } from "../protocols/calls.ts";
import type { JudgeCall, StartedCall } from "../protocols/endpoint.ts";
import { type Assessment, hidingOurNumber, knownTooLate, mayOverride, numbersOf } from "./assess.ts";
import type { PendingDial } from "./pending-dial.ts";

/** Shorter than a call waits, so that both agree on what became of it. */
const ANSWER_MS = WAIT_MS - 100;
/** So long may a call that was allowed take from one carrier to the next, in milliseconds. */
const PASS_MS = 30_000;
const CARRIERS: readonly StartedCall["carrier"][] = ["message", "port", "socket"];
/** A telephone system's own function, which may be a speed dial: it goes, and is on record as not known. */
const FEATURE = /^[*#]+\d{1,3}#?$/;

type Allowed = Answer<"page.allowed">;
type Override = NonNullable<Allowed["override"]>;

export interface CallJudgeDeps {
  assess: (written: string, dial: PendingDial) => Assessment;
  /** The dial code of a number that would hide our own. */
  withheld: (written: string) => Withheld | null;
  /** The company's own number. */
  isOurs: (number: string) => boolean | undefined;
  /** Asks about these numbers, of the Worker unless less `isEnough`. */
  confirm: (numbers: string[], isEnough: () => boolean) => Promise<void>;
  /** Stores evidence that nothing waits for. */
  note: (
    action: DialRequest["action"],
    dial: PendingDial,
    seen: Assessment,
    override?: Omit<Override, "layer">,
  ) => void;
  /** Tells the agent of a call that was ended or goes on, and stores the evidence of one that was ended. */
  tell: (dial: PendingDial, code: Withheld | null, seen: Assessment) => void;
  /** What the agent allowed of a number in this tab just now. An override is taken. */
  allowed: (number: string) => Promise<Allowed>;
  now: () => number;
  later: (run: () => void, ms: number) => void;
}

interface Looked {
  dial: PendingDial;
  code: Withheld | null;
  seen: Assessment;
  /** `ask`: what is known does not decide it yet. */
  is: "refuse" | "ask" | "warn" | "pass";
}
const STRICTEST = ["refuse", "ask", "warn", "pass"] as const;

export function openCallJudge(deps: CallJudgeDeps): JudgeCall {
  const { assess, withheld, isOurs, confirm, note, tell, now, later } = deps;
  /** Calls that went on by one carrier, and may come by the next. */
  let passes: { name: string; carrier: number; until: number }[] = [];

  function look(written: string): Looked {
    const dial: PendingDial = {
      written,
      medium: "call",
      element: null,
      resume: () => {},
      softphone: "ended",
    };
    const code = withheld(written);
    const seen = assess(code?.rest ?? written, dial);
    const { handling, decision } = seen;
    const isOpen = !code && (handling !== "hold" || decision.verdict === "unknown");
    return { dial, code, seen, is: !isOpen ? "refuse" : handling === "hold" ? "ask" : handling };
  }

  /** What it rings, and all that it is taken for, is ours. */
  const isOurLine = ({ seen }: Looked) => ringsOf(seen.line).length > 0 && numbersOf(seen).every(isOurs);

  /** Each that rings for certain or reads as a number, the strictest first; the first as it is where there is none. */
  function lookAt({ numbers, rings = [] }: Pick<StartedCall, "numbers" | "rings">): [Looked, ...Looked[]] {
    const all = numbers.map(look);
    const doesRing = ({ dial }: Looked) => rings.includes(dial.written);
    const isRead = ({ code, seen }: Looked) => code || seen.line.service || numbersOf(seen).length > 0;
    const read = all.filter((one) => doesRing(one) || isRead(one));
    // An app may tell its server which of our own numbers to show: beside what cannot be read, it says not who is called.
    const called = read.filter((one) => doesRing(one) || one.code || !isOurLine(one));
    const unread = all.filter((one) => !isOurLine(one)).slice(0, 1);
    const some = [called, unread, read].find(([one]) => one) ?? [];
    const [strictest = look(""), ...rest] = some.toSorted(
      (a, b) => STRICTEST.indexOf(a.is) - STRICTEST.indexOf(b.is),
    );
    return [strictest, ...rest];
  }

  const allowed = ({ dial, seen }: Looked): Promise<Allowed> =>
    deps.allowed(seen.e164 ?? dial.written).catch(() => ({ override: null, read: false }));

  const nameOf = (all: readonly Looked[]) =>
    [...new Set(all.map(({ dial, seen }) => numbersOf(seen).join() || dial.written))].sort().join(" ");

  /** A call that went on as a message may come again as the vendor's frame begins it, and is the same one. */
  function takesOn(name: string, carrier: number): boolean {
    passes = passes.filter(({ until }) => until > now());
    const pass = passes.find((one) => one.name === name && one.carrier < carrier);
    if (pass) pass.carrier = carrier;
    return pass !== undefined;
  }

  function goes(all: readonly [Looked, ...Looked[]], carrier: number, override?: Override): "go" {
    const [{ dial, seen, is }] = all;
    passes.push({ name: nameOf(all), carrier, until: now() + PASS_MS });
    // Before our own record, which says as much.
    const known = is === "warn" && allowed(all[0]);
    // The dialog stored the evidence, for the call that comes now.
    if (override?.layer !== "protocol") note(override ? "overridden" : "passed", dial, seen, override);
    // Where they have just read it, by a click on the page, they are not told again.
    if (known) void known.then(({ read }) => read || tell({ ...dial, softphone: "on" }, null, seen));
    return "go";
  }

  async function refused(
    all: readonly [Looked, ...Looked[]],
    carrier: number,
    { became }: StartedCall,
  ): Promise<Ruling> {
    const [{ dial, code, seen }, next] = all;
    const isOnlyOne = next === undefined || next.is === "pass";
    if (!code && isOnlyOne && mayOverride(seen)) {
      const { override } = await allowed(all[0]);
      if (override && became() === "waiting") return goes(all, carrier, override);
    }
    tell(dial, code, seen);
    return "refuse";
  }

  /** It waits no more: the record says what became of it, not what is known by now. */
  function over(
    [{ dial, code, seen, is }]: readonly [Looked, ...Looked[]],
    { became }: StartedCall,
  ): "refuse" {
    const then = is === "refuse" ? seen : knownTooLate(seen);
    // Who gave it up is told nothing.
    if (became() === "gone") note("held", dial, code ? hidingOurNumber(then) : then);
    else tell(dial, code, then);
    return "refuse";
  }

  return (call) => {
    const carrier = CARRIERS.indexOf(call.carrier);
    const all = lookAt(call);
    const [{ is, dial }] = all;
    // An emergency call that went before there was a judge.
    if (call.became() === "go") return goes(all, carrier);
    if (call.became() !== "waiting") return over(all, call);
    // One that hides our number is judged by itself, whatever went on to the bare number.
    if (!all.some(({ code }) => code) && takesOn(nameOf(all), carrier)) return "go";
    if (is === "pass" || is === "warn") return goes(all, carrier);
    if (is === "refuse") return refused(all, carrier, call);
    if (all.length === 1 && FEATURE.test(dial.written)) return goes(all, carrier);
    const numbers = all.flatMap(({ seen }) => numbersOf(seen));
    const asked = confirm(numbers, () => lookAt(call)[0].is !== "ask");
    const inTime = new Promise<void>((done) => later(done, ANSWER_MS));
    return Promise.race([asked, inTime]).then(() => {
      const known = lookAt(call);
      const [first] = known;
      if (call.became() !== "waiting") return over(known, call);
      return first.is === "pass" || first.is === "warn"
        ? goes(known, carrier)
        : refused(known, carrier, call);
    });
  };
}
