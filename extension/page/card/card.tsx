/** The card: what is known of a number, and what may be done about it. */
import { StrictMode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { regionOf, sayNumber } from "../../../shared/phone/phone.ts";
import { fill } from "../../../shared/texts/language.ts";
import { sayVerdict } from "../../../shared/texts/check/verdicts.ts";
import { VerdictIcon } from "../../ui/icons.tsx";
import { type Card, cardHandle, type Shown } from "./handle.ts";
import { openDialog } from "./element.ts";
import { Country, DoNotCall, doNotCallOf } from "./forms.tsx";
import { CallBack, hasObjection } from "./call-back.tsx";
import { History } from "./history.tsx";
import { Identity } from "./identity.tsx";
import { isMasked, List, nameOf, TITLE } from "./list.tsx";
import { Reasons } from "./reasons.tsx";
import { cardStyle } from "./style.ts";
import { isFresh, Listed } from "./undo.tsx";
import type { Box } from "../badge/box.ts";
import { texts, words as t } from "./words.ts";

const GAP = 6;

cardHandle.set((root) => {
  const dialog = openDialog(root, "card", cardStyle);
  dialog.setAttribute("aria-labelledby", TITLE);
  // What had the focus is gone, as a form is that was sent: the next Tab begins in the card, not somewhere in the page.
  dialog.addEventListener("focusout", ({ target }) => {
    setTimeout(() => {
      if (dialog.open && root.activeElement === null && !(target as Node).isConnected) dialog.focus();
    });
  });
  // A form, or what is behind the reasons, makes it longer.
  const sized = new ResizeObserver(() => keepInside(dialog));
  sized.observe(dialog);
  const react = createRoot(dialog);
  let last: Shown | null = null;
  let busy = false;
  let times = 0;
  // The same at every drawing: what a form said stays said.
  const setBusy = (is: boolean) => void (busy = is);
  const panel = (shown: Shown) => (
    <Panel key={`${times} ${shown.written} ${shown.e164}`} {...shown} setBusy={setBusy} />
  );
  /** A list is another one where its icon is elsewhere. */
  const keyOf = ({ list, at, written, e164 }: Shown) =>
    list ? `list at ${at.left} ${at.top}` : `${written} ${e164}`;

  const card: Card = {
    show(shown) {
      const key = keyOf(shown);
      const other = !last || keyOf(last) !== key;
      last = shown;
      if (other) busy = false;
      flushSync(() =>
        react.render(
          <StrictMode>
            {shown.list && shown.list.length > 1 ? (
              <List
                key={`${times} ${key}`}
                close={shown.close}
                list={shown.list}
                one={(props) => panel({ ...shown, ...props })}
              />
            ) : (
              panel(shown)
            )}
          </StrictMode>,
        ),
      );
      if (!dialog.open) {
        // `dialog.show()` would take the focus from where a person is typing.
        if (shown.focus && document.querySelector(":modal")) dialog.showModal();
        else dialog.setAttribute("open", "");
      }
      placeAt(dialog, shown.at);
      if (shown.focus) dialog.focus();
      else if (dialog.matches(":focus-within") && other) dialog.blur();
    },
    hide() {
      // A form that was not sent keeps what was typed.
      if (!busy) times++;
      busy = false;
      last = null;
      dialog.close();
    },
    reach(x, y) {
      if (!last || !dialog.open || dialog.matches(":modal")) return;
      const hit = root.elementFromPoint(x, y);
      if (hit && dialog.contains(hit)) return;
      // A modal of the page makes everything else inert, this card too: open it above that modal.
      dialog.close();
      dialog.showModal();
      placeAt(dialog, last.at);
    },
    remove() {
      sized.disconnect();
      react.unmount();
      dialog.remove();
    },
    box: () => (dialog.open ? dialog.getBoundingClientRect() : null),
    busy: () => busy,
  };
  return card;
});

/**
 * Puts the card below the icon, or above it where there is no room below, and to its side: what stands straight below stays
 * in reach. Always inside the frame.
 */
function placeAt(dialog: HTMLElement, at: Box): void {
  const { offsetWidth: width, offsetHeight: height } = dialog;
  const below = at.bottom + GAP + height <= innerHeight || at.top - GAP - height < 0;
  const most = innerWidth - width - 4;
  const left = Math.max(4, at.right + GAP <= most ? at.right + GAP : Math.min(at.left - GAP - width, most));
  const top = below
    ? Math.min(at.bottom + GAP, Math.max(4, innerHeight - height - 4))
    : at.top - GAP - height;
  dialog.style.left = `${left}px`;
  dialog.style.top = `${top}px`;
}

/** Moves it up where it reaches below the frame. It moves no further, as the pointer may be over it. */
function keepInside(dialog: HTMLElement): void {
  const lowest = Math.max(4, innerHeight - dialog.offsetHeight - 4);
  if (Number.parseFloat(dialog.style.top) > lowest) dialog.style.top = `${lowest}px`;
}

type Form = "none" | "do-not-call" | "call-back" | "country";

function Panel(props: Shown & { setBusy: (busy: boolean) => void }) {
  const { e164, readings, ext, by, decision, context, facts, medium, close, setBusy } = props;
  const [form, setForm] = useState<Form>("none");
  const [fresh] = useState(() => isFresh(e164));
  const [before, setBefore] = useState<Form>("none");
  const masked = isMasked(props);
  const number = nameOf(props);
  const lists = context?.stamp.lists ?? [];
  useEffect(() => {
    setBusy(form !== "none");
  }, [form, setBusy]);
  const done = () => {
    setBefore(form);
    setForm("none");
  };

  return (
    <section className={decision.verdict}>
      <header>
        <VerdictIcon verdict={decision.verdict} size={28} />
        <div>
          <h2 id={TITLE}>
            {number}
            {ext !== undefined && <small> {fill(t.extension, { ext })}</small>}
          </h2>
          <p className="verdict">{sayVerdict(texts, decision, lists)}</p>
        </div>
        <button type="button" className="close" aria-label={t.close} onClick={close}>
          ×
        </button>
      </header>
      {e164 === null && !masked && readings.length > 0 && (
        <p>
          {t.couldBe} {readings.map(sayNumber).join(", ")}.
        </p>
      )}
      {e164 !== null && !masked && <CountryBy {...{ e164, by, context }} />}
      <Reasons
        reasons={decision.reasons}
        headed={decision.verdict === "clear"}
        {...{ context, facts, medium }}
      />
      {form === "none" && e164 !== null && !masked && <History key={e164} e164={e164} />}
      {form === "none" && context && (decision.verdict === "clear" || decision.verdict === "caution") && (
        <Identity {...{ context, facts, medium }} />
      )}
      {form === "none" && fresh && <Listed key={e164} number={e164!} />}
      {form === "none" ? (
        <Actions {...props} before={before} open={setForm} />
      ) : form === "do-not-call" ? (
        <DoNotCall {...props} done={done} setBusy={setBusy} />
      ) : form === "call-back" ? (
        <CallBack {...props} done={done} setBusy={setBusy} />
      ) : (
        <Country {...props} done={done} />
      )}
    </section>
  );
}

/** Says what decided the country of a number without a code, unless it is simply the company's own country. */
function CountryBy({ e164, by, context }: Pick<Shown, "by" | "context"> & { e164: string }) {
  const region = regionOf(e164);
  const home = context?.policy.numbers.defaultRegion;
  if (by === undefined || by === "code" || (by === "policy" && region === home)) return null;
  const country =
    region === null ? null : new Intl.DisplayNames(texts.language, { type: "region" }).of(region);
  return <p className="hint">{fill(t.decidedBy[by], { country: country ?? e164.slice(0, 2) })}</p>;
}

/** `before`: the form that was left, whose button has the focus again. */
function Actions(props: Shown & { before: Form; open: (form: Form) => void }) {
  const { written, e164, readings, decision, notNumber, before, open } = props;
  const back = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => back.current?.focus(), []);
  const opens = (form: Form) => ({
    ...({ type: "button", className: "link", onClick: () => open(form) } as const),
    ref: before === form ? back : null,
  });
  const objected = hasObjection(decision);
  // A link that dials and has no number: there is nothing to record or to correct.
  if (e164 === null && readings.length === 0) return null;
  return (
    <div className="actions">
      {e164 === null ? (
        <p className="hint">{t.doNotCallNeedsCountry}</p>
      ) : (
        // On the list it is done already.
        !objected && (
          <>
            <button {...opens("do-not-call")}>{doNotCallOf(decision)}</button>
            <button {...opens("call-back")}>{t.callBack.open}</button>
          </>
        )
      )}
      <span className="small">
        {/* With a country code there is nothing to correct. */}
        {!/^\s*(\+|00)/.test(written) && (
          <button {...opens("country")}>{e164 === null ? t.countryUnclear : t.country}</button>
        )}
        <button type="button" className="link" onClick={notNumber}>
          {t.notNumber}
        </button>
      </span>
    </div>
  );
}
