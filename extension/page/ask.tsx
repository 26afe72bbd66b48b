/** The modal that holds a dial: what it is, why, and what may be done. Nothing of it goes on but by a person's own act. */
import { StrictMode, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { sayNumber } from "../../shared/phone.ts";
import { askTexts } from "../../shared/texts/ask.ts";
import { fill, inLanguage, sayReason } from "../../shared/texts/index.ts";
import type { Basis, Outcome } from "../asking.ts";
import { VerdictIcon } from "../ui/icons.tsx";
import { ConsentForm, Override } from "./ask-forms.tsx";
import { type Asked, askHandle, type Modal } from "./ask-handle.ts";
import { askStyle } from "./ask-style.ts";
import { openDialog } from "./card-dialog.ts";
import { Country, DoNotCall } from "./card-forms.tsx";
import { Identity } from "./card-identity.tsx";
import { cardStyle } from "./card-style.ts";
import { type Sight, watchSight } from "./sight.ts";
import { texts, words as page } from "./words.ts";

const t = inLanguage(askTexts, navigator.language);
/**
 * A second click of the hand that began the dial must not meet the button that lets it go on; nor one that was meant for
 * what a page laid over the button until just now.
 */
const ARM_MS = 400;
/** What covers us for good will not be raised above: then the dial stays held, and the page is left in peace. */
const MOST_RAISES = 5;
const FOCUSABLE = "button:not(:disabled), input:not(:disabled), select, textarea";

askHandle.set((root) => {
  const dialog = openDialog(root, "card ask", cardStyle + askStyle);
  dialog.role = "alertdialog";
  const react = createRoot(dialog);
  const sight = watchSight(dialog);
  let shown: Asked | null = null;
  let times = 0;
  let raises = 0;
  sight.subscribe(() => sight.seen() && (raises = 0));

  const stop = () => shown?.answer({ kind: "stop" });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stop();
  });
  // Chrome closes it by itself when Escape is pressed again and again. Where it is open, it was only raised.
  dialog.addEventListener("close", () => dialog.open || stop());
  dialog.addEventListener("keydown", (event) => {
    // The key that began the dial may still be held down.
    if (event.repeat && (event.key === "Enter" || event.key === " ")) event.preventDefault();
    if (event.key === "Tab") cycle(event);
  });

  // A frame's script may take the focus although the page cannot be used: our keys would go there.
  dialog.addEventListener("focusout", ({ target }) => {
    setTimeout(() => {
      const taken = shown !== null && dialog.open && root.activeElement === null;
      if (taken && target instanceof HTMLElement)
        (target.isConnected ? target : dialog.querySelector<HTMLElement>("button.stop"))?.focus();
    });
  });

  function cycle(event: KeyboardEvent): void {
    const all = [...dialog.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((e) => e.checkVisibility());
    const [edge, other] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
    if (root.activeElement !== edge && root.activeElement !== dialog) return;
    event.preventDefault();
    other?.focus();
  }

  function open(): void {
    // Our element is out of the page for a moment: the next beat brings it back.
    if (!dialog.isConnected) return;
    if (dialog.open) dialog.close();
    dialog.showModal();
  }

  const modal: Modal = {
    show(asked) {
      const other = shown?.id !== asked.id;
      shown = asked;
      times++;
      flushSync(() =>
        react.render(
          <StrictMode>
            <Ask key={asked.id} {...asked} times={times} sight={sight} />
          </StrictMode>,
        ),
      );
      dialog.setAttribute("aria-labelledby", "ask-title");
      dialog.setAttribute("aria-describedby", "ask-why");
      if (!dialog.matches(":modal")) open();
      if (!other) return;
      raises = 0;
      dialog.querySelector<HTMLElement>("button.stop")?.focus();
    },
    hide() {
      shown = null;
      if (dialog.open) dialog.close();
      flushSync(() => react.render(null));
    },
    raise() {
      if (!shown) return;
      const focused = root.activeElement;
      open();
      if (focused instanceof HTMLElement) focused.focus();
    },
    onTop() {
      sight.look();
      if (!dialog.matches(":modal")) return false;
      const { left, top, width, height } = dialog.getBoundingClientRect();
      const hit = root.elementFromPoint(left + width / 2, top + Math.min(height / 2, innerHeight / 2));
      if (hit === null || !dialog.contains(hit)) return false;
      // What lets clicks through is not hit, and covers all the same.
      return sight.seen() || ++raises > MOST_RAISES;
    },
    remove() {
      shown = null;
      sight.end();
      react.unmount();
      dialog.remove();
    },
  };
  return modal;
});

type Form = "none" | "override" | "consent" | "do-not-call" | "country";

