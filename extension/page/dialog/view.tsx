/** The content of the dialog: the verdict of a held dial, why, and what may be done. Only a person's own act lets it go on. */
import { Fragment, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { mayBeOverridden, overrideBases } from "../../../shared/check/override.ts";
import type { Decision } from "../../../shared/check/verdict.ts";
import { regionOf, sayNumber } from "../../../shared/phone/phone.ts";
import { askTexts } from "../../../shared/texts/dials/dialog.ts";
import { fill, inLanguage } from "../../../shared/texts/language.ts";
import type { Outcome } from "../../held-dial.ts";
import { VerdictIcon } from "../../ui/icons.tsx";
import { ConsentForm } from "./consent-form.tsx";
import { Override } from "./forms.tsx";
import type { DialogProps } from "./handle.ts";
import { askedKinds } from "../card/call-kind.tsx";
import { CallBack, hasObjection } from "../card/call-back.tsx";
import { Country, DoNotCall, doNotCallOf } from "../card/forms.tsx";
import { Identity } from "../card/identity.tsx";
import { Reasons } from "../card/reasons.tsx";
import type { Visibility } from "./visibility.ts";
import { showWritten, texts, words as page } from "../card/words.ts";

const t = inLanguage(askTexts, navigator.language);
/**
 * The buttons that let a dial go on work only after this time, in milliseconds: a double click on the page's link, or a
 * click on what a page showed over the button until just now, must not press them.
 */
const ARM_MS = 400;

/** Why a number is not known where asking once more may tell; any other reason stays until somebody does something. */
const mayChange: ReadonlySet<string> = new Set([
  ...["offline", "signed-out", "not-asked", "being-asked", "lookup-failed", "stale-answer"],
]);

type Form = "none" | "override" | "consent" | "do-not-call" | "call-back" | "country";

export function HeldDialView(props: DialogProps & { times: number; visibility: Visibility }) {
  const { visibility, written, e164, readings, rings, medium, softphone } = props;
  const { decision, handling, hidden, context, facts, problem, role } = props;
  // A softphone's call has ended or goes on: nothing here begins another.
  const offers = softphone ? [] : props.offers;
  const words = t[medium];
  const [form, setForm] = useState<Form>("none");
  /** `times` when the agent last answered. While it is still the same, what comes of the answer is not known yet. */
  const [answered, setAnswered] = useState(0);
  const busy = answered === props.times;
  const seen = useSyncExternalStore(visibility.subscribe, visibility.seen);
  /** A second defence, should the page get into our closed root: only a real event, while the dialog is in sight. */
  const trusted = (event: React.SyntheticEvent): boolean => event.nativeEvent.isTrusted && visibility.seen();
  const armed = useArmed(JSON.stringify([decision.verdict, handling, hidden !== null, offers]), seen);
  const stopButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (form === "none") stopButton.current?.focus();
  }, [form]);
  // After its first field has the focus: all of it is in sight, where there is room.
  useLayoutEffect(() => {
    stopButton.current?.closest("section")?.querySelector("form")?.scrollIntoView({ block: "nearest" });
  }, [form]);

  const { verdict, reasons } = decision;
  const has = (code: string) => reasons.some((r) => r.code === code);
  const masked = verdict === "blocked" && context?.policy.maskBlocked;
  // Of digits that would ring another number than is meant, neither is the one that is held.
  const isTwo = has("two-numbers");
  const number = masked ? page.masked : e164 === null || isTwo ? showWritten(written) : sayNumber(e164);
  const objected = hasObjection(decision);
  const records = role !== null && context?.policy.consents.recordedBy.includes(role);
  const calls = askedKinds(context);
  // What they said after an objection is nothing that an agent may record.
  const mayRecord = e164 !== null && (objected ? records && role !== "agent" : wantsConsent(decision));
  const barred = !hidden && softphone !== "on" && mayBeOverridden(decision);
  const bases = overrideBases[(barred && context?.policy.overrides) || "none"].filter(
    (basis) => basis === "service",
  );
  const mayGo = !softphone && !hidden && handling !== "hold";
  const title = hidden
    ? words.hidden
    : verdict === "unknown" && handling === "warn"
      ? words.unknownWarned
      : words.verdicts[verdict];

  const give = (outcome: Outcome) => {
    setAnswered(props.times);
    props.answer(outcome);
  };
  /** A button that may let the dial go on. */
  const go = (label: string, outcome: Outcome) => (
    <button
      type="button"
      disabled={!armed}
      aria-disabled={busy}
      onClick={(event) => trusted(event) && !busy && give(outcome)}
    >
      {busy ? (outcome.kind === "check" ? t.checking : t.opening) : label}
    </button>
  );
  const back = () => setForm("none");

  return (
    <section className={hidden ? "hidden" : verdict}>
      <div className="band">
        <VerdictIcon verdict={hidden ? "blocked" : verdict} size={40} />
        <div>
          <h2 id="ask-title">{title}</h2>
          <p className="number">{number}</p>
        </div>
      </div>
      <div className="body">
        <div id="ask-why">
          {softphone && <p>{t.softphone[softphone]}</p>}
          {hidden && <p>{fill(t.hiddenWhy, hidden)}</p>}
          {hidden && <p>{t.behind}</p>}
          <Reasons {...{ reasons, context, facts, medium }} />
          {isTwo && !masked && (
            <p>
              {rings.length > 0 && `${fill(t.two.rings, { numbers: rings.map(sayNumber).join(", ") })} `}
              {e164 !== null && sayRecord(e164)}
            </p>
          )}
          {e164 === null && !masked && readings.length > 0 && (
            <p>
              {page.couldBe} {readings.map(sayNumber).join(", ")}.
            </p>
          )}
          {objected && !mayRecord && <p>{t.objection.agent}</p>}
          {barred && bases.length === 0 && !mayRecord && <p>{t.noOverride}</p>}
        </div>
        {/* What to say is for who is about to call. */}
        {context &&
          (form === "override" ||
            (form === "none" && (mayGo || softphone === "on" || hidden || offers.length > 0))) && (
            <Identity {...{ context, facts, medium }} isService={form === "override"} />
          )}
        {problem && <p role="alert">{fill(t.problems[problem.code], { detail: problem.detail })}</p>}
      </div>
      {form === "override" && (
        <Override
          {...{ medium, bases, armed, trusted, back }}
          done={(basis, reason) => {
            back();
            give({ kind: "override", basis, reason });
          }}
        />
      )}
      {form === "consent" && (
        <ConsentForm
          {...{ e164, medium, armed, trusted, back, consent: props.consent }}
          calls={calls}
          hint={objected ? t.consent.later : records ? "" : null}
          done={() => {
            back();
            give({ kind: "check" });
          }}
        />
      )}
      {form === "do-not-call" && (
        <DoNotCall e164={e164} suppress={props.suppress} done={back} setBusy={() => {}} />
      )}
      {form === "call-back" && <CallBack {...{ e164, context }} done={back} setBusy={() => {}} />}
      {form === "country" && (
        <Country
          {...{ e164, readings }}
          country={(country, wholeSite) => {
            back();
            give({ kind: "country", country, wholeSite });
          }}
          done={back}
        />
      )}
      <div className="foot" aria-busy={busy}>
        <div className="row">
          <button
            type="button"
            ref={stopButton}
            className="main stop"
            onClick={() => props.answer({ kind: "stop" })}
          >
            {softphone ? t.softphone.close : words.stop}
          </button>
          {form === "none" && (
            <>
              {hidden && !softphone && go(fill(words.without, hidden), { kind: "without" })}
              {mayGo && go(words.go, { kind: "call" })}
              {!hidden &&
                offers.map((number) => (
                  <Fragment key={number}>
                    {go(fill(words.number, { number: sayNumber(number) }), { kind: "number", e164: number })}
                  </Fragment>
                ))}
              {e164 === null && readings.length > 0 && (
                <button type="button" onClick={() => setForm("country")}>
                  {page.countryUnclear}
                </button>
              )}
              {!hidden &&
                verdict === "unknown" &&
                handling === "hold" &&
                reasons.some(({ code }) => mayChange.has(code)) &&
                go(t.check, { kind: "check" })}
              {bases.length > 0 && (
                <button type="button" onClick={() => setForm("override")}>
                  {words.other}
                </button>
              )}
              {mayRecord && !hidden && (
                <button type="button" onClick={() => setForm("consent")}>
                  {objected ? t.objection.manager : words.agreed}
                </button>
              )}
            </>
          )}
        </div>
        {form === "none" && (
          <span className="small">
            {e164 !== null && !objected && (
              <button type="button" className="link" onClick={() => setForm("do-not-call")}>
                {doNotCallOf(decision)}
              </button>
            )}
            {e164 !== null && medium === "call" && !objected && (
              <button type="button" className="link" onClick={() => setForm("call-back")}>
                {page.callBack.open}
              </button>
            )}
          </span>
        )}
      </div>
    </section>
  );
}

/** Whether a consent on record may lift a reason: a listing, or consent that is missing. */
const wantsConsent = ({ verdict, reasons }: Decision): boolean =>
  verdict !== "clear" && reasons.some(({ code, list }) => code === list || code.endsWith("needs-consent"));

/** The number that the digits are taken for, and its country. */
function sayRecord(e164: string): string {
  const region = regionOf(e164);
  const number = sayNumber(e164);
  if (region === null) return fill(t.two.recordBare, { number });
  const country = new Intl.DisplayNames(texts.language, { type: "region" }).of(region) ?? region;
  return fill(t.two.record, { country, number });
}

/** False for ARM_MS after the question changed, or came into sight. */
function useArmed(what: string, seen: boolean): boolean {
  const [armed, setArmed] = useState("");
  useEffect(() => {
    if (!seen) return;
    const timer = setTimeout(() => setArmed(what), ARM_MS);
    return () => {
      clearTimeout(timer);
      setArmed("");
    };
  }, [what, seen]);
  return seen && armed === what;
}