function Ask(props: Asked & { times: number; sight: Sight }) {
  const { sight, written, e164, readings, message, decision, handling, hidden, ground, problem, role } =
    props;
  const words = message ? t.message : t.call;
  const [form, setForm] = useState<Form>("none");
  /** The answer was given, and what comes of it is not known yet. Shown anew, it may be given again. */
  const [answered, setAnswered] = useState(0);
  const busy = answered === props.times;
  const seen = useSyncExternalStore(sight.subscribe, sight.seen);
  /** Our root is closed to the page, and this holds should it find a way in: only who sees us lets a dial go on. */
  const trusted = (event: React.SyntheticEvent): boolean => event.nativeEvent.isTrusted && sight.seen();
  const armed = useArmed(JSON.stringify([decision.verdict, handling, hidden !== null]), seen);
  const stopButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (form === "none") stopButton.current?.focus();
  }, [form]);

  const { verdict, reasons } = decision;
  const lists = ground?.stamp.lists ?? [];
  const has = (code: string) => reasons.some((r) => r.code === code);
  const masked = verdict === "blocked" && ground?.policy.maskBlocked;
  const number = masked ? page.masked : e164 === null ? written.trim() || t.noNumber : sayNumber(e164);
  const objected = has("objection");
  const mayRecord = objected && e164 !== null && (role === "manager" || role === "admin");
  const bases = verdict === "blocked" && !objected && !hidden ? basesOf(ground, e164) : [];
  const mayGo = !hidden && handling !== "hold";
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
          {hidden && <p>{fill(t.hiddenWhy, hidden)}</p>}
          {hidden && <p>{t.behind}</p>}
          <ul aria-label={page.reasons}>
            {reasons.map((reason, i) => (
              <li key={i}>{sayReason(texts, reason, lists)}</li>
            ))}
          </ul>
          {e164 === null && !masked && readings.length > 0 && (
            <p>
              {page.couldBe} {readings.map(sayNumber).join(", ")}.
            </p>
          )}
          {objected && !mayRecord && <p>{t.objection.agent}</p>}
          {verdict === "blocked" && !hidden && !objected && bases.length === 0 && <p>{t.noOverride}</p>}
        </div>
        {ground && (mayGo || hidden || bases.length > 0) && <Identity {...ground.policy.identity} />}
        {problem && <p role="alert">{fill(t.problems[problem.code], { detail: problem.detail })}</p>}
      </div>
      {form === "override" && (
        <Override
          {...{ e164, message, bases, armed, trusted, back, consent: props.consent }}
          done={(basis, reason) => {
            back();
            give({ kind: "override", basis, reason });
          }}
        />
      )}
      {form === "consent" && (
        <ConsentForm
          {...{ e164, armed, trusted, back, consent: props.consent }}
          above={<p className="hint">{t.consent.later}</p>}
          go={t.consent.save}
          done={() => {
            back();
            give({ kind: "check" });
          }}
        />
      )}
      {form === "do-not-call" && (
        <DoNotCall e164={e164} suppress={props.suppress} done={back} setBusy={() => undefined} />
      )}
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
            {words.stop}
          </button>
          {form === "none" && (
            <>
              {hidden && go(fill(words.without, hidden), { kind: "without" })}
              {mayGo && go(words.go, { kind: "call" })}
              {!hidden && verdict === "unknown" && handling === "hold" && go(t.check, { kind: "check" })}
              {bases.length > 0 && (
                <button type="button" onClick={() => setForm("override")}>
                  {words.other}
                </button>
              )}
              {mayRecord && !hidden && (
                <button type="button" onClick={() => setForm("consent")}>
                  {t.objection.manager}
                </button>
              )}
            </>
          )}
        </div>
        {form === "none" && (
          <span className="small">
            {e164 !== null && !objected && (
              <button type="button" className="link" onClick={() => setForm("do-not-call")}>
                {page.doNotCall}
              </button>
            )}
            {e164 === null && readings.length > 0 && (
              <button type="button" className="link" onClick={() => setForm("country")}>
                {page.countryUnclear}
              </button>
            )}
          </span>
        )}
      </div>
    </section>
  );
}

/** What policy `overrides` allows an agent to give as the reason. A consent wants one number to stand beside. */
function basesOf(ground: Asked["ground"], e164: string | null): Basis[] {
  const overrides = ground?.policy.overrides ?? "none";
  if (overrides === "none") return [];
  return overrides === "with-consent" && e164 !== null
    ? ["solicited", "service", "consent"]
    : ["solicited", "service"];
}

/** False for a moment after what is asked has changed, or has come into sight. */
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
